using System.Globalization;
using Inbox.Access.Rights;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Authentication;

namespace Inbox.Access.Sessions;

/// <summary>Begins and ends the session of a browser.</summary>
public sealed class BrowserSessions(KnownDevice devices, LiveSessions live)
{
    /// <summary>The session that the browser had before ends: a key that somebody planted leads nowhere.</summary>
    public async Task<Session> StartAsync(HttpContext http, SignedIn who)
    {
        var session = await live.StartAsync(http, who, http.RequestAborted);
        await TakeAsync(http, who, session);
        return session;
    }

    /// <summary>The session goes on in another business of the person, under a new key.</summary>
    /// <returns>False when there is no session of a browser.</returns>
    public async Task<bool> SwitchAsync(HttpContext http, long tenantId, string name)
    {
        if (SessionClaims.Of(http.User) is not { } claims || await live.FindAsync(claims, http.RequestAborted) is not { } session)
        {
            return false;
        }

        var who = new SignedIn(claims.UserId, name, session.Stamp, tenantId);
        await TakeAsync(http, who, await live.StartAsync(http, who, http.RequestAborted, session));
        return true;
    }

    private async Task TakeAsync(HttpContext http, SignedIn who, Session session)
    {
        await EndRowAsync(http);
        var claims = new SessionClaims(session.Key, who.UserId, who.TenantId, new DateTimeOffset(session.StartedAt, TimeSpan.Zero));
        await http.SignInAsync(SessionCookie.Scheme, claims.Principal(SessionCookie.Scheme, who.Name));
        devices.Remember(http, who.UserId);
    }

    public async Task EndAsync(HttpContext http)
    {
        await EndRowAsync(http);
        await http.SignOutAsync(SessionCookie.Scheme);
    }

    private async Task EndRowAsync(HttpContext http)
    {
        if (SessionClaims.Of(http.User) is { } session)
        {
            var person = new Caller(CallerKind.User, session.TenantId, session.UserId, http.User.Identity?.Name ?? session.UserId.ToString(CultureInfo.InvariantCulture), Caller.NoRights);
            var origin = http.RequestServices.GetRequiredService<CurrentOrigin>();
            await live.EndAsync(row => row.Key == session.Id, CancellationToken.None, new SessionEnder(person, origin.Address, origin.Session));
        }
    }
}
