using Inbox.Access;
using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>Somewhere a conversation can be handed to.</summary>
public sealed record Target(long Id, string Name);

/// <summary>Where conversations can be handed to.</summary>
public sealed class TransferTargets(IDbContextFactory<InboxDb> dbs)
{
    /// <summary>The departments by which the caller's list can be narrowed.</summary>
    public async Task<IReadOnlyList<Target>> DepartmentsAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var departments = db.Set<Department>().AsQueryable();
        if (caller.ScopeOf(ConversationPermissions.Read) != PermissionScope.All)
        {
            var own = caller.Departments.ToArray();
            departments = departments.Where(department => own.Contains(department.Id));
        }

        return await departments.OrderBy(department => department.Name).Select(department => new Target(department.Id, department.Name)).ToListAsync(cancellation);
    }

    /// <summary>Every department of the business: one may hand a conversation to where one does not look oneself.</summary>
    /// <exception cref="ForbiddenException">The caller may not hand conversations on.</exception>
    public async Task<IReadOnlyList<Target>> AllDepartmentsAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Transfer);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Department>().OrderBy(department => department.Name).Select(department => new Target(department.Id, department.Name)).ToListAsync(cancellation);
    }

    /// <summary>Colleagues who may be given conversations of a department.</summary>
    /// <param name="departmentId">Null: of none.</param>
    /// <exception cref="ForbiddenException">The caller may not hand conversations on.</exception>
    public async Task<IReadOnlyList<Target>> ColleaguesAsync(Caller caller, long? departmentId, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Transfer);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return [.. (await Callers.MembersAsync(db, cancellation)).Where(member => member.MayHold(departmentId)).Select(member => new Target(member.UserId!.Value, member.Name))];
    }
}
