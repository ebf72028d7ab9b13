using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Inbound;

/// <summary>
/// Takes deliveries from the ledger in order, many per transaction. One node does this at a time (see
/// <see cref="WorkerLease"/>), so what arrives in order is processed in order.
/// </summary>
public sealed partial class InboundWorker(
    IServiceScopeFactory scopes,
    InboxDbSource source,
    Node node,
    ChannelDirectory directory,
    InboundRouter router,
    OpenBusinesses open,
    InboundSignal signal,
    InboundWriter ledger,
    LiveFeed feed,
    Heartbeats heartbeats,
    TimeProvider clock,
    IOptions<InboundOptions> options,
    ILogger<InboundWorker> log) : BackgroundService
{
    private const string Lease = "inbound";
    private const int MostBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(30);

    // On SQLite other writers wait while a batch is written, so a batch aims below 50 ms. A batch has a fixed cost, which
    // small ones would pay too often.
    private static readonly TimeSpan Aim = TimeSpan.FromMilliseconds(40);
    private const int SmallestBatch = 64;

    // A delivery holds any number of items; a transaction ends behind so many.
    private const int MostItems = 1000;

    // A crowd is more than a fifth of what a batch's speed could follow. Then a batch is followed by a rest, the longer the
    // bigger the crowd: with three tenths to follow three of ten parts of the writer's time are the worker's, with what
    // cannot be followed anyhow one of seventeen. A commit of a crowded ledger takes some 10 ms, so silence is a good deal longer.
    private const double KeepsUp = 0.2;
    private const double RestForCrowd = 8;
    private const double LongestRest = 16;
    private static readonly TimeSpan NobodyCame = TimeSpan.FromMilliseconds(100);

    private static readonly Counter<long> Processed = Meters.Inbox.CreateCounter<long>("inbox.inbound.processed", description: "Deliveries processed");
    private static readonly Histogram<double> Lag = Meters.Inbox.CreateHistogram<double>("inbox.inbound.lag", "s", "From receipt to processed");

    private static readonly TimeSpan HeardEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<long, DateTime> _heard = [];
    private FrozenDictionary<long, TenantState>? _closed;
    private FrozenSet<long> _off = [];
    private int _batch = SmallestBatch;
    private long _writtenBefore;
    private long _restedAt = Stopwatch.GetTimestamp();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One process owns a SQLite file, so after a crash it need not wait for its own old lease.
        var owner = source.Provider == DatabaseProvider.Sqlite ? "this" : node.Name;
        while (!stoppingToken.IsCancellationRequested)
        {
            heartbeats.Beat(Lease);
            try
            {
                while (await RoundAsync(owner, stoppingToken))
                {
                    heartbeats.Beat(Lease);
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(error);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await signal.WaitAsync(TimeSpan.FromSeconds(options.Value.PollSeconds), stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<bool> RoundAsync(string owner, CancellationToken cancellation)
    {
        var closed = await open.ClosedAsync(cancellation);
        // Where nothing was held for a channel, an idle round need not ask which are off.
        await ReleaseAsync(closed, _off.Count == 0 ? _off : (await directory.ReadAsync(cancellation)).Off, cancellation);
        var deliveries = await NextAsync(cancellation);
        if (deliveries.Count == 0)
        {
            return false;
        }

        var channels = await directory.ReadAsync(cancellation);
        _off = channels.Off.IsSubsetOf(_off) ? _off : [.. _off, .. channels.Off];
        var routed = deliveries.ConvertAll(delivery => router.Route(delivery, channels, closed));
        for (var first = 0; first < routed.Count;)
        {
            var count = 1;
            for (var items = routed[first].Items.Count; first + count < routed.Count && items <= MostItems && !routed[first].IsAlone && !routed[first + count].IsAlone; count++)
            {
                items += routed[first + count].Items.Count;
            }

            if (!await ProcessOrPartAsync(routed.GetRange(first, count), owner, cancellation))
            {
                return false;
            }

            first += count;
        }

        return true;
    }

    /// <returns>False when another node holds the lease.</returns>
    private async Task<bool> ProcessOrPartAsync(List<RoutedDelivery> routed, string owner, CancellationToken cancellation)
    {
        try
        {
            return await ProcessAsync(routed, owner, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            BatchFailed(error, routed.Count);
        }

        // One of them may be the cause: each by itself, so that the others get through.
        foreach (var one in routed)
        {
            try
            {
                if (!await ProcessAsync([one], owner, cancellation))
                {
                    return false;
                }
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                using (log.BeginScope(new Dictionary<string, object> { ["DeliveryId"] = one.Delivery.Id }))
                {
                    DeliveryFailed(error, one.Delivery.Id);
                }

                await NoteFailureAsync(one.Delivery, error, cancellation);
            }
        }

        return true;
    }

    /// <returns>False when another node holds the lease.</returns>
    private async Task<bool> ProcessAsync(IReadOnlyList<RoutedDelivery> batch, string owner, CancellationToken cancellation)
    {
        using var trace = Meters.Traces.StartActivity("inbound batch");
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var handler = scope.ServiceProvider.GetRequiredService<IInboundHandler>();
        InboundOutcome outcome;
        IReadOnlyList<Channel> heard;
        long started;

        await using (var write = await db.BeginAsync(cancellation))
        {
            started = Stopwatch.GetTimestamp();
            if (!await db.HoldAsync(Lease, owner, Now, LeaseFor, cancellation))
            {
                return false;
            }

            outcome = await handler.HandleAsync(db, [.. batch.SelectMany(delivery => delivery.Items)], cancellation);
            await MarkAsync(db, batch, outcome, cancellation);
            heard = await NoteHeardAsync(db, batch, cancellation);
            await write.CommitAsync(cancellation);
        }

        var took = Stopwatch.GetElapsedTime(started);
        Adapt(batch.Count, took);
        if (outcome.StopsChannels)
        {
            directory.Changed();
        }

        feed.Publish(outcome.Topics);

        foreach (var channel in heard)
        {
            _heard[channel.Id] = Now;
            feed.Publish(Topics.Channels(channel.TenantId));
        }

        if (batch.Any(delivery => delivery.State != DeliveryState.Processed))
        {
            feed.Publish(Topics.Deliveries);
        }

        Processed.Add(batch.Count);
        Lag.Record((Now - batch[0].Delivery.ReceivedAt).TotalSeconds);
        await RestAsync(batch.Count, took, cancellation);
        return true;
    }

    /// <summary>Writes down, once a minute and channel, that its platform was heard of.</summary>
    /// <returns>The channels whose minute it was.</returns>
    private async Task<IReadOnlyList<Channel>> NoteHeardAsync(InboxDb db, IReadOnlyList<RoutedDelivery> batch, CancellationToken cancellation)
    {
        var now = Now;
        var heard = batch.SelectMany(delivery => delivery.Items).Select(item => item.Channel).DistinctBy(channel => channel.Id)
            .Where(channel => !_heard.TryGetValue(channel.Id, out var before) || before + HeardEvery <= now).ToList();
        if (heard.Count > 0)
        {
            var ids = heard.ConvertAll(channel => channel.Id);
            await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(channel => ids.Contains(channel.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(channel => channel.LastReceivedAt, now), cancellation);
        }

        return heard;
    }

    /// <summary>
    /// Senders wait for their answer, the ledger does not. While requests come in a crowd, this takes a small part of the
    /// time, and works off the rest when the crowd is gone.
    /// </summary>
    private async Task RestAsync(int count, TimeSpan took, CancellationToken cancellation)
    {
        var (written, at) = (ledger.Written, Stopwatch.GetTimestamp());
        var arriving = (written - _writtenBefore) / Stopwatch.GetElapsedTime(_restedAt, at).TotalSeconds;
        var crowd = arriving * took.TotalSeconds / count;
        var rest = took * Math.Min(RestForCrowd * crowd, LongestRest);
        while (crowd > KeepsUp && Stopwatch.GetElapsedTime(at) < rest && await signal.WaitAsync(NobodyCame, cancellation))
        {
        }

        (_writtenBefore, _restedAt) = (ledger.Written, Stopwatch.GetTimestamp());
    }

    /// <summary>What was held for a business or a channel that is open now goes back into the line; at the start of the process all, for nobody knows what happened before.</summary>
    private async Task ReleaseAsync(FrozenDictionary<long, TenantState> closed, FrozenSet<long> off, CancellationToken cancellation)
    {
        if (_closed is { } before && before.Keys.All(closed.ContainsKey) && _off.IsSubsetOf(off))
        {
            (_closed, _off) = (closed, off);
            return;
        }

        await using var db = source.Create(new CurrentTenant(), []);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<InboundDelivery>().Where(delivery => delivery.State == DeliveryState.Held).ExecuteUpdateAsync(
            set => set.SetProperty(delivery => delivery.State, DeliveryState.Waiting).SetProperty(delivery => delivery.Reason, (string?)null), cancellation);
        await write.CommitAsync(cancellation);
        (_closed, _off) = (closed, off);
    }

    private async Task<List<InboundDelivery>> NextAsync(CancellationToken cancellation)
    {
        await using var db = source.Create(new CurrentTenant(), []);
        var now = Now;
        var next = await db.Set<InboundDelivery>()
            .Where(delivery => delivery.State == DeliveryState.Waiting && (delivery.RetryAt == null || delivery.RetryAt <= now))
            .OrderBy(delivery => delivery.Id)
            .Select(delivery => new { delivery.Id, delivery.Size })
            .Take(_batch)
            .ToListAsync(cancellation);
        if (next.Count == 0)
        {
            return [];
        }

        var bytes = 0L;
        var ids = next.TakeWhile((delivery, index) => (bytes += delivery.Size) <= MostBytes || index == 0).Select(delivery => delivery.Id).ToArray();
        var (first, last) = (ids[0], ids[^1]);
        return await db.Set<InboundDelivery>().AsNoTracking()
            .Where(delivery => delivery.Id >= first && delivery.Id <= last && delivery.State == DeliveryState.Waiting && (delivery.RetryAt == null || delivery.RetryAt <= now))
            .OrderBy(delivery => delivery.Id)
            .ToListAsync(cancellation);
    }

    private async Task MarkAsync(InboxDb db, IReadOnlyList<RoutedDelivery> batch, InboundOutcome outcome, CancellationToken cancellation)
    {
        var now = Now;
        var groups = batch.GroupBy(delivery => (delivery.State, delivery.Reason, delivery.Unrouted, Items: delivery.Items.Count, Duplicates: outcome.Duplicates.GetValueOrDefault(delivery.Delivery.Id)));
        foreach (var group in groups)
        {
            var ids = group.Select(delivery => delivery.Delivery.Id).ToArray();
            var (state, reason, unrouted, items, duplicates) = group.Key;
            var marked = await db.Set<InboundDelivery>().Where(delivery => ids.Contains(delivery.Id) && delivery.State == DeliveryState.Waiting).ExecuteUpdateAsync(
                set => set
                    .SetProperty(delivery => delivery.State, state)
                    .SetProperty(delivery => delivery.Reason, reason == null ? null : reason.Cut(1000))
                    .SetProperty(delivery => delivery.Unrouted, unrouted)
                    .SetProperty(delivery => delivery.Items, items)
                    .SetProperty(delivery => delivery.Duplicates, duplicates)
                    .SetProperty(delivery => delivery.ProcessedAt, now),
                cancellation);
            if (marked != ids.Length)
            {
                throw new InvalidOperationException("A delivery of this batch was processed elsewhere.");
            }
        }
    }

    private async Task NoteFailureAsync(InboundDelivery delivery, Exception error, CancellationToken cancellation)
    {
        await using var db = source.Create(new CurrentTenant(), []);
        await using var write = await db.BeginAsync(cancellation);
        var attempts = delivery.Attempts + 1;
        var final = attempts >= options.Value.Attempts;
        var retryAt = Now + TimeSpan.FromSeconds(Math.Pow(4, attempts - 1));
        var reason = $"Processing failed {attempts} times: {error.Message}".Cut(1000);
        await db.Set<InboundDelivery>().Where(row => row.Id == delivery.Id && row.State == DeliveryState.Waiting).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Attempts, attempts)
                .SetProperty(row => row.State, final ? DeliveryState.Failed : DeliveryState.Waiting)
                .SetProperty(row => row.RetryAt, final ? null : retryAt)
                .SetProperty(row => row.Reason, reason),
            cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(Topics.Deliveries);
    }

    private void Adapt(int count, TimeSpan took)
    {
        if (took > Aim)
        {
            _batch = Math.Max(SmallestBatch, count * 3 / 4);
        }
        else if (count == _batch && took < Aim / 2)
        {
            _batch = Math.Min(options.Value.BatchSize, _batch * 3 / 2);
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    [LoggerMessage(LogLevel.Error, "A round over the ledger failed; the next one finds the same deliveries")]
    private partial void RoundFailed(Exception error);

    [LoggerMessage(LogLevel.Warning, "A batch of {Count} deliveries failed; they are processed one by one")]
    private partial void BatchFailed(Exception error, int count);

    [LoggerMessage(LogLevel.Error, "Delivery {DeliveryId} failed")]
    private partial void DeliveryFailed(Exception error, long deliveryId);
}
