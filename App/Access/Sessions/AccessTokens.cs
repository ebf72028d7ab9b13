using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Inbox.Access.Keys;
using Inbox.Access.Rights;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Inbox.Access.Sessions;

/// <summary>
/// Access tokens (JWT, RFC 9068's type). One algorithm and one key, both from here: what a token's header says about keys
/// is not looked at. A token only names a session; its rights are looked up with every request.
/// </summary>
public sealed class AccessTokens(IOptions<AuthOptions> options, KeyRing keys, TimeProvider clock)
{
    public const string Issuer = "inbox";
    public const string Audience = "inbox-api";
    public const string Type = "at+jwt";

    private const string Business = "tid";

    // Nodes' clocks differ a little.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false, MapInboundClaims = false };
    private readonly SymmetricSecurityKey _key = new(KeyOf(options.Value, keys));

    public TimeSpan Lifetime => options.Value.AccessToken;

    /// <summary>Other bearers (keys) have no dots.</summary>
    public static bool IsShaped(string token) => token.Count(character => character == '.') == 2;

    public string Make(Session session)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            TokenType = Type,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = session.UserId.ToString(CultureInfo.InvariantCulture),
                [JwtRegisteredClaimNames.Sid] = session.Key,
                [Business] = session.TenantId.ToString(CultureInfo.InvariantCulture),
                [JwtRegisteredClaimNames.Jti] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            },
        });
    }

    /// <returns>Null when it is not ours, not now or not an access token.</returns>
    public async Task<SessionClaims?> ReadAsync(string token)
    {
        var read = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidTypes = [Type],
            IssuerSigningKey = _key,
            TryAllIssuerSigningKeys = true,
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (from, until, parsed, _) => IsNow(from, until, parsed),
        });
        return read is { IsValid: true, ClaimsIdentity: { } claims }
            && Number(claims, JwtRegisteredClaimNames.Sub) is { } user
            && Number(claims, Business) is { } business
            && claims.FindFirst(JwtRegisteredClaimNames.Sid)?.Value is { } session
                ? new SessionClaims(session, user, business, null)
                : null;
    }

    private bool IsNow(DateTime? from, DateTime? until, SecurityToken token)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return until > now && from <= now + Skew && token is JsonWebToken parsed && parsed.IssuedAt <= now + Skew;
    }

    private static long? Number(ClaimsIdentity claims, string type)
        => long.TryParse(claims.FindFirst(type)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static byte[] KeyOf(AuthOptions options, KeyRing keys)
        => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, options.SigningKey is { Length: > 0 } given ? Encoding.UTF8.GetBytes(given) : keys.Current.Bytes, 32, info: "access-token"u8.ToArray());
}
