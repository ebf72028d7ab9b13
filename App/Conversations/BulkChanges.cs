using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>A conversation that was left as it is, and why.</summary>
public sealed record BulkRefusal(long Id, string Code, string Detail);

/// <param name="Done">The conversations that are now as was asked for.</param>
/// <param name="More">The filter lets through more than one call takes: call again.</param>
public sealed record BulkResult(IReadOnlyList<long> Done, IReadOnlyList<BulkRefusal> Refused, bool More);

/// <summary>One change to many conversations, each by itself: what cannot be done to one does not stop the others.</summary>
public sealed class BulkChanges(IDbContextFactory<InboxDb> dbs, ConversationStates states, AgentMarks marks)
{
    public const int Most = 200;

    /// <param name="change">Null: nothing of the conversation itself.</param>
    /// <param name="read">True marks as read for the caller, false as unread, null leaves it.</param>
    public async Task<BulkResult> ChangeAsync(Caller caller, IReadOnlyList<long> ids, Change? change, bool? read, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        foreach (var permission in change?.PermissionsFor(caller) ?? [])
        {
            caller.Require(permission);
        }

        List<long> done = [];
        List<BulkRefusal> refused = [];
        foreach (var id in ids.Distinct())
        {
            try
            {
                await OneAsync(caller, id, change, read, cancellation);
                done.Add(id);
            }
            catch (RefusedException error)
            {
                refused.Add(new BulkRefusal(id, error.Code, error.Message));
            }
            catch (ForbiddenException error)
            {
                refused.Add(new BulkRefusal(id, "forbidden", error.Message));
            }
        }

        return new BulkResult(done, refused, More: false);
    }

    /// <summary>As the other, over what the filter lets through of what the caller may see.</summary>
    public async Task<BulkResult> ChangeAsync(Caller caller, ConversationFilter filter, Change? change, bool? read, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var ids = await ConversationLists.Filtered(db, filter, caller).OrderByDescending(c => c.LastMessageAt).ThenByDescending(c => c.Id)
            .Select(c => c.Id).Take(Most + 1).ToListAsync(cancellation);
        return await ChangeAsync(caller, [.. ids.Take(Most)], change, read, cancellation) with { More = ids.Count > Most };
    }

    private async Task OneAsync(Caller caller, long id, Change? change, bool? read, CancellationToken cancellation)
    {
        if (change is not null)
        {
            await states.ChangeAsync(caller, id, change, cancellation);
        }

        await (read switch
        {
            true => marks.ReadAsync(caller, id, upTo: null, cancellation),
            false => marks.UnreadAsync(caller, id, cancellation),
            null => Task.CompletedTask,
        });
    }
}
