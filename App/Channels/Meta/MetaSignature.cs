using System.Security.Cryptography;
using System.Text;
using Inbox.Channels.Inbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Meta;

/// <summary>
/// Proves that a request is Meta's: HMAC-SHA256 over the raw bytes with the app secret. The bytes are hashed as they came,
/// for Meta signs the escaped form that it sends.
/// </summary>
public sealed class MetaSignature(ChannelCredentials credentials, IOptions<MetaOptions> options, TimeProvider clock)
{
    public const string Header = "X-Hub-Signature-256";

    /// <summary>HMAC-SHA1, which Meta sends beside the other; see <see cref="OlderSignature"/>.</summary>
    public const string OlderHeader = "X-Hub-Signature";

    /// <summary>Channels without a secret of their own are covered.</summary>
    public bool HasInstallationSecret => options.Value.AppSecret is { Length: > 0 };

    private const string Prefix = "sha256=";
    private const string OlderPrefix = "sha1=";

    /// <summary>So many secrets at most are tried on one body, each of which costs a pass over it.</summary>
    private const int MostTried = 16;

    /// <summary>The header's value for a body.</summary>
    public static string Of(ReadOnlySpan<byte> body, string secret)
        => Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <returns>What the fitting secret covers; null when none fits, or the header is none.</returns>
    public VerifiedBy? Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<Channel> accounts)
    {
        Span<byte> bytes = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var given = TryRead(headers[Header].ToString(), Prefix, bytes) ? bytes : default;
        if (given.IsEmpty && headers[Header].Count == 0 && TryRead(headers[OlderHeader].ToString(), OlderPrefix, bytes[..HMACSHA1.HashSizeInBytes]))
        {
            given = bytes[..HMACSHA1.HashSizeInBytes];
            accounts = [.. accounts.Where(OlderSignature.Switch.IsOn)];
        }

        if (given.IsEmpty)
        {
            return null;
        }

        var isOlder = given.Length == HMACSHA1.HashSizeInBytes;
        var installation = !isOlder && (FitsShared(options.Value.AppSecret, body, given) || FitsShared(options.Value.PreviousAppSecret, body, given));
        var tried = new Dictionary<string, bool>(StringComparer.Ordinal);
        List<long> fitting = [];
        foreach (var account in accounts.Count > MostTried && NamedAccounts.In(body, accounts) is { Count: > 0 } named ? named : accounts)
        {
            if (credentials.Read<MetaCredentials>(account) is not { AppSecret: { Length: > 0 } secret } known)
            {
                continue;
            }

            if (Fits(tried, secret, body, given) || (known.PreviousUntil > clock.GetUtcNow().UtcDateTime && known.PreviousAppSecret is { Length: > 0 } previous && Fits(tried, previous, body, given)))
            {
                fitting.Add(account.Id);
            }
        }

        return installation || fitting.Count > 0 ? new VerifiedBy(installation, fitting) : null;
    }

    /// <summary>Answers the GET by which Meta checks the address. Older calls leave <c>hub.mode</c> out.</summary>
    /// <returns>The challenge; null: refuse.</returns>
    public string? AnswerHandshake(IQueryCollection query, IReadOnlyList<Channel> accounts)
    {
        if (query["hub.mode"].ToString() is not ("" or "subscribe") || query["hub.challenge"].ToString() is not { Length: > 0 and <= 1000 } challenge)
        {
            return null;
        }

        var given = SHA256.HashData(Encoding.UTF8.GetBytes(query["hub.verify_token"].ToString()));
        var fits = Equal(options.Value.VerifyToken, given);
        foreach (var account in accounts)
        {
            fits |= Equal(credentials.Read<MetaCredentials>(account)?.VerifyToken, given);
        }

        return fits ? challenge : null;
    }

    private static bool Equal(string? token, byte[] given)
        => token is { Length: > 0 } && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), given);

    private static bool FitsShared(string? secret, ReadOnlySpan<byte> body, ReadOnlySpan<byte> given) => secret is { Length: > 0 } && Fits(secret, body, given);

    private static bool Fits(Dictionary<string, bool> tried, string secret, ReadOnlySpan<byte> body, ReadOnlySpan<byte> given)
    {
        if (!tried.TryGetValue(secret, out var fits) && tried.Count < MostTried)
        {
            tried[secret] = fits = Fits(secret, body, given);
        }

        return fits;
    }

    private static bool Fits(string secret, ReadOnlySpan<byte> body, ReadOnlySpan<byte> given)
    {
        Span<byte> own = stackalloc byte[given.Length];
        if (given.Length == HMACSHA1.HashSizeInBytes)
        {
#pragma warning disable CA5350 // what the platform still sends; only where somebody switched it on
            HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), body, own);
#pragma warning restore CA5350
        }
        else
        {
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body, own);
        }

        return CryptographicOperations.FixedTimeEquals(own, given);
    }

    private static bool TryRead(string header, string prefix, Span<byte> signature)
        => header.Length == prefix.Length + (2 * signature.Length)
            && header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && Convert.FromHexString(header.AsSpan(prefix.Length), signature, out _, out _) == System.Buffers.OperationStatus.Done;
}
