using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Sessions;

/// <summary>The sessions of the person who asks, and of nobody else.</summary>
public sealed class OwnSessions(IDbContextFactory<InboxDb> dbs, LiveSessions live, CurrentOrigin origin, IOptions<AuthOptions> options, TimeProvider clock)
{
    /// <returns>Those that stand, the newest first.</returns>
    public async Task<IReadOnlyList<Session>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        var userId = caller.RequirePerson();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Session>().Where(session => session.UserId == userId).StandingAt(clock.GetUtcNow().UtcDateTime, options.Value.LongestIdle).ToListAsync(cancellation);
    }

    /// <returns>False when the person has no such session.</returns>
    public async Task<bool> EndAsync(Caller caller, long id, CancellationToken cancellation)
    {
        var userId = caller.RequirePerson();
        return await live.EndAsync(session => session.UserId == userId && session.Id == id, cancellation, By(caller)) == 1;
    }

    /// <param name="except">The key of the session to keep; null ends all.</param>
    public Task<int> EndAllAsync(Caller caller, string? except, CancellationToken cancellation)
    {
        var userId = caller.RequirePerson();
        return live.EndAsync(session => session.UserId == userId && session.Key != except, cancellation, By(caller));
    }

    /// <summary>The sessions that stand have a second factor from now on, or no more.</summary>
    internal Task HaveFactorAsync(Caller caller, bool has, CancellationToken cancellation) => live.HaveFactorAsync(caller.RequirePerson(), has, cancellation);

    private SessionEnder By(Caller caller) => new(caller, origin.Address, origin.Session);
}
