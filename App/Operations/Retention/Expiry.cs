using Inbox.Access.Http.Idempotency;
using Inbox.Channels.Inbound;
using Inbox.Channels.Outbound;
using Inbox.Conversations.Files;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Inbox.Media;
using Inbox.Triggers.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.Retention;

/// <summary>
/// Removes what is past its time, in short transactions. Any node may call it; one works at a time. Ended at any point,
/// the next run goes on where this one stopped.
/// </summary>
public sealed partial class Expiry(
    IDbContextFactory<InboxDb> dbs, Node node, RetentionProgress progress, MediaStore media, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<Expiry> log)
{
    private const string Lease = "retention";

    private static readonly TimeSpan LeaseFor = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PartsAreWrittenFor = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        try
        {
            progress.Start(now, await CountAsync(now, cancellation));
            while (await BodiesAsync(now, cancellation) is { } bodies and > 0)
            {
                progress.RemovedBodies(bodies);
            }

            while (await SendAttemptsAsync(now, cancellation) is { } attempts and > 0)
            {
                progress.RemovedSendAttempts(attempts);
            }

            while (await IdempotentAnswersAsync(now, cancellation) is > 0)
            {
                // a day's worth at most, counted nowhere
            }

            while (await WebhookDeliveriesAsync(now, cancellation) is { } deliveries and > 0)
            {
                progress.RemovedSendAttempts(deliveries);
            }

            while (await UploadsAsync(now, cancellation) is > 0)
            {
                // counted nowhere: files that somebody chose and did not send
            }

            await OrphansAsync(OrphanedRevisions, now, cancellation);
            await OrphansAsync(OrphanedReactions, now, cancellation);

            media.RemoveParts(now - PartsAreWrittenFor);

            progress.Finish(clock.GetUtcNow().UtcDateTime, failed: false);
            Finished(progress.Bodies, progress.SendAttempts, progress.Orphans, progress.Left, (long)(progress.FinishedAt!.Value - now).TotalSeconds);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            progress.Finish(clock.GetUtcNow().UtcDateTime, failed: true);
            Stopped(error, progress.Bodies, progress.SendAttempts, progress.Orphans, progress.Left);
        }
    }

    private async Task<long> CountAsync(DateTime now, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await OldBodies(db, now).LongCountAsync(cancellation) + await OldSendAttempts(db, now).LongCountAsync(cancellation)
            + await OldWebhookDeliveries(db, now).LongCountAsync(cancellation)
            + await OrphanedRevisions(db, now).LongCountAsync(cancellation) + await OrphanedReactions(db, now).LongCountAsync(cancellation);
    }

    /// <returns>0 when nothing is left, null when another node is at it.</returns>
    private Task<int?> BodiesAsync(DateTime now, CancellationToken cancellation) => BatchAsync(
        async db =>
        {
            var ids = await OldBodies(db, now).OrderBy(delivery => delivery.ReceivedAt).Select(delivery => delivery.Id).Take(options.Value.BatchSize).ToListAsync(cancellation);
            return await db.Set<InboundDelivery>().Where(delivery => ids.Contains(delivery.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.Body, (byte[]?)null), cancellation);
        },
        cancellation);

    private Task<int?> SendAttemptsAsync(DateTime now, CancellationToken cancellation) => BatchAsync(
        async db =>
        {
            var ids = await OldSendAttempts(db, now).OrderBy(attempt => attempt.At).Select(attempt => attempt.Id).Take(options.Value.BatchSize).ToListAsync(cancellation);
            return await db.Set<SendAttempt>().IgnoreQueryFilters([Filters.Tenant]).Where(attempt => ids.Contains(attempt.Id)).ExecuteDeleteAsync(cancellation);
        },
        cancellation);

    private Task<int?> IdempotentAnswersAsync(DateTime now, CancellationToken cancellation) => BatchAsync(
        async db =>
        {
            var before = now - IdempotentAnswers.KeptFor;
            var ids = await db.Set<IdempotentAnswer>().Where(answer => answer.CreatedAt < before)
                .OrderBy(answer => answer.CreatedAt).Select(answer => answer.Id).Take(options.Value.BatchSize).ToListAsync(cancellation);
            return await db.Set<IdempotentAnswer>().Where(answer => ids.Contains(answer.Id)).ExecuteDeleteAsync(cancellation);
        },
        cancellation);

    private Task<int?> WebhookDeliveriesAsync(DateTime now, CancellationToken cancellation) => BatchAsync(
        async db =>
        {
            var ids = await OldWebhookDeliveries(db, now).OrderBy(delivery => delivery.CreatedAt).Select(delivery => delivery.Id).Take(options.Value.BatchSize).ToListAsync(cancellation);
            await db.Set<WebhookAttempt>().IgnoreQueryFilters([Filters.Tenant]).Where(attempt => ids.Contains(attempt.DeliveryId)).ExecuteDeleteAsync(cancellation);
            return await db.Set<WebhookDelivery>().IgnoreQueryFilters([Filters.Tenant]).Where(delivery => ids.Contains(delivery.Id)).ExecuteDeleteAsync(cancellation);
        },
        cancellation);

    /// <summary>The row goes first: bytes without one are lost room, a row without bytes would be a broken message.</summary>
    private async Task<int?> UploadsAsync(DateTime now, CancellationToken cancellation)
    {
        List<MediaFile> unsent = [];
        var removed = await BatchAsync(
            async db =>
            {
                var (before, arrivedBefore) = (now - Uploads.KeptFor, now - Uploads.ArrivingKeptFor);
                unsent = await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
                    .Where(file => file.MessageId == null && file.CreatedAt < before && (file.ChannelId == null || file.CreatedAt < arrivedBefore))
                    .OrderBy(file => file.CreatedAt).Take(options.Value.BatchSize).ToListAsync(cancellation);
                var ids = unsent.ConvertAll(file => file.Id);
                return await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).Where(file => ids.Contains(file.Id) && file.MessageId == null).ExecuteDeleteAsync(cancellation);
            },
            cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var (tenants, hashes) = (unsent.ConvertAll(file => file.TenantId), unsent.ConvertAll(file => file.Sha256));
        var shared = (await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).Where(file => tenants.Contains(file.TenantId) && hashes.Contains(file.Sha256))
            .Select(file => file.StorageKey).ToListAsync(cancellation)).ToHashSet();
        foreach (var file in unsent.Where(file => file.StorageKey is not null && !shared.Contains(file.StorageKey)))
        {
            await media.DeleteAsync(file.TenantId, file.StorageKey!);
        }

        return removed;
    }

    private async Task<int?> BatchAsync(Func<InboxDb, Task<int>> remove, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        if (!await db.HoldAsync(Lease, node.Name, clock.GetUtcNow().UtcDateTime, LeaseFor, cancellation))
        {
            return null;
        }

        var removed = await remove(db);
        await write.CommitAsync(cancellation);
        return removed;
    }

    // A delivery that was never processed keeps its body however old it is.
    private IQueryable<InboundDelivery> OldBodies(InboxDb db, DateTime now)
    {
        var processed = now.AddDays(-options.Value.BodyDays);
        var failed = now.AddDays(-options.Value.FailedBodyDays);
        return db.Set<InboundDelivery>().Where(delivery => delivery.Body != null && delivery.ReceivedAt < processed
            && (delivery.State == DeliveryState.Processed
                || ((delivery.State == DeliveryState.Failed || delivery.State == DeliveryState.Unrouted || delivery.State == DeliveryState.Held) && delivery.ReceivedAt < failed)));
    }

    private IQueryable<SendAttempt> OldSendAttempts(InboxDb db, DateTime now)
    {
        var before = now.AddDays(-options.Value.SendAttemptDays);
        return db.Set<SendAttempt>().IgnoreQueryFilters([Filters.Tenant]).Where(attempt => attempt.At < before);
    }

    /// <summary>What still waits is never too old: its schedule ends after days.</summary>
    private IQueryable<WebhookDelivery> OldWebhookDeliveries(InboxDb db, DateTime now)
    {
        var before = now.AddDays(-options.Value.SendAttemptDays);
        return db.Set<WebhookDelivery>().IgnoreQueryFilters([Filters.Tenant]).Where(delivery => delivery.State != WebhookDeliveryState.Waiting && delivery.CreatedAt < before);
    }

    [LoggerMessage(LogLevel.Information, "Retention removed {Bodies} bodies, {SendAttempts} send attempts and {Orphans} changes and reactions without a message in {Seconds} s, {Left} left")]
    private partial void Finished(long bodies, long sendAttempts, long orphans, long left, long seconds);

    [LoggerMessage(LogLevel.Error, "Retention stopped after {Bodies} bodies, {SendAttempts} send attempts and {Orphans} changes and reactions without a message, {Left} left; the next run goes on")]
    private partial void Stopped(Exception error, long bodies, long sendAttempts, long orphans, long left);
}
