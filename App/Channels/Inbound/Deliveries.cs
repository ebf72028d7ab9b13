using System.Text.Json;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Inbound;

/// <summary>A delivery that needs somebody's attention.</summary>
/// <param name="Unrouted">See <see cref="InboundDelivery.Unrouted"/>.</param>
public sealed record DeliveryRow(long Id, string Kind, DateTime ReceivedAt, DeliveryState State, string? Reason, int Size, bool HasBody, string? Unrouted)
{
    /// <summary>The platform's ids that it is for and that no channel here has.</summary>
    public IReadOnlyList<string> Accounts { get; } = Unrouted is null ? [] : JsonSerializer.Deserialize<string[]>(Unrouted)!;

    public bool MayBeAssigned => HasBody && State == DeliveryState.Unrouted && Accounts.Count > 0;
}

/// <summary>A channel that what is in a delivery may be given to.</summary>
public sealed record DeliveryTarget(long ChannelId, string Channel, string ExternalId, string Business);

/// <summary>What of the ledger could not become messages: to look at, and to process again once the cause is gone.</summary>
public sealed class Deliveries(IDbContextFactory<InboxDb> dbs, ChannelDirectory directory, InboundSignal signal)
{
    public const int PageSize = 50;

    // A transaction holds up other writers, and so many rows take it some milliseconds.
    private const int AtOnce = 200;

    /// <summary>Failed and unrouted ones, newest first. For those who run the installation: a delivery may hold items of many businesses.</summary>
    /// <param name="text">A part of the kind, of an account or of the reason, without regard to case; empty: all.</param>
    public async Task<Page<DeliveryRow>> PageAsync(Caller caller, string text, long? before, CancellationToken cancellation)
    {
        Require(caller);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var part = text.Trim().ToUpperInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // becomes SQL, which knows upper() and no comparisons of ours
        var rows = await db.Set<InboundDelivery>()
            .Where(delivery => delivery.State > DeliveryState.Processed && (before == null || delivery.Id < before)
                && (part == "" || delivery.Kind.ToUpper().Contains(part) || delivery.Unrouted!.ToUpper().Contains(part) || delivery.Reason!.ToUpper().Contains(part)))
#pragma warning restore CA1304, CA1311, CA1862
            .OrderByDescending(delivery => delivery.Id)
            .Take(PageSize + 1)
            .Select(delivery => new DeliveryRow(delivery.Id, delivery.Kind, delivery.ReceivedAt, delivery.State, delivery.Reason, delivery.Size, delivery.Body != null, delivery.Unrouted))
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

    /// <summary>The channels that a delivery may be given to: those of its kind that its secret covers, of the business in its address.</summary>
    /// <exception cref="RefusedException">delivery_not_found.</exception>
    public async Task<IReadOnlyList<DeliveryTarget>> TargetsAsync(Caller caller, long id, CancellationToken cancellation)
    {
        Require(caller);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var delivery = await db.Set<InboundDelivery>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("delivery");
        var accounts = await directory.ReadAsync(cancellation);
        var names = await db.Set<Tenant>().AsNoTracking().ToDictionaryAsync(tenant => tenant.Id, tenant => tenant.Name, cancellation);
        return
        [
            .. accounts.Of(delivery.Kind, slug: null).Where(channel => channel.IsActive && InboundRouter.MayBeGiven(delivery, channel, accounts) && names.ContainsKey(channel.TenantId))
                .Select(channel => new DeliveryTarget(channel.Id, channel.Name, channel.ExternalId, names[channel.TenantId]))
                .OrderBy(target => target.Business, StringComparer.CurrentCultureIgnoreCase).ThenBy(target => target.Channel, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    /// <summary>How many deliveries hold something for the account that no channel here has.</summary>
    public async Task<int> CountAsync(Caller caller, string kind, string account, CancellationToken cancellation)
    {
        Require(caller);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await For(db, kind, account).CountAsync(cancellation);
    }

    /// <summary>Gives what is for an account that no channel here has to a channel, and processes it. Written down in the business that gets it.</summary>
    /// <param name="id">The delivery.</param>
    /// <param name="account">One of its <see cref="DeliveryRow.Accounts"/>.</param>
    /// <param name="channelId">One of <see cref="TargetsAsync"/>.</param>
    /// <param name="all">Also what other deliveries hold for the account, where their secrets cover the channel.</param>
    /// <returns>How many deliveries were put back into the line.</returns>
    /// <exception cref="RefusedException">delivery_not_found, channel_not_found.</exception>
    public async Task<int> AssignAsync(Caller caller, long id, string account, long channelId, bool all, CancellationToken cancellation)
    {
        Require(caller);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var kind = await db.Set<InboundDelivery>().Where(row => row.Id == id).Select(row => row.Kind).SingleOrDefaultAsync(cancellation) ?? throw RefusedException.NotFound("delivery");
        var accounts = await directory.ReadAsync(cancellation);
        var channel = accounts.Find(channelId) ?? throw RefusedException.NotFound("channel");
        var (given, last) = (0, 0L);
        for (var more = true; more;)
        {
            await using var write = await db.BeginAsync(cancellation);
            var rows = await For(db, kind, account).Where(row => row.Id > last && (all || row.Id == id)).OrderBy(row => row.Id).Take(AtOnce).ToListAsync(cancellation);
            var fitting = rows.Where(row => InboundRouter.MayBeGiven(row, channel, accounts)).ToList();
            fitting.ForEach(row => row.Give(account, channelId));
            if (fitting.Count > 0)
            {
                db.Audit(caller, "delivery.assigned", AuditObject.Of("channel", channelId, channel.Name), after: new { account, deliveries = fitting.Count }, tenantId: channel.TenantId);
            }

            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
            db.ChangeTracker.Clear();
            (given, last, more) = (given + fitting.Count, rows.LastOrDefault()?.Id ?? last, rows.Count == AtOnce);
        }

        signal.Raise();
        return given > 0 ? given : throw RefusedException.NotFound("delivery");
    }

    private static IQueryable<InboundDelivery> For(InboxDb db, string kind, string account)
    {
        var listed = JsonSerializer.Serialize(account);
        return db.Set<InboundDelivery>().Where(row => row.State == DeliveryState.Unrouted && row.Kind == kind && row.Body != null && row.Unrouted!.Contains(listed));
    }

    private static void Require(Caller caller)
    {
        if (!caller.IsSuperAdmin)
        {
            throw new ForbiddenException("super-admin");
        }
    }
}
