using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Rights;

/// <summary><c>Authorization: Bearer …</c> with the master key of the installation or the internal key of a business.</summary>
internal sealed class BearerKeys(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory loggers, UrlEncoder encoder,
    IOptions<AccessOptions> access, IDbContextFactory<InboxDb> dbs) : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    public const string Name = "Bearer";

    private const string Prefix = "Bearer ";
    private const string Master = "master";
    private const int LongestKey = 512;

    public static bool IsUsedBy(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <returns>Null when the principal is a person.</returns>
    public static Caller? CallerOf(ClaimsPrincipal principal)
        => principal.Identity?.AuthenticationType != Name ? null
            : principal.FindFirstValue(ClaimTypes.NameIdentifier) is var id && id == Master
                ? new Caller(CallerKind.Key, 0, null, "Master key", Caller.NoRights, IsSuperAdmin: true)
                : new Caller(CallerKind.Key, long.Parse(id!, CultureInfo.InvariantCulture), null, "Internal key", PermissionCatalogue.OfRole(BuiltInRoles.Owner));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsUsedBy(Request))
        {
            return AuthenticateResult.NoResult();
        }

        var key = Request.Headers.Authorization.ToString()[Prefix.Length..].Trim();
        return key.Length is 0 or > LongestKey ? AuthenticateResult.Fail("No key")
            : IsMaster(key) ? Succeed(Master)
            : InternalKey.IsShaped(key) && await FindTenantAsync(key) is { } tenant ? Succeed(tenant.ToString(CultureInfo.InvariantCulture))
            : AuthenticateResult.Fail("Unknown key");
    }

    private bool IsMaster(string key)
        => access.Value.MasterApiKey is { Length: > 0 } master
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), SHA256.HashData(Encoding.UTF8.GetBytes(master)));

    private async Task<long?> FindTenantAsync(string key)
    {
        var hash = InternalKey.Hash(key);
        await using var db = await dbs.CreateDbContextAsync(Context.RequestAborted);
        return await db.Set<Tenant>().Where(tenant => tenant.InternalKeyHash == hash).Select(tenant => (long?)tenant.Id).FirstOrDefaultAsync(Context.RequestAborted);
    }

    private AuthenticateResult Succeed(string id)
        => AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id)], Name)), Scheme.Name));
}
