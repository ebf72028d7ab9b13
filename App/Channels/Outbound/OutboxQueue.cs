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
/// queued before it: by time, for on a server each node takes ids in blocks. Claims, outcomes and withdrawals happen while
/// the business has the turn, so what is read there holds until the commit.
/// </summary>
public sealed partial class OutboxQueue(
    IDbContextFactory<InboxDb> dbs, IOutboundHandler handler, IOptions<OutboundOptions> options, TimeProvider clock, ILogger<OutboxQueue> log)
{
    /// <summary>How many lost sends are settled together.</summary>
    public const int MostLost = 100;

    private const int LookedAt = 128;

    // The index's own condition: SQLite uses a filtered index only for a query that repeats it.
    private static readonly Expression<Func<OutboxItem, bool>> IsActive = item => item.State == OutboxState.Queued || item.State == OutboxState.Sending;

    /// <summary>The items that may be sent now, oldest first.</summary>
    /// <param name="closed">Channels that take nothing at the moment.</param>
    public async Task<IReadOnlyList<DueItem>> DueAsync(IReadOnlyCollection<long> closed, int most, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var stopped = await db.Set<SendStop>().Select(stop => stop.Business).ToListAsync(cancellation);
        if (stopped.Contains(SendStop.Everybody))
        {
            return [];
        }

        var (due, now) = (new List<DueItem>(most), Now);
        Row? last = null;
        do
        {
            // On to the next page, for behind one conversation with much to say others may wait.
            var page = await Due(db, now, stopped, closed, last).Take(LookedAt).ToListAsync(cancellation);
            due.AddRange(page.Where(row => row.IsNext).Select(row => row.Item).Take(most - due.Count));
            last = page.Count == LookedAt ? page[^1] : null;
        }
        while (due.Count < most && last is not null);

        return due;
    }

    /// <summary>
    /// In the order of an index, so that a page costs the same however many wait. What would hide from PostgreSQL how many
    /// rows remain, as a look into another table for each, makes it sort the whole queue for every page.
    /// </summary>
    /// <param name="stopped">Businesses that send nothing now.</param>
    /// <param name="after">The row that the last page ended with.</param>
    internal static IQueryable<Row> Due(InboxDb db, DateTime now, IReadOnlyCollection<long> stopped, IReadOnlyCollection<long> closed, Row? after = null)
    {
        var due = All(db).Where(IsActive).Where(item => item.State == OutboxState.Queued && item.DueAt <= now);
        if (after is not null)
        {
            due = due.Where(item => item.DueAt > after.DueAt || (item.DueAt == after.DueAt && item.Id > after.Item.Id));
        }

        if (stopped.Count > 0)
        {
            due = due.Where(item => !stopped.Contains(item.TenantId));
        }

        if (closed.Count > 0)
        {
            due = due.Where(item => !closed.Contains(item.ChannelId));
        }

        return from standing in Stand(db, due)
               orderby standing.Item.DueAt, standing.Item.Id
               select new Row(
                   new DueItem(standing.Item.Id, standing.Item.TenantId, standing.Channel.Id, standing.Channel.Kind, standing.Item.To, standing.Item.Type),
                   standing.Item.DueAt,
                   standing.IsNext);
    }

    private static IQueryable<OutboxItem> All(InboxDb db) => db.Set<OutboxItem>().AsNoTracking().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]);

    /// <summary>
    /// Which of the items are the first of their conversation, where none is on its way. Asked of each row by its key: as a
    /// join, PostgreSQL compares all with all, for its statistics say that the queue is empty, as it mostly is.
    /// </summary>
    private static IQueryable<Standing> Stand(InboxDb db, IQueryable<OutboxItem> items)
    {
        var all = db.Set<OutboxItem>();
        return from item in items
               join channel in db.Set<Channel>() on item.ChannelId equals channel.Id
               // What goes out by a removed channel is taken too, to be shown as failed.
               where (channel.IsActive && channel.StoppedAt == null) || channel.DeletedAt != null
               select new Standing
               {
                   Item = item,
                   Channel = channel,
                   IsNext = item.Id == all.Where(other => other.State == OutboxState.Queued && other.ConversationId == item.ConversationId)
                           .OrderBy(other => other.CreatedAt).ThenBy(other => other.Id).Select(other => other.Id).First()
                       && !all.Any(other => other.State == OutboxState.Sending && other.ConversationId == item.ConversationId),
               };
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
                          orderby item.Id
                          select new { item, channel }).Take(MostLost).ToListAsync(cancellation);
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
        await EventNumbers.TakeTurnsAsync(db, items.Select(due => due.TenantId), cancellation);
        var claimed = await TakeAsync(db, items, cancellation);
        var topics = claimed.Count == 0 ? [] : await handler.SendingAsync(db, claimed.ConvertAll(one => one.Item), cancellation);
        foreach (var together in later.GroupBy(put => put.At, put => put.Due.Id))
        {
            var ids = together.ToArray();
            await db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(item => ids.Contains(item.Id) && item.State == OutboxState.Queued)
                .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, together.Key), cancellation);
        }

        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return (claimed, topics);
    }

    private async Task<List<DueItem.Claimed>> TakeAsync(InboxDb db, IReadOnlyList<DueItem> items, CancellationToken cancellation)
    {
        var found = items.Select(due => due.Id).ToArray();
        // Once a stop is committed nothing begins any more, also not what was found due before.
        var queued = All(db).Where(item => found.Contains(item.Id) && item.State == OutboxState.Queued
            && !db.Set<SendStop>().Any(stop => stop.Business == SendStop.Everybody || stop.Business == item.TenantId));
        var free = await Stand(db, queued).Where(standing => standing.IsNext).ToListAsync(cancellation);
        if (free.Count == 0)
        {
            return [];
        }

        var ids = free.ConvertAll(row => row.Item.Id);
        var lease = Now.AddSeconds(options.Value.LeaseSeconds);
        var longLease = lease + OutboundFile.LongestUpload;   // a template may have files in its cards
        var begun = await db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(item => ids.Contains(item.Id) && item.State == OutboxState.Queued).ExecuteUpdateAsync(
            set => set
                .SetProperty(item => item.State, OutboxState.Sending)
                .SetProperty(item => item.Fence, item => item.Fence + 1)
                .SetProperty(item => item.Attempts, item => item.Attempts + 1)
                .SetProperty(item => item.LeaseUntil, item => item.FileId == null && item.Type != "template" ? lease : longLease),
            cancellation);
        if (begun != ids.Count)
        {
            throw new DbUpdateConcurrencyException("One of the sends was withdrawn at this moment.");
        }

        return free.ConvertAll(row => new DueItem.Claimed(row.Item, row.Channel, row.Item.Fence + 1, row.Item.Attempts + 1));
    }

    /// <param name="IsNext">It may be sent: the others of its conversation come later.</param>
    internal sealed record Row(DueItem Item, DateTime DueAt, bool IsNext);

    private sealed class Standing
    {
        public required OutboxItem Item { get; init; }

        public required Channel Channel { get; init; }

        public required bool IsNext { get; init; }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    [LoggerMessage(LogLevel.Information, "Claiming {Count} sends together failed")]
    private partial void ClaimFailed(Exception error, int count);
}
