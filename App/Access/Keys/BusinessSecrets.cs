using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Inbox.Access.Keys;

/// <summary>
/// Encrypts the secrets of businesses, each with a key of its business. Opening asks the database for a key only the first
/// time that this process meets it.
/// </summary>
public sealed class BusinessSecrets(DataKeys keys, SecretBox box)
{
    private const byte Version = 2;
    private const int Head = 9;

    public byte[] Protect(string text, SecretPlace place)
    {
        var key = keys.Newest(place.TenantId);
        Span<byte> head = stackalloc byte[Head];
        head[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], key.Id);
        return Cipher.Close(head, key.Bytes, text, place.ToString());
    }

    /// <summary>Opens what the key-encryption key closed before businesses had keys, too.</summary>
    /// <exception cref="CryptographicException">Changed, made for another place, or by a key that is not here.</exception>
    public string Unprotect(byte[] blob, SecretPlace place)
    {
        if (SecretBox.IsBox(blob))
        {
            return box.Unprotect(blob, place.Earlier ?? place.ToString());
        }

        if (KeyOf(blob) is not { } id)
        {
            throw new CryptographicException("This is nothing that the installation encrypted.");
        }

        var key = keys.Find(id, place.TenantId) ?? throw new CryptographicException("The key of the business that encrypted this is not here.");
        return Cipher.Open(blob, Head, key.Bytes, place.ToString());
    }

    /// <returns>The <see cref="DataKey"/> that closed it; null where it was none.</returns>
    internal static long? KeyOf(byte[] blob)
        => blob.Length >= Cipher.SizeOf(Head) && blob[0] == Version ? BinaryPrimitives.ReadInt64LittleEndian(blob.AsSpan(1)) : null;
}
