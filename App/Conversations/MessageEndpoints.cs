using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Conversations;

public static class MessageEndpoints
{
    public static void MapMessages(this IEndpointRouteBuilder app)
    {
        var ofConversation = app.MapGroup("/api/v1/conversations/{id:long}").WithTags("Messages")
            .RequireAuthorization(ConversationPermissions.Read).Refuses("unauthorized", "forbidden", "conversation_not_found", "rate_limited");

        ofConversation.MapGet("/messages", ListAsync).WithSummary("Lists messages and notes, newest first").Refuses("invalid_cursor");
        ofConversation.MapPost("/messages", SendAsync).WithSummary("Sends a reply to the customer")
            .RequireAuthorization(ConversationPermissions.Reply)
            .Refuses("invalid_body", "invalid_idempotency_key", "channel_inactive", "no_address", "window_closed", "invalid_value", "text_too_long", "idempotency_key_reused");
        ofConversation.MapPost("/notes", NoteAsync).WithSummary("Writes a note that only colleagues see")
            .RequireAuthorization(ConversationPermissions.Note)
            .Refuses("invalid_body", "invalid_idempotency_key", "invalid_value", "text_too_long", "idempotency_key_reused");

        app.MapGet("/api/v1/messages/{id:long}", FindAsync).WithTags("Messages").WithSummary("Shows a message")
            .RequireAuthorization(ConversationPermissions.Read).Refuses("unauthorized", "forbidden", "message_not_found", "rate_limited");
    }

    private static async Task<Ok<ListOf<MessageView>>> ListAsync(
        long id, Caller caller, Threads threads, CancellationToken cancellation, [Range(1, Paging.MostRows)] int limit = Threads.PageSize, string? cursor = null)
    {
        var page = await threads.PageAsync(caller, id, Paging.After(cursor), Paging.Limit(limit), cancellation) ?? throw RefusedException.NotFound("conversation");
        return TypedResults.Ok(new ListOf<MessageView>([.. page.Items.Select(MessageView.Of)], page.NextCursor));
    }

    private static async Task<Ok<MessageView>> FindAsync(long id, Caller caller, Threads threads, CancellationToken cancellation)
        => TypedResults.Ok(MessageView.Of(await threads.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("message")));

    private static async Task<Created<MessageView>> SendAsync(
        long id, Body<ReplyRequest> reply, Caller caller, Messages messages, CancellationToken cancellation, [FromHeader(Name = "Idempotency-Key"), StringLength(64)] string? key = null)
        => Answer(await messages.SendAsync(caller, id, new Writing(reply.Value.TextContent, Key(key), reply.Value.ReplyToId), cancellation), caller);

    private static async Task<Created<MessageView>> NoteAsync(
        long id, Body<NoteRequest> note, Caller caller, Messages messages, CancellationToken cancellation, [FromHeader(Name = "Idempotency-Key"), StringLength(64)] string? key = null)
        => Answer(await messages.NoteAsync(caller, id, new Writing(note.Value.TextContent, Key(key)), cancellation), caller);

    private static string? Key(string? key)
        => key is null or { Length: > 0 and <= 64 } ? key : throw new RefusedException("invalid_idempotency_key", "Idempotency-Key has 1 to 64 characters.", StatusCodes.Status400BadRequest);

    // The first answer again for a repeated key, so a client need not know whether the first one reached it.
    private static Created<MessageView> Answer(Written written, Caller caller)
        => TypedResults.Created($"/api/v1/messages/{written.Message.Id}", MessageView.Of(written.Message, caller.Name));
}

/// <param name="ReplyToId">Our id of the message that it answers.</param>
public sealed record ReplyRequest([property: Required] string TextContent, long? ReplyToId = null);

public sealed record NoteRequest([property: Required] string TextContent);
