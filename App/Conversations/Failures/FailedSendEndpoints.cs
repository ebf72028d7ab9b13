using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Access.Http.Idempotency;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Conversations.Failures;

public static class FailedSendEndpoints
{
    public static void MapFailedSends(this IEndpointRouteBuilder app)
    {
        var messages = app.MapGroup("/api/v1/messages").WithTags("Messages").RequireAuthorization(ConversationPermissions.Reply).Refuses("unauthorized", "forbidden", "rate_limited");
        messages.MapGet("/failed", ListAsync).WithSummary("Lists messages that did not go out, newest first").Refuses("invalid_cursor", "invalid_value");
        messages.MapGet("/failed/groups", GroupsAsync).WithSummary("Counts messages that did not go out, by channel and reason");
        messages.MapPost("/failed/retry", RetryGroupAsync).WithSummary("Sends up to 200 messages again that failed for one reason; call again with next_cursor for the others")
            .TakesIdempotencyKey().Refuses("invalid_body", "invalid_value", "invalid_cursor", "channel_not_found", "channel_inactive", "maybe_sent");
        messages.MapPost("/{id:long}/retry", RetryAsync).WithSummary("Sends a message again that failed")
            .TakesIdempotencyKey().Refuses("invalid_body", "message_not_found", "maybe_sent", "not_failed", "no_address", "window_closed", "contact_blocked", "contact_opted_out", "contact_stopped_marketing");
    }

    private static async Task<Ok<ListOf<MessageView>>> ListAsync(
        Caller caller, FailedSends sends, CancellationToken cancellation, string? status = null, [FromQuery(Name = "channel_id")] long? channelId = null, string? code = null,
        [Range(1, Paging.MostRows)] int limit = FailedSends.PageSize, string? cursor = null)
    {
        var page = await sends.PageAsync(caller, new FailureFilter(StatusOf(status), channelId, code), Paging.After(cursor), Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<MessageView>([.. page.Items.Select(send => MessageView.Of(send.Message))], page.NextCursor));
    }

    private static async Task<Ok<ListOf<FailureGroupView>>> GroupsAsync(Caller caller, FailedSends sends, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<FailureGroupView>([.. (await sends.GroupsAsync(caller, cancellation)).Select(FailureGroupView.Of)], null));

    private static async Task<Ok<FailedRetryView>> RetryGroupAsync(Body<FailedRetryRequest> body, Caller caller, Outbox outbox, CancellationToken cancellation)
    {
        var asked = body.Value;
        var reason = new FailureReason(asked.ChannelId, StatusOf(asked.Status), asked.Code is { Length: > 0 } code ? code : null);
        return TypedResults.Ok(FailedRetryView.Of(await outbox.RetryAsync(caller, reason, asked.AllowMaybeSent, Paging.After(asked.Cursor), cancellation)));
    }

    private static async Task<Ok<MessageView>> RetryAsync(long id, OptionalBody<RetryRequest> body, Caller caller, Outbox outbox, Threads threads, CancellationToken cancellation)
    {
        await outbox.RetryAsync(caller, id, body.Value?.AllowMaybeSent == true, cancellation);
        return TypedResults.Ok(MessageView.Of(await threads.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("message")));
    }

    private static MessageStatus StatusOf(string? word) => word switch
    {
        null or "failed" => MessageStatus.Failed,
        "unknown" => MessageStatus.Unknown,
        _ => throw new RefusedException("invalid_value", "status is failed or unknown.", field: "status"),
    };
}

/// <param name="Status">failed, or unknown: they may have been sent.</param>
/// <param name="Code">The platform's code, or ours; null: there is none.</param>
/// <param name="Detail">What the newest of them was told.</param>
public sealed record FailureGroupView(long ChannelId, string Channel, string ChannelName, string Status, string? Code, string? Detail, int Count, DateTime OldestAt)
{
    public static FailureGroupView Of(FailureGroup group)
        => new(group.Reason.ChannelId, group.ChannelKind, group.ChannelName, Words.Of(group.Reason.Status), group.Reason.Code, group.Detail, group.Count, group.OldestAt);
}

/// <param name="Code">Of the group; null: those without one.</param>
/// <param name="Status">failed, or unknown: those that may have been sent.</param>
/// <param name="AllowMaybeSent">The customer may get a message twice that may have been sent.</param>
[Example("""{"channel_id": 1, "code": "190"}""")]
public sealed record FailedRetryRequest(
    [property: Required] long ChannelId, [property: StringLength(200)] string? Code = null, string? Status = null, bool AllowMaybeSent = false, [property: StringLength(100)] string? Cursor = null);

/// <param name="AllowMaybeSent">The customer may get a message twice that may have been sent.</param>
public sealed record RetryRequest(bool AllowMaybeSent = false);

/// <param name="Queued">How many go out again.</param>
/// <param name="Skipped">How many do not, by reason.</param>
/// <param name="NextCursor">There are more: call again with it as <c>cursor</c>.</param>
public sealed record FailedRetryView(int Queued, IReadOnlyList<SkippedView> Skipped, string? NextCursor)
{
    public static FailedRetryView Of(Retried retried)
        => new(retried.Queued, [.. retried.Skipped.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new SkippedView(one.Key, one.Value))], retried.Next?.ToString());
}

/// <param name="Code">window_closed, contact_blocked, contact_opted_out or contact_stopped_marketing.</param>
public sealed record SkippedView(string Code, int Count);
