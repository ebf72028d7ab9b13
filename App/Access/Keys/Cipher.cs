using System.Security.Cryptography;
using System.Text;

namespace Inbox.Access.Keys;

/// <summary>AES-256-GCM with a new nonce for each text. Layout: head, nonce, tag, text; head and purpose are bound to the result.</summary>
internal static class Cipher
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    /// <param name="head">What stands before, in clear: a version and the name of the key.</param>
    public static byte[] Close(ReadOnlySpan<byte> head, byte[] key, string text, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[SizeOf(head.Length) + plain.Length];
        head.CopyTo(box);
        var nonce = box.AsSpan(head.Length, NonceSize);
        var tag = box.AsSpan(head.Length + NonceSize, TagSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(nonce, plain, box.AsSpan(SizeOf(head.Length)), tag, Bound(head, purpose));
        CryptographicOperations.ZeroMemory(plain);
        return box;
    }

    /// <exception cref="CryptographicException">Changed, made for another purpose, or by another key.</exception>
    public static string Open(byte[] box, int head, byte[] key, string purpose)
    {
        var plain = new byte[box.Length - SizeOf(head)];
        using var cipher = new AesGcm(key, TagSize);
        cipher.Decrypt(box.AsSpan(head, NonceSize), box.AsSpan(SizeOf(head)), box.AsSpan(head + NonceSize, TagSize), plain, Bound(box.AsSpan(0, head), purpose));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Without the text.</summary>
    public static int SizeOf(int head) => head + NonceSize + TagSize;

    private static byte[] Bound(ReadOnlySpan<byte> head, string purpose) => [.. head, .. Encoding.UTF8.GetBytes(purpose)];
}
