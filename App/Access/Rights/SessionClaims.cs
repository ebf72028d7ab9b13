using System.Globalization;
using System.Security.Claims;

namespace Inbox.Access.Rights;

/// <summary>What a session cookie or an access token says, and nothing more: rights are looked up, never carried.</summary>
/// <param name="Id">The session's key.</param>
/// <param name="TenantId">The active business; 0 for somebody who belongs to none.</param>
/// <param name="StartedAt">Of a cookie, which ends some hours later whatever happens; null for a token, which has its own end.</param>
public sealed record SessionClaims(string Id, long UserId, long TenantId, DateTimeOffset? StartedAt)
{
    private const string IdType = "session";
    private const string Tenant = "tenant";
    private const string Started = "started";

    /// <returns>Null when the principal is not a session of ours.</returns>
    public static SessionClaims? Of(ClaimsPrincipal principal)
        => long.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var user)
            && long.TryParse(principal.FindFirstValue(Tenant), CultureInfo.InvariantCulture, out var tenant)
            && principal.FindFirstValue(IdType) is { } id
                ? new SessionClaims(id, user, tenant, long.TryParse(principal.FindFirstValue(Started), CultureInfo.InvariantCulture, out var started) ? DateTimeOffset.FromUnixTimeSeconds(started) : null)
                : null;

    public ClaimsPrincipal Principal(string scheme, string name)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, UserId.ToString(CultureInfo.InvariantCulture)),
                new Claim(ClaimTypes.Name, name),
                new Claim(IdType, Id),
                new Claim(Tenant, TenantId.ToString(CultureInfo.InvariantCulture)),
            ],
            scheme);
        if (StartedAt is { } started)
        {
            identity.AddClaim(new Claim(Started, started.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        }

        return new ClaimsPrincipal(identity);
    }
}
