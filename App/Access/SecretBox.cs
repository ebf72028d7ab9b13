using System.Buffers.Binary;
using System.Security.Cryptography;
using Inbox.Access.Keys;

namespace Inbox.Access;

/// <summary>
/// Encrypts small secrets of the installation for the database, with its key-encryption key. The purpose (say
/// <c>authenticator|12</c>) is bound to the result, so that a value copied to another row or column does not open there.
/// Secrets of a business go into its <see cref="BusinessSecrets"/>.
/// </summary>
public sealed class SecretBox(KeyRing keys)
{
    private const byte Version = 1;
    private const int Head = 5;

    public byte[] Protect(string text, string purpose)
    {
        Span<byte> head = stackalloc byte[Head];
        head[0] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(head[1..], keys.Current.Id);
        return Cipher.Close(head, keys.Current.Bytes, text, purpose);
    }

    /// <exception cref="CryptographicException">Changed, made for another purpose, or by a key that is not here.</exception>
    public string Unprotect(byte[] blob, string purpose)
    {
        if (!IsBox(blob))
        {
            throw new CryptographicException("This is nothing that the installation encrypted.");
        }

        var key = keys.Find(KeyOf(blob)) ?? throw new CryptographicException("The key that encrypted this is not here.");
        return Cipher.Open(blob, Head, key.Bytes, purpose);
    }

    /// <summary>Closes it again with the current key.</summary>
    /// <returns>Null when the current key closed it.</returns>
    public byte[]? Reseal(byte[] blob, string purpose)
        => IsBox(blob) && KeyOf(blob) == keys.Current.Id ? null : Protect(Unprotect(blob, purpose), purpose);

    /// <summary>By its first byte and length; whether a key opens it is another question.</summary>
    internal static bool IsBox(byte[] blob) => blob.Length >= Cipher.SizeOf(Head) && blob[0] == Version;

    private static uint KeyOf(byte[] blob) => BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(1));
}
