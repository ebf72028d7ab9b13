using System.Globalization;
using System.Security.Cryptography;
using Inbox.Access.Factors;
using Inbox.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

/// <summary>Somebody whose password was right and whose second factor is still missing: a cookie of ten minutes that opens nothing else.</summary>
public sealed class PendingSignIns(IDataProtectionProvider protection, IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    private const string Cookie = "inbox-pending";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _protector = protection.CreateProtector("pending-sign-in");

    public void Remember(HttpContext http, SignedIn who)
        => Keep(http, string.Create(CultureInfo.InvariantCulture, $"{who.UserId}:{who.TenantId}:{who.Stamp}:{(clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds()}"));

    /// <summary>The secret of an authenticator app that this browser sets up before it is in: the same until it is confirmed, so that a mistyped code does not make a new picture.</summary>
    public string SecretOf(HttpContext http)
    {
        if (Read(http) is not [var user, var tenant, var stamp, var until, .. var more])
        {
            throw new InvalidOperationException("Nobody waits in this browser.");
        }

        if (more is [var begun])
        {
            return begun;
        }

        var secret = Totp.NewSecret();
        Keep(http, string.Join(':', user, tenant, stamp, until, secret));
        return secret;
    }

    public void Forget(HttpContext http) => http.Response.Cookies.Delete(PrefixedCookies.Name(http, Cookie), Options(http));

    /// <returns>Null when there is none, it is old, or the person's password changed since.</returns>
    public async Task<SignedIn?> FindAsync(HttpContext http, CancellationToken cancellation)
    {
        if (Read(http) is not [var user, var tenant, var stamp, var until, ..] || long.Parse(until, CultureInfo.InvariantCulture) < clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        var id = long.Parse(user, CultureInfo.InvariantCulture);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var found = await db.Set<User>().Where(row => row.Id == id && row.SecurityStamp == stamp).Select(row => new { row.Name, row.Email }).SingleOrDefaultAsync(cancellation);
        return found is null ? null : new SignedIn(id, found.Name is { Length: > 0 } name ? name : found.Email ?? "", stamp, long.Parse(tenant, CultureInfo.InvariantCulture));
    }

    private void Keep(HttpContext http, string waiting) => http.Response.Cookies.Append(PrefixedCookies.Name(http, Cookie), _protector.Protect(waiting), Options(http));

    private string[]? Read(HttpContext http)
    {
        try
        {
            return http.Request.Cookies[PrefixedCookies.Name(http, Cookie)] is { Length: > 0 } cookie ? _protector.Unprotect(cookie).Split(':') : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static CookieOptions Options(HttpContext http)
        => new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, MaxAge = Lifetime, IsEssential = true, Path = "/" };
}
