using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Inbox.Access.Factors;

/// <summary>Codes of six digits, a new one every 30 seconds (RFC 6238, SHA-1 as every authenticator app expects).</summary>
public static class Totp
{
    private const int SecretBytes = 20;
    private const int StepSeconds = 30;
    private const int Digits = 1_000_000;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <returns>Base32, as it is typed into the app.</returns>
    public static string NewSecret() => Encode(RandomNumberGenerator.GetBytes(SecretBytes));

    public static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    public static string CodeAt(string secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 6238; apps ignore another algorithm
        var hash = HMACSHA1.HashData(Decode(secret), counter);
#pragma warning restore CA5350
        var at = hash[^1] & 0xF;
        return ((BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(at)) & 0x7FFF_FFFF) % Digits).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>A phone's clock may be half a minute off.</summary>
    /// <returns>The step that the code belongs to; null when it is wrong.</returns>
    public static long? Match(string secret, string code, DateTimeOffset now)
    {
        var given = Encoding.UTF8.GetBytes(code);
        long? found = null;
        for (var step = StepAt(now) - 1; step <= StepAt(now) + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(CodeAt(secret, step)), given))
            {
                found = step;
            }
        }

        return found;
    }

    /// <summary>80 random bits as four groups, easy to copy by hand.</summary>
    internal static string NewRecoveryCode() => string.Join('-', Encode(RandomNumberGenerator.GetBytes(10)).Chunk(4).Select(group => new string(group)));

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var value in bytes)
        {
            (bits, count) = ((bits << 8) | value, count + 8);
            while (count >= 5)
            {
                text.Append(Alphabet[(bits >> (count - 5)) & 31]);
                count -= 5;
            }
        }

        return text.ToString();
    }

    private static byte[] Decode(string text)
    {
        var bytes = new List<byte>();
        var (bits, count) = (0, 0);
        foreach (var character in text)
        {
            (bits, count) = ((bits << 5) | Alphabet.IndexOf(character, StringComparison.Ordinal), count + 5);
            if (count >= 8)
            {
                bytes.Add((byte)(bits >> (count - 8)));
                count -= 8;
            }
        }

        return [.. bytes];
    }
}
