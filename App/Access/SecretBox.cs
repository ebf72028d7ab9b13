using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Inbox.Access.Keys;

namespace Inbox.Access;

/// <summary>
/// Encrypts small secrets for the database with AES-256-GCM. The purpose (say <c>channel|12|credentials</c>) is bound to
/// the result, so that a value copied to another row or column does not open there.
/// </summary>
public sealed class SecretBox(KeyRing keys)
{
    private const byte Version = 1;
    private const int KeyIdAt = 1;
    private const int NonceAt = 5;
    private const int TagAt = NonceAt + 12;
    private const int TextAt = TagAt + 16;

    public byte[] Protect(string text, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[TextAt + plain.Length];
        box[0] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(box.AsSpan(KeyIdAt), keys.Current.Id);
        RandomNumberGenerator.Fill(box.AsSpan(NonceAt, TagAt - NonceAt));
        using var cipher = new AesGcm(keys.Current.Bytes, TextAt - TagAt);
        cipher.Encrypt(box.AsSpan(NonceAt, TagAt - NonceAt), plain, box.AsSpan(TextAt), box.AsSpan(TagAt, TextAt - TagAt), Bound(box, purpose));
        CryptographicOperations.ZeroMemory(plain);
        return box;
    }

    /// <exception cref="CryptographicException">Changed, made for another purpose, or by a key that is not here.</exception>
    public string Unprotect(byte[] blob, string purpose)
    {
        if (blob.Length < TextAt || blob[0] != Version)
        {
            throw new CryptographicException("This is nothing that the installation encrypted.");
        }

        var key = keys.Find(BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(KeyIdAt)))
            ?? throw new CryptographicException("The key that encrypted this is not here.");
        var plain = new byte[blob.Length - TextAt];
        using var cipher = new AesGcm(key.Bytes, TextAt - TagAt);
        cipher.Decrypt(blob.AsSpan(NonceAt, TagAt - NonceAt), blob.AsSpan(TextAt), blob.AsSpan(TagAt, TextAt - TagAt), plain, Bound(blob, purpose));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Closes it again with the current key.</summary>
    /// <returns>Null when the current key closed it.</returns>
    public byte[]? Reseal(byte[] blob, string purpose)
        => blob.Length >= TextAt && BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(KeyIdAt)) == keys.Current.Id ? null : Protect(Unprotect(blob, purpose), purpose);

    /// <summary>Version and key id are bound too.</summary>
    private static byte[] Bound(byte[] box, string purpose) => [.. box.AsSpan(0, NonceAt), .. Encoding.UTF8.GetBytes(purpose)];
}
