using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Inbox.Operations.Backups;

/// <summary>
/// Bytes closed with a passphrase: PBKDF2 (SHA-256) and AES-256-GCM. Layout: mark, iterations, salt, check, nonce, tag,
/// content. The check tells a wrong passphrase from a changed archive.
/// </summary>
internal static class Sealed
{
    // OWASP's figure for PBKDF2 with SHA-256 (Password Storage Cheat Sheet, 2023).
    private const int Iterations = 600_000;

    private const int MostIterations = 10_000_000;
    private const int SaltSize = 16;
    private const int KeySize = 32;
    private const int CheckSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private static ReadOnlySpan<byte> Mark => "INBXSEAL"u8;

    private static int HeaderSize => Mark.Length + 4 + SaltSize + CheckSize + NonceSize + TagSize;

    /// <param name="context">Bound to the content: opening needs the same bytes.</param>
    public static byte[] Close(ReadOnlySpan<byte> content, string passphrase, ReadOnlySpan<byte> context)
    {
        var result = new byte[HeaderSize + content.Length];
        var parts = new Parts(result);
        Mark.CopyTo(result);
        BinaryPrimitives.WriteInt32BigEndian(parts.Iterations, Iterations);
        RandomNumberGenerator.Fill(parts.Salt);
        RandomNumberGenerator.Fill(parts.Nonce);
        var derived = Derive(passphrase, parts.Salt, Iterations);
        derived.AsSpan(KeySize).CopyTo(parts.Check);
        using var aes = new AesGcm(derived.AsSpan(0, KeySize), TagSize);
        aes.Encrypt(parts.Nonce, content, parts.Content, parts.Tag, context);
        CryptographicOperations.ZeroMemory(derived);
        return result;
    }

    /// <exception cref="BackupException">The passphrase is wrong, or the bytes or their context were changed.</exception>
    public static byte[] Open(byte[] closed, string passphrase, ReadOnlySpan<byte> context)
    {
        if (closed.Length < HeaderSize || !closed.AsSpan().StartsWith(Mark))
        {
            throw new BackupException("The archive's keys cannot be read: it is damaged.");
        }

        var parts = new Parts(closed);
        var iterations = BinaryPrimitives.ReadInt32BigEndian(parts.Iterations);
        if (iterations is <= 0 or > MostIterations)
        {
            throw new BackupException("The archive's keys cannot be read: it is damaged.");
        }

        var derived = Derive(passphrase, parts.Salt, iterations);
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(derived.AsSpan(KeySize), parts.Check))
            {
                throw new BackupException("The passphrase is not the one that this archive was made with. Nothing was changed.");
            }

            var content = new byte[parts.Content.Length];
            using var aes = new AesGcm(derived.AsSpan(0, KeySize), TagSize);
            aes.Decrypt(parts.Nonce, parts.Content, parts.Tag, content, context);
            return content;
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new BackupException("The archive was changed after it was made. Nothing was restored.", error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    private static byte[] Derive(string passphrase, ReadOnlySpan<byte> salt, int iterations)
        => Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, iterations, HashAlgorithmName.SHA256, KeySize + CheckSize);

    private readonly ref struct Parts(Span<byte> all)
    {
        private readonly Span<byte> _all = all[Mark.Length..];

        public Span<byte> Iterations => _all[..4];

        public Span<byte> Salt => _all.Slice(4, SaltSize);

        public Span<byte> Check => _all.Slice(4 + SaltSize, CheckSize);

        public Span<byte> Nonce => _all.Slice(4 + SaltSize + CheckSize, NonceSize);

        public Span<byte> Tag => _all.Slice(4 + SaltSize + CheckSize + NonceSize, TagSize);

        public Span<byte> Content => _all[(4 + SaltSize + CheckSize + NonceSize + TagSize)..];
    }
}
