using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

/// <summary>
/// Refused sign-ins and lock-outs as audit rows: in the trail of the business that the account works in; one at an account that is not
/// there in the installation's, without what was typed, which may be a password in the wrong field. How many there can be
/// is limited by <see cref="SignInAttempts"/>. Sessions that begin and end are written by <see cref="LiveSessions"/>.
/// </summary>
public sealed class SessionTrail(IDbContextFactory<InboxDb> dbs)
{
    /// <param name="user">Null where there is no such account.</param>
    public Task RefusedAsync(User? user, CancellationToken cancellation) => WriteAsync("session.refused", user, null, cancellation);

    /// <summary>Too many wrong passwords from one place: from there the account cannot be entered for a while.</summary>
    /// <param name="user">Null where there is no such account.</param>
    public Task LockedAsync(User? user, TimeSpan wait, CancellationToken cancellation)
        => WriteAsync("session.locked", user, new { Minutes = (int)Math.Ceiling(wait.TotalMinutes) }, cancellation);

    private async Task WriteAsync(string action, User? user, object? after, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        db.Audit(
            Caller.Nobody with { TenantId = user is null ? 0 : await TenantAsync(db, user, cancellation) },
            action,
            user is null ? new AuditObject("user", null) : AuditObject.Of("user", user.Id, user.Email),
            after: after);
        await db.SaveChangesAsync(cancellation);
    }

    private static async Task<long> TenantAsync(InboxDb db, User user, CancellationToken cancellation)
    {
        var own = await db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant]).Where(membership => membership.UserId == user.Id)
            .OrderBy(membership => membership.Id).Select(membership => membership.TenantId).ToListAsync(cancellation);
        return user.LastTenantId is { } last && own.Contains(last) ? last : own.FirstOrDefault();
    }
}
