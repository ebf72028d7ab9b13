using System.Globalization;
using System.Security.Claims;

namespace Inbox.Access.Rights;

/// <summary>What a session cookie says, and nothing more: rights are looked up, never carried.</summary>
/// <param name="Id">Of this session among the person's, for ending it alone.</param>
/// <param name="Stamp">The person's security stamp at sign-in; another one ends the session.</param>
/// <param name="TenantId">The active business; 0 for somebody who belongs to none.</param>
public sealed record SessionClaims(string Id, long UserId, long TenantId, string Stamp, DateTimeOffset StartedAt)
{
    private const string IdType = "session";
    private const string Tenant = "tenant";
    private const string StampType = "stamp";
    private const string Started = "started";

    /// <returns>Null when the principal is not a session of ours.</returns>
    public static SessionClaims? Of(ClaimsPrincipal principal)
        => long.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var user)
            && long.TryParse(principal.FindFirstValue(Tenant), CultureInfo.InvariantCulture, out var tenant)
            && long.TryParse(principal.FindFirstValue(Started), CultureInfo.InvariantCulture, out var started)
            && principal.FindFirstValue(StampType) is { } stamp
            && principal.FindFirstValue(IdType) is { } id
                ? new SessionClaims(id, user, tenant, stamp, DateTimeOffset.FromUnixTimeSeconds(started))
                : null;

    public ClaimsPrincipal Principal(string scheme, string name)
        => new(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, UserId.ToString(CultureInfo.InvariantCulture)),
                new Claim(ClaimTypes.Name, name),
                new Claim(IdType, Id),
                new Claim(Tenant, TenantId.ToString(CultureInfo.InvariantCulture)),
                new Claim(StampType, Stamp),
                new Claim(Started, StartedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ],
            scheme));
}
