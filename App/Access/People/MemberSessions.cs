using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access.People;

/// <summary>
/// Where somebody of the team is signed in to this business, for those who may disable them. What the person has open in
/// another business is that one's matter: it is neither shown nor ended here.
/// </summary>
public sealed class MemberSessions(IDbContextFactory<InboxDb> dbs, LiveSessions live, CurrentOrigin origin, IOptions<AuthOptions> options, TimeProvider clock)
{
    /// <returns>Those that stand, the last used first.</returns>
    /// <exception cref="RefusedException">user_not_found, owner_required.</exception>
    public async Task<IReadOnlyList<Session>> ListAsync(Caller caller, long userId, CancellationToken cancellation)
    {
        await RequireReachAsync(caller, userId, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Session>().Where(session => session.UserId == userId && session.TenantId == caller.TenantId)
            .StandingAt(clock.GetUtcNow().UtcDateTime, options.Value.LongestIdle).ToListAsync(cancellation);
    }

    /// <returns>False when the person has no such session in this business.</returns>
    /// <exception cref="RefusedException">user_not_found, owner_required.</exception>
    public async Task<bool> EndAsync(Caller caller, long userId, long id, CancellationToken cancellation)
    {
        await RequireReachAsync(caller, userId, cancellation);
        return await live.EndAsync(session => session.Id == id && session.UserId == userId && session.TenantId == caller.TenantId, cancellation, By(caller)) == 1;
    }

    /// <exception cref="RefusedException">user_not_found, owner_required.</exception>
    public async Task EndAllAsync(Caller caller, long userId, CancellationToken cancellation)
    {
        await RequireReachAsync(caller, userId, cancellation);
        await live.EndAsync(session => session.UserId == userId && session.TenantId == caller.TenantId, cancellation, By(caller));
    }

    private async Task RequireReachAsync(Caller caller, long userId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await db.MemberInReachAsync(caller, userId, MemberStatus.Deleted, cancellation);
    }

    private SessionEnder By(Caller caller) => new(caller, origin.Address, origin.Session);
}
