using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

/// <summary>
/// Signing in and out as audit rows. A refused attempt goes into the trail of the business that the account works in; one
/// at an account that is not there into the installation's, without what was typed: it may be a password in the wrong
/// field. How many there can be is limited by <see cref="SignInAttempts"/>.
/// </summary>
public sealed class SessionTrail(IDbContextFactory<InboxDb> dbs, CurrentOrigin origin)
{
    public async Task StartedAsync(long userId, long tenantId, string name, string session, CancellationToken cancellation)
    {
        origin.Session = session;
        await WriteAsync(Of(userId, tenantId, name), "session.started", new AuditObject("session", session), cancellation);
    }

    public async Task EndedAsync(SessionClaims session, CancellationToken cancellation)
        => await WriteAsync(Of(session.UserId, session.TenantId, await NameAsync(session.UserId, cancellation)), "session.ended", new AuditObject("session", session.Id), cancellation);

    /// <param name="user">Null where there is no such account.</param>
    public async Task RefusedAsync(User? user, CancellationToken cancellation)
        => await WriteAsync(
            Caller.Nobody with { TenantId = user is null ? 0 : await TenantAsync(user, cancellation) },
            "session.refused",
            user is null ? new AuditObject("user", null) : AuditObject.Of("user", user.Id, user.Email),
            cancellation);

    private async Task WriteAsync(Caller caller, string action, AuditObject target, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        db.Audit(caller, action, target);
        await db.SaveChangesAsync(cancellation);
    }

    private async Task<string> NameAsync(long userId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<User>().Where(user => user.Id == userId).Select(user => user.Name).SingleOrDefaultAsync(cancellation) ?? "";
    }

    private async Task<long> TenantAsync(User user, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var own = await db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant]).Where(membership => membership.UserId == user.Id)
            .OrderBy(membership => membership.Id).Select(membership => membership.TenantId).ToListAsync(cancellation);
        return user.LastTenantId is { } last && own.Contains(last) ? last : own.FirstOrDefault();
    }

    private static Caller Of(long userId, long tenantId, string name) => new(CallerKind.User, tenantId, userId, name, Caller.NoRights);
}
