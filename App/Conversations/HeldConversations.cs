using Inbox.Access;
using Inbox.Access.People;
using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>The open conversations of somebody who leaves. Each goes by itself, with its own event and audit row, as if handed on by hand.</summary>
public sealed class HeldConversations(IDbContextFactory<InboxDb> dbs, ConversationStates states) : IHeldWork
{
    public async Task<int> CountAsync(Caller caller, long userId, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await Held(db, userId).CountAsync(cancellation);
    }

    public async Task CheckAsync(Caller caller, long userId, Successor successor, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (successor.UserId is { } colleague && (colleague == userId || await Callers.MemberAsync(db, colleague, cancellation) is null))
        {
            throw new RefusedException("invalid_value", "There is no such other colleague in this business who may enter.", field: "assignee_id");
        }

        if (successor.DepartmentId is { } department && !await db.Set<Department>().AnyAsync(row => row.Id == department, cancellation))
        {
            throw new RefusedException("invalid_value", "There is no such department in this business.", field: "department_id");
        }
    }

    public async Task<int> HandOverAsync(Caller caller, long userId, Successor successor, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var ids = await Held(db, userId).OrderBy(conversation => conversation.Id).Select(conversation => conversation.Id).ToListAsync(cancellation);
        // Whoever may take a person out of the team also says where their work goes, whatever of it they see themselves.
        var all = caller with { Rights = PermissionCatalogue.OfRole(BuiltInRoles.Owner) };
        var moved = 0;
        foreach (var id in ids)
        {
            moved += await OneAsync(all, id, successor, cancellation) ? 1 : 0;
        }

        return moved;
    }

    /// <returns>False when it is as it was: somebody did something else with it at this moment.</returns>
    private async Task<bool> OneAsync(Caller caller, long id, Successor successor, CancellationToken cancellation)
        => await TryAsync(caller, id, new Change(AssigneeId: successor.UserId ?? 0, DepartmentId: successor.DepartmentId), cancellation)
            || await TryAsync(caller, id, new Change(AssigneeId: 0), cancellation);   // it waits in its department

    private async Task<bool> TryAsync(Caller caller, long id, Change change, CancellationToken cancellation)
    {
        try
        {
            await states.ChangeAsync(caller, id, change, cancellation);
            return true;
        }
        catch (RefusedException)
        {
            return false;   // one that cannot go there keeps none of the others
        }
    }

    private static IQueryable<Conversation> Held(InboxDb db, long userId)
        => db.Set<Conversation>().Where(row => row.AssigneeId == userId && row.Status != ConversationStatus.Closed && row.Status != ConversationStatus.Spam);
}
