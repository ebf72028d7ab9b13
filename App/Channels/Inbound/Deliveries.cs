using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Inbound;

/// <summary>A delivery that needs somebody's attention.</summary>
public sealed record DeliveryRow(long Id, string Kind, DateTime ReceivedAt, DeliveryState State, string? Reason, int Size, bool HasBody);

/// <summary>What of the ledger could not become messages: to look at, and to process again once the cause is gone.</summary>
public sealed class Deliveries(IDbContextFactory<InboxDb> dbs, InboundSignal signal)
{
    public const int PageSize = 50;

    /// <summary>Failed and unrouted ones, newest first. For those who run the installation: a delivery may hold items of many businesses.</summary>
    /// <param name="text">A part of the kind or of the reason, without regard to case; empty: all.</param>
    public async Task<Page<DeliveryRow>> PageAsync(Caller caller, string text, long? before, CancellationToken cancellation)
    {
        Require(caller);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var part = text.Trim().ToUpperInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // becomes SQL, which knows upper() and no comparisons of ours
        var rows = await db.Set<InboundDelivery>()
            .Where(delivery => delivery.State > DeliveryState.Processed && (before == null || delivery.Id < before)
                && (part == "" || delivery.Kind.ToUpper().Contains(part) || delivery.Reason!.ToUpper().Contains(part)))
#pragma warning restore CA1304, CA1311, CA1862
            .OrderByDescending(delivery => delivery.Id)
            .Take(PageSize + 1)
            .Select(delivery => new DeliveryRow(delivery.Id, delivery.Kind, delivery.ReceivedAt, delivery.State, delivery.Reason, delivery.Size, delivery.Body != null))
            .ToListAsync(cancellation);
        return rows.Count <= PageSize
            ? new Page<DeliveryRow>(rows, null)
            : new Page<DeliveryRow>(rows[..PageSize], rows[PageSize - 1].Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <returns>The bytes as they came; null when there is no such delivery or its body was removed after the retention period.</returns>
    public async Task<byte[]?> BodyAsync(Caller caller, long id, CancellationToken cancellation)
    {
        Require(caller);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var body = await db.Set<InboundDelivery>().Where(delivery => delivery.Id == id).Select(delivery => delivery.Body).SingleOrDefaultAsync(cancellation);
        if (body is not null)
        {
            // It may hold customers' messages of any business.
            db.Audit(caller, "delivery.read", AuditObject.Of("delivery", id), tenantId: 0);
            await db.SaveChangesAsync(cancellation);
        }

        return body;
    }

    /// <summary>Puts failed and unrouted ones back into the line. Items that got through before are recognised as duplicates.</summary>
    /// <param name="id">Null: all of them.</param>
    /// <returns>How many were put back.</returns>
    public async Task<int> ReplayAsync(Caller caller, long? id, CancellationToken cancellation)
    {
        Require(caller);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var replayed = await db.Set<InboundDelivery>()
            .Where(delivery => delivery.State > DeliveryState.Processed && delivery.Body != null && (id == null || delivery.Id == id))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(delivery => delivery.State, DeliveryState.Waiting)
                    .SetProperty(delivery => delivery.Attempts, 0)
                    .SetProperty(delivery => delivery.RetryAt, (DateTime?)null)
                    .SetProperty(delivery => delivery.Reason, (string?)null),
                cancellation);
        if (replayed > 0)
        {
            db.Audit(caller, "delivery.replayed", new AuditObject("delivery", id?.ToString(System.Globalization.CultureInfo.InvariantCulture)), after: new { replayed }, tenantId: 0);
        }

        await write.CommitAsync(cancellation);
        signal.Raise();
        return replayed;
    }

    private static void Require(Caller caller)
    {
        if (!caller.IsSuperAdmin)
        {
            throw new ForbiddenException("super-admin");
        }
    }
}
