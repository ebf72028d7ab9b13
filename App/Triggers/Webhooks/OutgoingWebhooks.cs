using System.Text.RegularExpressions;
using Inbox.Access;
using Inbox.Access.Keys;
using Inbox.Access.Outside;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Triggers.Webhooks;

/// <summary>Subscribes addresses to events and shows what became of each delivery.</summary>
public sealed partial class OutgoingWebhooks(IDbContextFactory<InboxDb> dbs, BusinessSecrets secrets, Proofs proofs, WebhookSignal signal, TimeProvider clock)
{
    public const int Most = 50;

    private static readonly TimeSpan BothSecrets = TimeSpan.FromHours(24);

    /// <summary>Types that the product writes now, to choose from; others are taken too, since there will be more.</summary>
    public static IReadOnlyList<string> KnownTypes { get; } =
    [
        "channel_changed", "channel_connected", "channel_limited", "channel_problem", "channel_removed", "channel_stopped", "channel_token_ends",
        "contact_blocked", "contact_changed", "contact_created", "contact_deleted", "contact_merged", "contact_opted_in", "contact_opted_out", "contact_unblocked", "contact_unmerged",
        "conversation_assigned", "conversation_closed", "conversation_created", "conversation_moved", "conversation_ranked", "conversation_reopened", "conversation_unassigned",
        "message_deleted", "message_edited", "message_failed", "message_queued", "message_received", "message_sent", "message_status", "message_unknown",
        "note_added", "reaction_added", "reaction_removed",
    ];

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    public async Task<IReadOnlyList<OutgoingWebhook>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(WebhookPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<OutgoingWebhook>().AsNoTracking().OrderBy(webhook => webhook.Id).ToListAsync(cancellation);
    }

    /// <exception cref="RefusedException">webhook_not_found.</exception>
    public async Task<OutgoingWebhook> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(WebhookPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<OutgoingWebhook>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("webhook");
    }

    /// <returns>The webhook and its secret, which is not shown again.</returns>
    /// <exception cref="RefusedException">invalid_value, too_many_webhooks, reauthentication_required.</exception>
    public async Task<(OutgoingWebhook Webhook, string Secret)> AddAsync(Caller caller, string url, IReadOnlyList<string> types, string? description, CancellationToken cancellation)
    {
        caller.Require(WebhookPermissions.Write);
        await proofs.RequireAsync(caller, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await db.Set<OutgoingWebhook>().CountAsync(cancellation) >= Most)
        {
            throw new RefusedException("too_many_webhooks", $"A business has at most {Most} webhooks.", StatusCodes.Status409Conflict);
        }

        var webhook = db.Add(new OutgoingWebhook
        {
            TenantId = caller.TenantId,
            Url = OutsideAddress.Require(url, "url").AbsoluteUri,
            EventTypes = Types(types),
            Description = description,
            LastEvent = await LastEventAsync(db, caller, cancellation),
            CreatedAt = Now,
        }).Entity;
        var secret = WebhookSecret.New();
        webhook.Secret = secrets.Protect(secret, WebhookSecret.Place(webhook));
        db.AuditRow(caller, "webhook.created", webhook, Target(webhook));
        await db.SaveChangesAsync(cancellation);
        return (webhook, secret);
    }

    /// <summary>Null keeps a value. Switching on forgets why it was switched off, and goes on with what happens from now.</summary>
    /// <exception cref="RefusedException">webhook_not_found, invalid_value; reauthentication_required where the address changes, or more is told.</exception>
    public async Task<OutgoingWebhook> ChangeAsync(
        Caller caller, long id, string? url, IReadOnlyList<string>? types, string? description, bool? isActive, Action<long> check, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var webhook = await RequireAsync(db, caller, id, cancellation);
        check(webhook.Version);
        var address = url is null ? webhook.Url : OutsideAddress.Require(url, "url").AbsoluteUri;
        var wanted = types is null ? webhook.EventTypes : Types(types);
        if (address != webhook.Url || !wanted.Split(',').All(webhook.Wants))
        {
            await proofs.RequireAsync(caller, cancellation);
        }

        (webhook.Url, webhook.EventTypes) = (address, wanted);
        webhook.Description = description ?? webhook.Description;
        if (isActive == true && !webhook.IsActive)
        {
            (webhook.DisabledReason, webhook.FailingSince, webhook.PausedUntil) = (null, null, null);
            webhook.LastEvent = await LastEventAsync(db, caller, cancellation);
        }

        webhook.IsActive = isActive ?? webhook.IsActive;
        db.AuditRow(caller, "webhook.changed", webhook, Target(webhook));
        await db.SaveChangesAsync(cancellation);
        signal.Raise();
        return webhook;
    }

    /// <summary>Removes it with its log.</summary>
    /// <exception cref="RefusedException">webhook_not_found.</exception>
    public async Task RemoveAsync(Caller caller, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var webhook = await RequireAsync(db, caller, id, cancellation);
        db.Remove(webhook);
        db.AuditRow(caller, "webhook.removed", webhook, Target(webhook));
        var deliveries = db.Set<WebhookDelivery>().Where(delivery => delivery.WebhookId == id);
        await db.Set<WebhookAttempt>().Where(attempt => deliveries.Any(delivery => delivery.Id == attempt.DeliveryId)).ExecuteDeleteAsync(cancellation);
        await deliveries.ExecuteDeleteAsync(cancellation);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    /// <summary>A new secret; for a day what is sent carries signatures by both.</summary>
    /// <returns>The secret, which is not shown again.</returns>
    /// <exception cref="RefusedException">webhook_not_found, reauthentication_required.</exception>
    public async Task<string> RotateAsync(Caller caller, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var webhook = await RequireAsync(db, caller, id, cancellation);
        await proofs.RequireAsync(caller, cancellation);
        var secret = WebhookSecret.New();
        var previous = secrets.Unprotect(webhook.Secret, WebhookSecret.Place(webhook));
        (webhook.PreviousSecret, webhook.PreviousUntil) = (secrets.Protect(previous, WebhookSecret.PreviousPlace(webhook)), Now + BothSecrets);
        webhook.Secret = secrets.Protect(secret, WebhookSecret.Place(webhook));
        db.AuditRow(caller, "webhook.secret_rotated", webhook, Target(webhook));
        await db.SaveChangesAsync(cancellation);
        return secret;
    }

    /// <summary>Sends a made-up event, to try the receiver. The log shows what became of it.</summary>
    /// <returns>The delivery.</returns>
    /// <exception cref="RefusedException">webhook_not_found, webhook_off.</exception>
    public async Task<WebhookDelivery> PingAsync(Caller caller, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var webhook = await RequireAsync(db, caller, id, cancellation);
        RequireOn(webhook);
        var delivery = db.Add(new WebhookDelivery
        {
            TenantId = webhook.TenantId,
            WebhookId = id,
            MessageId = $"ping_{Guid.NewGuid():N}",
            EventType = WebhookBody.Ping,
            Body = WebhookBody.OfPing(Now),
            CreatedAt = Now,
            DueAt = Now,
        }).Entity;
        db.Audit(caller, "webhook.pinged", Target(webhook));
        await db.SaveChangesAsync(cancellation);
        signal.Raise();
        return delivery;
    }

    /// <summary>Newest first.</summary>
    /// <exception cref="RefusedException">webhook_not_found.</exception>
    public async Task<Page<WebhookDelivery>> DeliveriesAsync(Caller caller, long id, WebhookDeliveryState? state, long? before, int limit, CancellationToken cancellation)
    {
        await FindAsync(caller, id, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var rows = await db.Set<WebhookDelivery>().AsNoTracking()
            .Where(delivery => delivery.WebhookId == id && (state == null || delivery.State == state) && (before == null || delivery.Id < before))
            .OrderByDescending(delivery => delivery.Id).Take(limit + 1).ToListAsync(cancellation);
        return rows.Count <= limit ? new(rows, null) : new(rows[..limit], new Cursor(rows[limit - 1].CreatedAt, rows[limit - 1].Id).ToString());
    }

    /// <summary>The attempts of one delivery, the first first.</summary>
    public async Task<IReadOnlyList<WebhookAttempt>> AttemptsAsync(Caller caller, long deliveryId, CancellationToken cancellation)
    {
        caller.Require(WebhookPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<WebhookAttempt>().AsNoTracking().Where(attempt => attempt.DeliveryId == deliveryId).OrderBy(attempt => attempt.Id).ToListAsync(cancellation);
    }

    /// <summary>Sends again under the same id, from the start of the schedule.</summary>
    /// <param name="deliveryId">Null: all that failed.</param>
    /// <returns>How many.</returns>
    /// <exception cref="RefusedException">webhook_not_found, webhook_off, delivery_not_found.</exception>
    public async Task<int> ReplayAsync(Caller caller, long id, long? deliveryId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var webhook = await RequireAsync(db, caller, id, cancellation);
        RequireOn(webhook);
        var now = Now;
        var replayed = await db.Set<WebhookDelivery>()
            .Where(delivery => delivery.WebhookId == id && delivery.State != WebhookDeliveryState.Waiting && (deliveryId == null ? delivery.State == WebhookDeliveryState.Failed : delivery.Id == deliveryId))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(delivery => delivery.State, WebhookDeliveryState.Waiting)
                    .SetProperty(delivery => delivery.Attempts, 0)
                    .SetProperty(delivery => delivery.DueAt, now)
                    .SetProperty(delivery => delivery.LeaseUntil, (DateTime?)null),
                cancellation);
        if (replayed == 0 && deliveryId is not null && !await db.Set<WebhookDelivery>().AnyAsync(delivery => delivery.WebhookId == id && delivery.Id == deliveryId, cancellation))
        {
            throw RefusedException.NotFound("delivery");
        }

        db.Audit(caller, "webhook.replayed", Target(webhook), after: new { replayed, deliveryId });
        await write.CommitAsync(cancellation);
        signal.Raise();
        return replayed;
    }

    private static async Task<OutgoingWebhook> RequireAsync(InboxDb db, Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(WebhookPermissions.Write);
        return await db.Set<OutgoingWebhook>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("webhook");
    }

    private static void RequireOn(OutgoingWebhook webhook)
    {
        if (!webhook.IsActive)
        {
            throw new RefusedException("webhook_off", "The webhook is switched off. Switch it on first.", StatusCodes.Status409Conflict);
        }
    }

    private static Task<long> LastEventAsync(InboxDb db, Caller caller, CancellationToken cancellation)
        => db.Set<Tenant>().Where(tenant => tenant.Id == caller.TenantId).Select(tenant => tenant.LastEvent).SingleAsync(cancellation);

    private static AuditObject Target(OutgoingWebhook webhook) => AuditObject.Of("webhook", webhook.Id, webhook.Url);

    private static string Types(IReadOnlyList<string> types)
        => types is [OutgoingWebhook.Everything] ? OutgoingWebhook.Everything
            : types is { Count: > 0 and <= 50 } && types.All(type => Shape.IsMatch(type)) && string.Join(',', types.Distinct()) is { Length: <= 2000 } joined ? joined
            : throw new RefusedException("invalid_value", "event_types is a list of types such as message_received, or [\"*\"] for all.", field: "event_types");

    [GeneratedRegex("^[a-z][a-z0-9_]{2,59}$", RegexOptions.CultureInvariant)]
    private static partial Regex Shape { get; }
}

/// <summary>Wakes the worker that sends webhooks.</summary>
public sealed class WebhookSignal : WorkSignal;
