using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Triggers.Webhooks;

public static class OutgoingWebhookEndpoints
{
    public static void MapOutgoingWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/api/v1/webhooks").WithTags("Webhooks").RequireAuthorization(WebhookPermissions.Read).Refuses("unauthorized", "forbidden", "rate_limited");

        webhooks.MapGet("/", ListAsync).WithSummary("Lists the outgoing webhooks");
        webhooks.MapGet("/{id:long}", FindAsync).WithSummary("Shows an outgoing webhook").Refuses("webhook_not_found");
        webhooks.MapGet("/{id:long}/deliveries", DeliveriesAsync).WithSummary("Lists what was sent to a webhook, newest first").Refuses("invalid_cursor", "invalid_value", "webhook_not_found");
        webhooks.MapPost("/", AddAsync).WithSummary("Subscribes an address to events; its secret is in this answer only")
            .RequireAuthorization(WebhookPermissions.Write).Refuses("invalid_body", "too_many_webhooks", "invalid_value", "reauthentication_required");
        webhooks.MapPut("/{id:long}", ChangeAsync).WithSummary("Changes a webhook; what is left out stays, an empty description takes it away")
            .RequireAuthorization(WebhookPermissions.Write).Refuses("invalid_body", "webhook_not_found", "invalid_value", "reauthentication_required");
        webhooks.MapDelete("/{id:long}", RemoveAsync).WithSummary("Removes a webhook with its log").RequireAuthorization(WebhookPermissions.Write).Refuses("webhook_not_found");
        webhooks.MapPost("/{id:long}/rotate-secret", RotateAsync).WithSummary("Makes a new secret; for 24 hours both sign")
            .RequireAuthorization(WebhookPermissions.Write).Refuses("webhook_not_found", "reauthentication_required");
        webhooks.MapPost("/{id:long}/ping", PingAsync).WithSummary("Sends a made-up event").RequireAuthorization(WebhookPermissions.Write).Refuses("webhook_not_found", "webhook_off");
        webhooks.MapPost("/{id:long}/replay", ReplayAllAsync).WithSummary("Sends all failed deliveries again")
            .RequireAuthorization(WebhookPermissions.Write).Refuses("webhook_not_found", "webhook_off");
        webhooks.MapPost("/{id:long}/deliveries/{deliveryId:long}/replay", ReplayAsync).WithSummary("Sends a delivery again under the same id")
            .RequireAuthorization(WebhookPermissions.Write).Refuses("webhook_not_found", "delivery_not_found", "webhook_off");
    }

    private static async Task<Ok<ListOf<WebhookView>>> ListAsync(Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<WebhookView>([.. (await webhooks.ListAsync(caller, cancellation)).Select(webhook => WebhookView.Of(webhook))], null));

    private static async Task<WithVersion<Ok<WebhookView>>> FindAsync(long id, Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation)
        => Answer(await webhooks.FindAsync(caller, id, cancellation));

    private static WithVersion<Ok<WebhookView>> Answer(OutgoingWebhook webhook) => TypedResults.Ok(WebhookView.Of(webhook)).WithVersion(webhook.Version);

    private static async Task<Created<WebhookView>> AddAsync(Body<WebhookRequest> body, Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation)
    {
        var (webhook, secret) = await webhooks.AddAsync(caller, body.Value.Url, body.Value.EventTypes, body.Value.Description, cancellation);
        return TypedResults.Created($"/api/v1/webhooks/{webhook.Id}", WebhookView.Of(webhook, secret));
    }

    private static async Task<WithVersion<Ok<WebhookView>>> ChangeAsync(
        long id, IfMatch match, Body<WebhookChange> body, Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation)
        => Answer(await webhooks.ChangeAsync(
            caller, id, body.Value.Url, body.Value.EventTypes, body.Value.Description, body.Value.IsActive, match.Check, cancellation));

    private static async Task<NoContent> RemoveAsync(long id, Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation)
    {
        await webhooks.RemoveAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<WebhookView>> RotateAsync(long id, Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation)
    {
        var secret = await webhooks.RotateAsync(caller, id, cancellation);
        return TypedResults.Ok(WebhookView.Of(await webhooks.FindAsync(caller, id, cancellation), secret));
    }

    private static async Task<Accepted<WebhookDeliveryView>> PingAsync(long id, Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation)
        => TypedResults.Accepted($"/api/v1/webhooks/{id}/deliveries", WebhookDeliveryView.Of(await webhooks.PingAsync(caller, id, cancellation)));

    private static async Task<Ok<ListOf<WebhookDeliveryView>>> DeliveriesAsync(
        long id, Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation, string? state = null, int limit = 50, string? cursor = null)
    {
        WebhookDeliveryState? wanted = state switch
        {
            null => null,
            "waiting" => WebhookDeliveryState.Waiting,
            "delivered" => WebhookDeliveryState.Delivered,
            "failed" => WebhookDeliveryState.Failed,
            _ => throw new RefusedException("invalid_value", "state is waiting, delivered or failed.", StatusCodes.Status400BadRequest, "state"),
        };
        var page = await webhooks.DeliveriesAsync(caller, id, wanted, Paging.After(cursor)?.Id, Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<WebhookDeliveryView>([.. page.Items.Select(WebhookDeliveryView.Of)], page.NextCursor));
    }

    private static async Task<Accepted<ReplayedView>> ReplayAllAsync(long id, Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation)
        => TypedResults.Accepted($"/api/v1/webhooks/{id}/deliveries", new ReplayedView(await webhooks.ReplayAsync(caller, id, null, cancellation)));

    private static async Task<Accepted<ReplayedView>> ReplayAsync(long id, long deliveryId, Caller caller, OutgoingWebhooks webhooks, CancellationToken cancellation)
        => TypedResults.Accepted($"/api/v1/webhooks/{id}/deliveries", new ReplayedView(await webhooks.ReplayAsync(caller, id, deliveryId, cancellation)));
}

/// <param name="EventTypes">Such as <c>message_received</c>; <c>["*"]</c> for all.</param>
public sealed record WebhookRequest([property: Required] string Url, [property: Required] IReadOnlyList<string> EventTypes, [property: StringLength(200)] string? Description = null);

public sealed record WebhookChange(string? Url = null, IReadOnlyList<string>? EventTypes = null, [property: StringLength(200)] string? Description = null, bool? IsActive = null);

/// <param name="DisabledReason">gone (the receiver answered 410) or failing (nothing got through for three days); null otherwise.</param>
/// <param name="Secret">Only where it was just made; null otherwise.</param>
public sealed record WebhookView(
    long Id, string Url, string? Description, IReadOnlyList<string> EventTypes, bool IsActive, string? DisabledReason, DateTime? FailingSince, DateTime CreatedAt, string? Secret)
{
    public static WebhookView Of(OutgoingWebhook webhook, string? secret = null)
        => new(webhook.Id, webhook.Url, webhook.Description, webhook.Types, webhook.IsActive, webhook.DisabledReason, webhook.FailingSince, webhook.CreatedAt, secret);
}

/// <param name="Id">Of the delivery.</param>
/// <param name="MessageId">What the receiver sees as webhook-id.</param>
/// <param name="State">waiting, delivered or failed.</param>
/// <param name="LastResult">delivered, status, unreachable or timeout; null before the first attempt.</param>
public sealed record WebhookDeliveryView(
    long Id, string MessageId, string EventType, string State, int Attempts, int? LastStatus, string? LastResult, DateTime CreatedAt, DateTime? NextAttemptAt, JsonElement Body)
{
    public static WebhookDeliveryView Of(WebhookDelivery delivery)
        => new(
            delivery.Id, delivery.MessageId, delivery.EventType, delivery.State.ToString().ToLowerInvariant(), delivery.Attempts, delivery.LastStatus, delivery.LastResult,
            delivery.CreatedAt, delivery.State == WebhookDeliveryState.Waiting ? delivery.DueAt : null, JsonElement.Parse(delivery.Body));
}

/// <param name="Replayed">How many deliveries are sent again.</param>
public sealed record ReplayedView(int Replayed);
