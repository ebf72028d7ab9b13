using System.Globalization;
using System.Net;
using System.Text;
using Inbox.Access;
using Inbox.Access.Keys;
using Inbox.Access.Outside;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Triggers.Webhooks;

/// <summary>Turns events into deliveries and deliveries into attempts. Any node may do either: rows are claimed.</summary>
internal sealed class WebhookSends(IDbContextFactory<InboxDb> dbs, OutsideClient outside, BusinessSecrets secrets, WebhookNotices notices, LiveFeed feed, Node node, TimeProvider clock)
{
    private const int EventsAtOnce = 200;
    private const int SendsAtOnce = 16;
    private const string FanOutLease = "webhook-events";

    private static readonly OutsideLimits Limits = new(TimeSpan.FromSeconds(15), 1024);
    private static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(60);

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Makes deliveries of the next events of each webhook.</summary>
    /// <returns>True when there may be more at once.</returns>
    public async Task<bool> FanOutAsync(CancellationToken cancellation)
    {
        List<OutgoingWebhook> behind;
        await using (var db = await dbs.CreateDbContextAsync(cancellation))
        {
            behind = await db.Set<OutgoingWebhook>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
                .Where(webhook => webhook.IsActive && db.Set<Tenant>().Any(tenant => tenant.Id == webhook.TenantId && tenant.LastEvent > webhook.LastEvent))
                .OrderBy(webhook => webhook.Id).Take(EventsAtOnce).ToListAsync(cancellation);
        }

        var more = behind.Count == EventsAtOnce;
        foreach (var webhook in behind)
        {
            more |= await FanOutAsync(webhook.Id, cancellation);
        }

        return more;
    }

    private async Task<bool> FanOutAsync(long webhookId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        if (!await db.HoldAsync(FanOutLease, node.Name, Now, LeaseFor, cancellation))
        {
            return false;
        }

        var webhook = await db.Set<OutgoingWebhook>().IgnoreQueryFilters([Filters.Tenant]).SingleOrDefaultAsync(row => row.Id == webhookId && row.IsActive, cancellation);
        if (webhook is null)
        {
            return false;
        }

        var events = await db.Set<DomainEvent>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            .Where(happened => happened.TenantId == webhook.TenantId && happened.Sequence > webhook.LastEvent)
            .OrderBy(happened => happened.Sequence).Take(EventsAtOnce).ToListAsync(cancellation);
        if (events.Count == 0)
        {
            return false;
        }

        var now = Now;
        db.AddRange(events.Where(happened => webhook.Wants(happened.Type)).Select(happened => new WebhookDelivery
        {
            TenantId = webhook.TenantId,
            WebhookId = webhook.Id,
            MessageId = WebhookBody.IdOf(happened),
            EventType = happened.Type,
            Body = WebhookBody.Of(happened),
            CreatedAt = now,
            DueAt = now,
        }));
        webhook.LastEvent = events[^1].Sequence;
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return events.Count == EventsAtOnce;
    }

    /// <summary>Claims what is due, at most a few of one webhook, each with a lease and a fence.</summary>
    public async Task<IReadOnlyList<(OutgoingWebhook Webhook, WebhookDelivery Delivery)>> ClaimAsync(CancellationToken cancellation)
    {
        var now = Now;
        var until = now + LeaseFor;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var due = await (
            from delivery in db.Set<WebhookDelivery>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            join webhook in db.Set<OutgoingWebhook>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking() on delivery.WebhookId equals webhook.Id
            where delivery.State == WebhookDeliveryState.Waiting && delivery.DueAt <= now && (delivery.LeaseUntil == null || delivery.LeaseUntil < now)
                && !db.Set<SendStop>().Any(stop => stop.Business == SendStop.Everybody || stop.Business == delivery.TenantId)
                && webhook.IsActive && (webhook.PausedUntil == null || webhook.PausedUntil <= now)
            orderby delivery.DueAt, delivery.Id
            select new { webhook, delivery }).Take(SendsAtOnce).ToListAsync(cancellation);
        if (due.Count == 0)
        {
            return [];
        }

        var claimed = new List<(OutgoingWebhook, WebhookDelivery)>();
        await using var write = await db.BeginAsync(cancellation);
        foreach (var row in due)
        {
            var fence = row.delivery.Fence;
            var mine = await db.Set<WebhookDelivery>().IgnoreQueryFilters([Filters.Tenant]).Where(delivery => delivery.Id == row.delivery.Id && delivery.Fence == fence && delivery.State == WebhookDeliveryState.Waiting
                    && !db.Set<SendStop>().Any(stop => stop.Business == SendStop.Everybody || stop.Business == delivery.TenantId))
                .ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.LeaseUntil, until).SetProperty(delivery => delivery.Fence, fence + 1), cancellation);
            if (mine == 1)
            {
                row.delivery.Fence = fence + 1;
                claimed.Add((row.webhook, row.delivery));
            }
        }

        await write.CommitAsync(cancellation);
        return claimed;
    }

    /// <summary>Makes one attempt and writes down what became of it.</summary>
    public async Task SendAsync(OutgoingWebhook webhook, WebhookDelivery delivery, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow();
        var start = clock.GetTimestamp();
        var answer = await outside.SendAsync(Request(webhook, delivery, at), Limits, cancellation);
        var attempt = new WebhookAttempt
        {
            TenantId = webhook.TenantId,
            DeliveryId = delivery.Id,
            At = at.UtcDateTime,
            Milliseconds = (int)clock.GetElapsedTime(start).TotalMilliseconds,
            Status = (int?)(answer as OutsideAnswered)?.Status,
            Result = answer switch
            {
                OutsideAnswered { Status: >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices } => "delivered",
                OutsideAnswered => "status",
                OutsideTimedOut => "timeout",
                _ => "unreachable",
            },
        };
        await NoteAsync(webhook.Id, delivery, attempt, (answer as OutsideAnswered)?.RetryAfter, cancellation);
    }

    private HttpRequestMessage Request(OutgoingWebhook webhook, WebhookDelivery delivery, DateTimeOffset at)
    {
        var signature = WebhookSecret.Sign(secrets.Unprotect(webhook.Secret, WebhookSecret.Place(webhook)), delivery.MessageId, at, delivery.Body);
        if (webhook.PreviousSecret is { } previous && webhook.PreviousUntil > at.UtcDateTime)
        {
            signature = $"{signature} {WebhookSecret.Sign(secrets.Unprotect(previous, WebhookSecret.PreviousPlace(webhook)), delivery.MessageId, at, delivery.Body)}";
        }

        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", delivery.MessageId);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", signature);
        request.Headers.UserAgent.ParseAdd("Inbox-Webhooks/1");
        return request;
    }

    private async Task NoteAsync(long webhookId, WebhookDelivery sent, WebhookAttempt attempt, TimeSpan? retryAfter, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await WriteAsync(db, webhookId, sent, attempt, retryAfter, cancellation) is not (var webhook, var switchedOff))
        {
            return;   // removed meanwhile, or another node has it
        }

        // The writer's turn is over: a mail server that is slow holds up nobody else.
        feed.Publish(Topics.Webhooks(sent.TenantId));
        if (switchedOff)
        {
            await notices.SendAsync(db, webhook, cancellation);
        }
    }

    /// <returns>Null when the delivery is nobody's to write down any more.</returns>
    private async Task<(OutgoingWebhook Webhook, bool SwitchedOff)?> WriteAsync(
        InboxDb db, long webhookId, WebhookDelivery sent, WebhookAttempt attempt, TimeSpan? retryAfter, CancellationToken cancellation)
    {
        await using var write = await db.BeginAsync(cancellation);
        // A disabling writes an event: the tenant's row is locked before any other, as everywhere.
        await EventNumbers.TakeTurnsAsync(db, [sent.TenantId], cancellation);
        var delivery = await db.Set<WebhookDelivery>().IgnoreQueryFilters([Filters.Tenant]).SingleOrDefaultAsync(row => row.Id == sent.Id && row.Fence == sent.Fence, cancellation);
        var webhook = await db.Set<OutgoingWebhook>().IgnoreQueryFilters([Filters.Tenant]).SingleOrDefaultAsync(row => row.Id == webhookId, cancellation);
        if (delivery is null || webhook is null)
        {
            return null;
        }

        var (now, wasActive) = (Now, webhook.IsActive);
        db.Add(attempt);
        (delivery.Attempts, delivery.LeaseUntil, delivery.LastStatus, delivery.LastResult) = (delivery.Attempts + 1, null, attempt.Status, attempt.Result);
        if (attempt.Result == "delivered")
        {
            delivery.State = WebhookDeliveryState.Delivered;
            (webhook.FailingSince, webhook.PausedUntil) = (null, null);
        }
        else
        {
            Fail(db, webhook, delivery, attempt, retryAfter, now);
        }

        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return (webhook, wasActive && !webhook.IsActive);
    }

    private static void Fail(InboxDb db, OutgoingWebhook webhook, WebhookDelivery delivery, WebhookAttempt attempt, TimeSpan? retryAfter, DateTime now)
    {
        webhook.FailingSince ??= now;
        if (attempt.Status is 429 or 502 or 504)
        {
            var pause = retryAfter is { } asked && asked > WebhookSchedule.Slower ? asked : WebhookSchedule.Slower;
            webhook.PausedUntil = now + (pause < WebhookSchedule.SlowestPause ? pause : WebhookSchedule.SlowestPause);
        }

        if (attempt.Status != 410 && WebhookSchedule.After(delivery.Attempts) is { } delay)
        {
            delivery.DueAt = now + delay;
        }
        else
        {
            delivery.State = WebhookDeliveryState.Failed;
        }

        if (webhook.IsActive && (attempt.Status == 410 || now - webhook.FailingSince >= WebhookSchedule.MostFailing))
        {
            (webhook.IsActive, webhook.DisabledReason) = (false, attempt.Status == 410 ? "gone" : "failing");
            db.Add(new DomainEvent { TenantId = webhook.TenantId, Type = "webhook_disabled", At = now, Data = DomainEvent.Json(new { webhook_id = webhook.Id, reason = webhook.DisabledReason }) });
            db.AuditRow(Caller.System(webhook.TenantId), "webhook.disabled", webhook, AuditObject.Of("webhook", webhook.Id, webhook.Url));
        }
    }
}

/// <summary>Sends webhooks as events come, a few at once.</summary>
internal sealed partial class WebhookWorker(IServiceScopeFactory scopes, WebhookSignal signal, Heartbeats heartbeats, ILogger<WebhookWorker> log) : BackgroundService
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            heartbeats.Beat("webhooks");
            try
            {
                while (await RoundAsync(stoppingToken))
                {
                    heartbeats.Beat("webhooks");
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(error);   // the database may be away; the next round finds the same rows
            }

            await signal.WaitAsync(PollEvery, stoppingToken);
        }
    }

    /// <returns>True when there is more to do at once.</returns>
    private async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        var sends = scope.ServiceProvider.GetRequiredService<WebhookSends>();
        var more = await sends.FanOutAsync(cancellation);
        var claimed = await sends.ClaimAsync(cancellation);
        await Task.WhenAll(claimed.Select(one => SendAsync(sends, one.Webhook, one.Delivery, cancellation)));
        return more || claimed.Count > 0;
    }

    private async Task SendAsync(WebhookSends sends, OutgoingWebhook webhook, WebhookDelivery delivery, CancellationToken cancellation)
    {
        try
        {
            await sends.SendAsync(webhook, delivery, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            SendFailed(error, delivery.Id);   // its lease runs out, then it is tried again
        }
    }

    [LoggerMessage(LogLevel.Error, "A round of the webhook worker failed")]
    private partial void RoundFailed(Exception error);

    [LoggerMessage(LogLevel.Error, "What became of webhook delivery {DeliveryId} could not be written down")]
    private partial void SendFailed(Exception error, long deliveryId);
}
