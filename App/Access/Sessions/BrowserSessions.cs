using System.Globalization;
using Inbox.Access.Factors;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Authentication;

namespace Inbox.Access.Sessions;

/// <summary>Begins and ends the session of a browser.</summary>
public sealed class BrowserSessions(KnownDevice devices, LiveSessions live, PendingSignIns pending, SecondFactors factors)
{
    /// <summary>The session that the browser had before ends: a key that somebody planted leads nowhere.</summary>
    public async Task<Session> StartAsync(HttpContext http, SignedIn who)
    {
        var session = await live.StartAsync(http, who, http.RequestAborted);
        await TakeAsync(http, who, session);
        return session;
    }

    /// <summary>Somebody gave the code that was missing: signs in, or goes on in another business where a session of theirs stands.</summary>
    public async Task EnterAsync(HttpContext http, SignedIn who)
        => await TakeAsync(http, who, await live.StartAsync(http, who, http.RequestAborted, await StandingAsync(http) is { } session && session.UserId == who.UserId ? session : null));

    /// <summary>The session goes on in another business of the person, under a new key; where that one asks for a second factor and the session has none, after the code.</summary>
    /// <returns>Where the browser goes: a page of ours.</returns>
    public async Task<string> SwitchAsync(HttpContext http, long tenantId, string name)
    {
        if (await StandingAsync(http) is not { } session)
        {
            return Pages.Home;
        }

        if (session.TenantId == tenantId)
        {
            return Pages.Home;   // it is there already
        }

        var who = new SignedIn(session.UserId, name, session.Stamp, tenantId);
        var state = await factors.StateAsync(who.UserId, tenantId, http.RequestAborted);
        if (state.IsRequired && !session.HasFactor)
        {
            // Setting one up asks for the password there: a borrowed screen must not do it.
            return state.IsEnabled ? Ask(http, who, hasFactor: true, Pages.Home) : state.HasPasskey ? "/security?needed=passkey" : "/security?needed=factor";
        }

        await TakeAsync(http, who, await live.StartAsync(http, who, http.RequestAborted, session));
        return Pages.Home;
    }

    /// <summary>Somebody whose password is right waits for the code.</summary>
    /// <param name="hasFactor">False: they set one up first.</param>
    /// <param name="after">A page of ours for when they are in.</param>
    /// <returns>Where the browser goes.</returns>
    public string Ask(HttpContext http, SignedIn who, bool hasFactor, string after)
    {
        pending.Remember(http, who);
        return $"/sign-in/{(hasFactor ? "code" : "second-factor")}{QueryString.Create("returnUrl", after)}";
    }

    private async Task<Session?> StandingAsync(HttpContext http)
        => SessionClaims.Of(http.User) is { } claims ? await live.FindAsync(claims, http.RequestAborted) : null;

    private async Task TakeAsync(HttpContext http, SignedIn who, Session session)
    {
        await EndRowAsync(http, quietly: true);
        var claims = new SessionClaims(session.Key, who.UserId, who.TenantId, new DateTimeOffset(session.StartedAt, TimeSpan.Zero));
        await http.SignInAsync(SessionCookie.Scheme, claims.Principal(SessionCookie.Scheme, who.Name));
        devices.Remember(http, who.UserId);
    }

    public async Task EndAsync(HttpContext http)
    {
        await EndRowAsync(http);
        await http.SignOutAsync(SessionCookie.Scheme);
    }

    private async Task EndRowAsync(HttpContext http, bool quietly = false)
    {
        if (SessionClaims.Of(http.User) is { } session)
        {
            var person = new Caller(CallerKind.User, session.TenantId, session.UserId, http.User.Identity?.Name ?? session.UserId.ToString(CultureInfo.InvariantCulture), Caller.NoRights);
            var origin = http.RequestServices.GetRequiredService<CurrentOrigin>();
            await live.EndAsync(row => row.Key == session.Id, CancellationToken.None, new SessionEnder(person, origin.Address, origin.Session), quietly);
        }
    }
}
