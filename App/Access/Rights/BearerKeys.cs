using System.Collections.Frozen;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Inbox.Access.Programs;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Rights;

/// <summary><c>Authorization: Bearer …</c> with an access token, the master key of the installation, the internal key of a business or one of its API keys.</summary>
internal sealed class BearerKeys(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory loggers, UrlEncoder encoder,
    IOptions<AccessOptions> access, AccessTokens tokens, Callers callers, ApiKeyUse apiKeys, IDbContextFactory<InboxDb> dbs) : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    public const string Name = "Bearer";

    /// <summary>The kind of identity that an access token gives: a person's.</summary>
    public const string TokenType = "AccessToken";

    private const string Permission = "permission";
    private const string KeyId = "key";
    private const string Maker = "maker";
    private const string MakerName = "maker_name";
    private const string Prefix = "Bearer ";
    private const string Master = "master";
    private const int LongestKey = 4096;

    public static bool IsUsedBy(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <returns>Null when the principal is a person.</returns>
    public static Caller? CallerOf(ClaimsPrincipal principal)
        => principal.Identity?.AuthenticationType != Name ? null
            : principal.FindFirstValue(ClaimTypes.Name) is { } name
                ? new Caller(CallerKind.Key, TenantOf(principal), null, name, principal.FindAll(Permission).ToFrozenDictionary(claim => claim.Value, _ => PermissionScope.All))
                {
                    KeyId = Number(principal, KeyId),
                    OnBehalfOf = Number(principal, Maker) is { } maker ? new Principal(maker, principal.FindFirstValue(MakerName)) : null,
                }
            : principal.FindFirstValue(ClaimTypes.NameIdentifier) is var id && id == Master
                ? new Caller(CallerKind.Key, 0, null, "Master key", Caller.NoRights, IsSuperAdmin: true)
                : new Caller(CallerKind.Key, TenantOf(principal), null, "Internal key", PermissionCatalogue.OfRole(BuiltInRoles.Owner)) { IsOwner = true };

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsUsedBy(Request))
        {
            return AuthenticateResult.NoResult();
        }

        var key = Request.Headers.Authorization.ToString()[Prefix.Length..].Trim();
        if (IsMaster(key))
        {
            return Succeed(Master);
        }

        if (AccessTokens.IsShaped(key) && key.Length <= LongestKey)
        {
            return await tokens.ReadAsync(key) is { } session && session.Principal(TokenType, "") is var person && await callers.FindAsync(person, Context.RequestAborted) is not null
                ? AuthenticateResult.Success(new AuthenticationTicket(person, Scheme.Name))
                : AuthenticateResult.Fail("No token of ours, or not any more");
        }

        // A bearer of no shape of ours may be somebody else's, as a visitor's of the website chat is: not a failure, and no line in the log.
        return key.Length is 0 or > LongestKey ? AuthenticateResult.Fail("No key")
            : ApiKey.IsShaped(key) && await apiKeys.FindAsync(key, Context.RequestAborted) is { } own ? Succeed(own.Key, own.Maker, await PermissionsAsync(own.Key))
            : InternalKey.IsShaped(key) && await FindTenantAsync(key) is { } tenant ? Succeed(tenant.ToString(CultureInfo.InvariantCulture))
            : ApiKey.IsShaped(key) || InternalKey.IsShaped(key) ? AuthenticateResult.Fail("Unknown key")
            : AuthenticateResult.NoResult();
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

    private static long TenantOf(ClaimsPrincipal principal) => long.Parse(principal.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture);

    private static long? Number(ClaimsPrincipal principal, string claim)
        => principal.FindFirstValue(claim) is { } number ? long.Parse(number, CultureInfo.InvariantCulture) : null;

    /// <summary>What the person who answers for the key has lost, or has for a part only, the key has lost too.</summary>
    private async Task<IEnumerable<string>> PermissionsAsync(ApiKey key)
    {
        var permissions = ApiKey.Split(key.Permissions).Where(PermissionCatalogue.Names.Contains);
        if (key.CreatedById is not { } answering)
        {
            return permissions;
        }

        var person = await callers.PersonAsync(answering, key.TenantId, Context.RequestAborted);
        return permissions.Where(permission => person?.ScopeOf(permission) == PermissionScope.All);
    }

    private AuthenticateResult Succeed(ApiKey key, Principal? maker, IEnumerable<string> permissions)
        => AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.NameIdentifier, key.TenantId.ToString(CultureInfo.InvariantCulture)),
                    new Claim(ClaimTypes.Name, key.Name),
                    new Claim(KeyId, key.Id.ToString(CultureInfo.InvariantCulture)),
                    .. maker is { UserId: { } id } ? [new Claim(Maker, id.ToString(CultureInfo.InvariantCulture)), new Claim(MakerName, maker.Name ?? "")] : (Claim[])[],
                    .. permissions.Select(permission => new Claim(Permission, permission)),
                ],
                Name)),
            Scheme.Name));

    private AuthenticateResult Succeed(string id)
        => AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id)], Name)), Scheme.Name));
}
