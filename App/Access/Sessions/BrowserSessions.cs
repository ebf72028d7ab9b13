using System.Security.Cryptography;
using Inbox.Access.Rights;
using Microsoft.AspNetCore.Authentication;

namespace Inbox.Access.Sessions;

/// <summary>Begins and ends the session of a browser.</summary>
public sealed class BrowserSessions(KnownDevice devices, EndedSessions ended, SessionTrail trail, TimeProvider clock)
{
    public async Task StartAsync(HttpContext http, SignedIn who)
    {
        var session = new SessionClaims(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), who.UserId, who.TenantId, who.Stamp, clock.GetUtcNow());
        await http.SignInAsync(SessionCookie.Scheme, session.Principal(SessionCookie.Scheme, who.Name));
        devices.Remember(http, who.UserId);
        await trail.StartedAsync(session.UserId, session.TenantId, who.Name, session.Id, http.RequestAborted);
    }

    public async Task EndAsync(HttpContext http)
    {
        if (SessionClaims.Of(http.User) is { } session)
        {
            ended.Add(session);
            await trail.EndedAsync(session, http.RequestAborted);
        }

        await http.SignOutAsync(SessionCookie.Scheme);
    }
}
