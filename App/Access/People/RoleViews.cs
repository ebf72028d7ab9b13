using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.People;

/// <summary>
/// Whoever makes roles looks at everything as somebody with the role does: the session has then no right beyond it, in pages
/// and at the API alike, until they go back.
/// </summary>
public sealed class RoleViews(IDbContextFactory<InboxDb> dbs, Callers callers, CurrentOrigin origin)
{
    /// <exception cref="RefusedException">person_needed, role_not_found; role_exceeds_own: the view would show less than the role sees.</exception>
    public async Task BeginAsync(Caller caller, long roleId, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.ReadRoles);
        var userId = caller.RequirePerson();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var role = await db.Set<Role>().AsNoTracking().Include(row => row.Permissions).SingleOrDefaultAsync(row => row.Id == roleId, cancellation) ?? throw RefusedException.NotFound("role");
        if (role.Rights().Any(right => caller.ScopeOf(right.Key) < right.Value))
        {
            throw new RefusedException("role_exceeds_own", "This role may more than you, so you cannot see what it sees.", StatusCodes.Status403Forbidden);
        }

        await SetAsync(db, caller, "role.viewed", AuditObject.Of("role", role.Id, role.Name), role.Id, cancellation);
        callers.Forget(userId);
    }

    /// <summary>Back to the person's own rights.</summary>
    public async Task EndAsync(Caller caller, CancellationToken cancellation)
    {
        if (caller is not { ViewsAs: { } name, UserId: { } userId })
        {
            return;
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await SetAsync(db, caller, "role.view_ended", new AuditObject("role", null, name), null, cancellation);
        callers.Forget(userId);
    }

    private async Task SetAsync(InboxDb db, Caller caller, string action, AuditObject target, long? roleId, CancellationToken cancellation)
    {
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<Session>().Where(row => row.Key == origin.Session && row.UserId == caller.UserId).ExecuteUpdateAsync(set => set.SetProperty(row => row.ViewRoleId, roleId), cancellation);
        db.Audit(caller, action, target);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
    }
}
