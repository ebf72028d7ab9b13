using System.Security.Cryptography;
using System.Text;
using Inbox.Tenancy;

namespace Inbox.Channels.Website;

/// <summary>What the widget keeps secret.</summary>
/// <param name="IdentitySecret">Shared with the site's own server, which vouches for its users by it.</param>
public sealed record WebsiteCredentials(string IdentitySecret);

/// <summary>Whether a site vouches for somebody: the hash is hex of the HMAC-SHA256 of the person's id there under the widget's secret.</summary>
public sealed class WidgetIdentity(ChannelCredentials credentials)
{
    public const int LongestUserId = 190;

    private const int FingerprintLength = 16;

    /// <returns>The fingerprint of the secret by which it was shown.</returns>
    /// <exception cref="RefusedException">identity_not_verified: the hash is not that of the id, or the widget has no secret.</exception>
    internal string Verify(Channel channel, string userId, string? hash)
    {
        var secret = credentials.Read<WebsiteCredentials>(channel)?.IdentitySecret;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var isHash = hash?.Length == 2 * HMACSHA256.HashSizeInBytes && Convert.FromHexString(hash, given, out _, out _) == System.Buffers.OperationStatus.Done;
        // Without a secret the time is the same.
        var right = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret ?? ""), Encoding.UTF8.GetBytes(userId));
        return CryptographicOperations.FixedTimeEquals(right, given) && isHash && secret is not null
            ? Fingerprint(secret)
            : throw new RefusedException(
                "identity_not_verified", "The hash is not the HMAC-SHA256 of this id under the widget's secret, in hexadecimal digits.", StatusCodes.Status403Forbidden, "hash");
    }

    /// <summary>The secret by which the site vouched for the visitor is still the channel's; a visitor whom nobody knows needs none.</summary>
    internal bool StillHolds(Channel channel, CurrentVisitor visitor)
        => visitor.Secret is not { } secret || (credentials.Read<WebsiteCredentials>(channel) is { } known && secret == Fingerprint(known.IdentitySecret));

    private static string Fingerprint(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))[..FingerprintLength];
}
