using Inbox.Conversations;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.Retention;

/// <summary>Changes of messages and reactions whose message is not here. What was said goes with its message.</summary>
public sealed partial class Expiry
{
    /// <summary>Of a message that is gone at once; of one that never came when it cannot come any more.</summary>
    private IQueryable<MessageRevision> OrphanedRevisions(InboxDb db, DateTime now)
    {
        var lastHope = LastHope(now);
        return db.Set<MessageRevision>().IgnoreQueryFilters([Filters.Tenant])
            .Where(revision => revision.MessageId == null ? revision.At < lastHope : !db.Set<Message>().Any(message => message.Id == revision.MessageId));
    }

    private IQueryable<Reaction> OrphanedReactions(InboxDb db, DateTime now)
    {
        var lastHope = LastHope(now);
        return db.Set<Reaction>().IgnoreQueryFilters([Filters.Tenant])
            .Where(reaction => reaction.At < lastHope && !db.Set<Message>().Any(message => message.ExternalId == reaction.Target && message.ChannelId == reaction.ChannelId));
    }

    // The message may be in a delivery that failed, as long as that can be tried again.
    private DateTime LastHope(DateTime now) => now.AddDays(-options.Value.FailedBodyDays);

    private async Task OrphansAsync<T>(Func<InboxDb, DateTime, IQueryable<T>> orphans, DateTime now, CancellationToken cancellation) where T : class, INumbered
    {
        var last = 0L;
        while (await FoundAsync() is { Count: > 0 } ids)
        {
            var removed = await BatchAsync(
                db => orphans(db, now).Where(row => ids.Contains(EF.Property<long>(row, nameof(INumbered.Id)))).ExecuteDeleteAsync(cancellation), cancellation);
            if (removed is null)
            {
                return;   // another node is at it
            }

            progress.RemovedOrphans(removed.Value);
            last = ids[^1];
        }

        // Outside the transaction and from the last one on: the table is looked through once, and messages do not wait meanwhile.
        async Task<List<long>> FoundAsync()
        {
            await using var db = await dbs.CreateDbContextAsync(cancellation);
            return await orphans(db, now).Select(row => EF.Property<long>(row, nameof(INumbered.Id))).Where(found => found > last).OrderBy(found => found).Take(options.Value.BatchSize).ToListAsync(cancellation);
        }
    }
}
