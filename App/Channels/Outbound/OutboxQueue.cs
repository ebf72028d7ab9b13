using System.Data.Common;
using System.Linq.Expressions;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Outbound;

/// <summary>
/// The queue in the database. An item is next when it is due and no other one of its conversation is on its way or was
/// queued before it: by time, for on a server each node takes ids in blocks. Claiming is a conditional update: one row changed means mine.
/// </summary>
public sealed partial class OutboxQueue(
    IDbContextFactory<InboxDb> dbs, IOutboundHandler handler, IOptions<OutboundOptions> options, TimeProvider clock, ILogger<OutboxQueue> log)
{
    // The index's own condition: SQLite uses a filtered index only for a query that repeats it.
    private static readonly Expression<Func<OutboxItem, bool>> IsActive = item => item.State == OutboxState.Queued || item.State == OutboxState.Sending;

    /// <summary>The items that may be sent now, oldest first.</summary>
    /// <param name="closed">Channels that take nothing at the moment.</param>
    public async Task<IReadOnlyList<DueItem>> DueAsync(IReadOnlyCollection<long> closed, int most, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var rows = await Due(db, Now, closed).Take(most).ToListAsync(cancellation);
        return [.. rows.Select(row => new DueItem(row.Item, row.Channel))];
    }

    internal static IQueryable<Row> Due(InboxDb db, DateTime now, IReadOnlyCollection<long> closed)
    {
        var all = db.Set<OutboxItem>();
        var due = all.AsNoTracking().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted])
            .Where(IsActive)
            .Where(item => item.State == OutboxState.Queued && item.DueAt <= now)
            .Where(item => !all.Any(other => other.State == OutboxState.Queued && other.ConversationId == item.ConversationId
                && (other.CreatedAt < item.CreatedAt || (other.CreatedAt == item.CreatedAt && other.Id < item.Id))))
            .Where(item => !all.Any(other => other.State == OutboxState.Sending && other.ConversationId == item.ConversationId))
            .Where(item => !db.Set<SendStop>().Any(stop => stop.Business == SendStop.Everybody || stop.Business == item.TenantId));
        if (closed.Count > 0)
        {
            due = due.Where(item => !closed.Contains(item.ChannelId));
        }

        return from item in due
               join channel in db.Set<Channel>() on item.ChannelId equals channel.Id
               // What goes out by a removed channel is taken too, to be shown as failed.
               where (channel.IsActive && channel.StoppedAt == null) || channel.DeletedAt != null
               orderby item.DueAt, item.Id
               select new Row { Item = item, Channel = channel };
    }

    /// <summary>Begins sends: what comes back is committed as "sending" and belongs to the caller until the lease ends.</summary>
    /// <param name="later">Items that are not tried yet, with their new times.</param>
    /// <returns>The claimed ones, whether the later ones have their new times, and topics to publish.</returns>
    public async Task<(IReadOnlyList<DueItem.Claimed> Claimed, bool PutOff, IReadOnlyCollection<string> Topics)> ClaimAsync(
        IReadOnlyList<DueItem> items, IReadOnlyList<(DueItem Due, DateTime At)> later, CancellationToken cancellation)
    {
        try
        {
            var (together, publish) = await ClaimTogetherAsync(items, later, cancellation);
            return (together, later.Count > 0, publish);
        }
        catch (Exception error) when (items.Count > 1 && error is DbException or DbUpdateException)
        {
            // Another node began a send of one of these conversations at the same moment: the others go on.
            ClaimFailed(error, items.Count);
        }

        List<DueItem.Claimed> claimed = [];
        HashSet<string> topics = [];
        foreach (var item in items)
        {
            try
            {
                var (one, changed) = await ClaimTogetherAsync([item], [], cancellation);
                claimed.AddRange(one);
                topics.UnionWith(changed);
            }
            catch (Exception error) when (error is DbException or DbUpdateException)
            {
                ClaimFailed(error, 1);
            }
        }

        return (claimed, false, topics);
    }

    /// <summary>Sends whose node died in the middle. Whether the platform took them is not known.</summary>
    /// <param name="mine">Sends that this process has in hand.</param>
    /// <param name="all">Whatever the lease says: this process is the only one, and has just started.</param>
    public async Task<IReadOnlyList<DueItem.Claimed>> LostAsync(IReadOnlyCollection<long> mine, bool all, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var before = all ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) : Now;
        var rows = await (from item in db.Set<OutboxItem>().AsNoTracking().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).Where(IsActive)
                          join channel in db.Set<Channel>() on item.ChannelId equals channel.Id
                          where item.State == OutboxState.Sending && item.LeaseUntil < before && !mine.Contains(item.Id)
                          select new { item, channel }).Take(100).ToListAsync(cancellation);
        return [.. rows.Select(row => new DueItem.Claimed(row.item, row.channel, row.item.Fence, row.item.Attempts))];
    }

    public async Task<long> DepthAsync(CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(IsActive).LongCountAsync(item => item.State == OutboxState.Queued, cancellation);
    }

    private async Task<(IReadOnlyList<DueItem.Claimed>, IReadOnlyCollection<string>)> ClaimTogetherAsync(
        IReadOnlyList<DueItem> items, IReadOnlyList<(DueItem Due, DateTime At)> later, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var claimed = new List<DueItem.Claimed>(items.Count);
        HashSet<string> topics = [];
        await EventNumbers.TakeTurnsAsync(db, items.Select(due => due.Item.TenantId), cancellation);
        foreach (var (item, channel) in items)
        {
            if (await TakeAsync(db, item, cancellation))
            {
                claimed.Add(new DueItem.Claimed(item, channel, item.Fence + 1, item.Attempts + 1));
                topics.UnionWith(await handler.SendingAsync(db, item, cancellation));
            }
        }

        foreach (var (due, at) in later)
        {
            await db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(item => item.Id == due.Item.Id && item.State == OutboxState.Queued)
                .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, at), cancellation);
        }

        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return (claimed, topics);
    }

    private async Task<bool> TakeAsync(InboxDb db, OutboxItem mine, CancellationToken cancellation)
    {
        var lease = Now.AddSeconds(options.Value.LeaseSeconds) + (mine.FileId is null ? TimeSpan.Zero : OutboundFile.LongestUpload);
        var all = db.Set<OutboxItem>();
        return await all.IgnoreQueryFilters([Filters.Tenant])
            .Where(item => item.Id == mine.Id && item.State == OutboxState.Queued && item.Fence == mine.Fence)
            .Where(item => !all.Any(other => other.State == OutboxState.Queued && other.ConversationId == mine.ConversationId
                && (other.CreatedAt < mine.CreatedAt || (other.CreatedAt == mine.CreatedAt && other.Id < mine.Id))))
            .Where(item => !all.Any(other => other.State == OutboxState.Sending && other.ConversationId == mine.ConversationId))
            // Once a stop is committed nothing begins any more, also not what was found due before.
            .Where(item => !db.Set<SendStop>().Any(stop => stop.Business == SendStop.Everybody || stop.Business == mine.TenantId))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(item => item.State, OutboxState.Sending)
                    .SetProperty(item => item.Fence, item => item.Fence + 1)
                    .SetProperty(item => item.Attempts, item => item.Attempts + 1)
                    .SetProperty(item => item.LeaseUntil, lease),
                cancellation) == 1;
    }

    internal sealed class Row
    {
        public required OutboxItem Item { get; init; }

        public required Channel Channel { get; init; }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    [LoggerMessage(LogLevel.Information, "Claiming {Count} sends together failed")]
    private partial void ClaimFailed(Exception error, int count);
}
