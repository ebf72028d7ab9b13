using Inbox.Tenancy;

namespace Inbox.Conversations;

/// <summary>A conversation that was left as it is, and why.</summary>
public sealed record BulkRefusal(long Id, string Code, string Detail);

/// <param name="Done">The conversations that are now as was asked for.</param>
/// <param name="More">The filter lets through more than one call takes: call again.</param>
public sealed record BulkResult(IReadOnlyList<long> Done, IReadOnlyList<BulkRefusal> Refused, bool More)
{
    /// <summary>What takes the change back, by conversation; those that were so before are left out.</summary>
    internal IReadOnlyDictionary<long, Change> Before { get; init; } = new Dictionary<long, Change>();
}

/// <summary>One change to many conversations, each by itself: what cannot be done to one does not stop the others.</summary>
public sealed class BulkChanges(ConversationLists lists, ConversationStates states, AgentMarks marks)
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
        Dictionary<long, Change> before = [];
        foreach (var id in ids.Distinct())
        {
            try
            {
                if (await OneAsync(caller, id, change, read, cancellation) is { } was)
                {
                    before[id] = was;
                }

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

        return new BulkResult(done, refused, More: false) { Before = before };
    }

    /// <summary>As the other, over what the filter lets through of what the caller may see.</summary>
    public async Task<BulkResult> ChangeAsync(Caller caller, ConversationFilter filter, Change? change, bool? read, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        var ids = await lists.IdsAsync(caller, filter, Most + 1, cancellation);
        return await ChangeAsync(caller, [.. ids.Take(Most)], change, read, cancellation) with { More = ids.Count > Most };
    }

    /// <summary>Takes a change back, of each conversation by itself, with the rights that the caller has now.</summary>
    /// <returns>How many of them the caller no longer reaches, or cannot be as they were.</returns>
    public async Task<int> TakeBackAsync(Caller caller, BulkResult result, CancellationToken cancellation)
    {
        var left = 0;
        foreach (var (id, before) in result.Before)
        {
            try
            {
                await states.ChangeAsync(caller, id, before, cancellation);
            }
            catch (Exception error) when (error is RefusedException or ForbiddenException)
            {
                left++;
            }
        }

        return left;
    }

    private async Task<Change?> OneAsync(Caller caller, long id, Change? change, bool? read, CancellationToken cancellation)
    {
        var before = change is null ? null : await states.ChangeAsync(caller, id, change, cancellation);

        await (read switch
        {
            true => marks.ReadAsync(caller, id, upTo: null, cancellation),
            false => marks.UnreadAsync(caller, id, cancellation),
            null => Task.CompletedTask,
        });
        return before;
    }
}
