using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Channels;
using Inbox.Conversations.Signs;
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
            .Refuses("invalid_body", "invalid_idempotency_key", "channel_inactive", "no_address", "window_closed", "contact_blocked", "contact_opted_out", "contact_stopped_marketing", "invalid_value", "text_too_long", "idempotency_key_reused",
                "media_not_found", "media_not_stored", "media_too_large", "media_type_refused", "storage_unavailable", "unsupported_by_channel",
                "person_needed", "template_not_found", "template_not_approved", "template_parameters_wrong", "template_header_missing");
        ofConversation.MapGet("/notes", NotesAsync).WithSummary("Lists the notes that only colleagues see, newest first").Refuses("invalid_cursor");
        ofConversation.MapPost("/notes", NoteAsync).WithSummary("Writes a note that only colleagues see")
            .RequireAuthorization(ConversationPermissions.Note)
            .Refuses("invalid_body", "invalid_idempotency_key", "invalid_value", "text_too_long", "idempotency_key_reused");

        var message = app.MapGroup("/api/v1/messages/{id:long}").WithTags("Messages")
            .RequireAuthorization(ConversationPermissions.Read).Refuses("unauthorized", "forbidden", "message_not_found", "rate_limited");
        message.MapGet("", FindAsync).WithSummary("Shows a message");
        message.MapPut("/reaction", ReactAsync).WithSummary("Puts our reaction at a customer's message, in the place of the one before")
            .RequireAuthorization(ConversationPermissions.Reply)
            .Refuses("invalid_body", "invalid_value", "message_not_reactable", "unsupported_by_channel", "channel_inactive", "window_closed", "contact_blocked", "contact_opted_out");
        message.MapDelete("/reaction", UnreactAsync).WithSummary("Takes our reaction back")
            .RequireAuthorization(ConversationPermissions.Reply).Refuses("message_not_reactable", "unsupported_by_channel", "channel_inactive", "window_closed");
    }

    private static async Task<Ok<ListOf<MessageView>>> ListAsync(
        long id, Caller caller, Threads threads, CancellationToken cancellation, [Range(1, Paging.MostRows)] int limit = Threads.PageSize, string? cursor = null)
    {
        var page = await threads.PageAsync(caller, id, Paging.After(cursor), Paging.Limit(limit), cancellation) ?? throw RefusedException.NotFound("conversation");
        return TypedResults.Ok(new ListOf<MessageView>([.. page.Items.Select(MessageView.Of)], page.NextCursor));
    }

    private static async Task<Ok<ListOf<MessageView>>> NotesAsync(
        long id, Caller caller, Threads threads, CancellationToken cancellation, [Range(1, Paging.MostRows)] int limit = Threads.PageSize, string? cursor = null)
    {
        var page = await threads.NotesAsync(caller, id, Paging.After(cursor), Paging.Limit(limit), cancellation) ?? throw RefusedException.NotFound("conversation");
        return TypedResults.Ok(new ListOf<MessageView>([.. page.Items.Select(MessageView.Of)], page.NextCursor));
    }

    private static async Task<Ok<MessageView>> FindAsync(long id, Caller caller, Threads threads, CancellationToken cancellation)
        => TypedResults.Ok(MessageView.Of(await threads.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("message")) with { History = await threads.HistoryAsync(caller, id, cancellation) });

    private static async Task<Ok<MessageView>> ReactAsync(long id, Body<ReactionRequest> reaction, Caller caller, Reactions reactions, Threads threads, CancellationToken cancellation)
    {
        await reactions.SetAsync(caller, id, reaction.Value.Emoji, cancellation);
        return await FindAsync(id, caller, threads, cancellation);
    }

    private static async Task<NoContent> UnreactAsync(long id, Caller caller, Reactions reactions, CancellationToken cancellation)
    {
        await reactions.SetAsync(caller, id, null, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Created<MessageView>> SendAsync(
        long id, Body<ReplyRequest> reply, Caller caller, Messages messages, Threads threads, CancellationToken cancellation, [FromHeader(Name = "Idempotency-Key"), StringLength(64)] string? key = null)
        => await AnswerAsync(caller, threads, await messages.SendAsync(caller, id, reply.Value.Writing(Key(key)), cancellation), cancellation);

    private static async Task<Created<MessageView>> NoteAsync(
        long id, Body<NoteRequest> note, Caller caller, Messages messages, Threads threads, CancellationToken cancellation, [FromHeader(Name = "Idempotency-Key"), StringLength(64)] string? key = null)
        => await AnswerAsync(caller, threads, await messages.NoteAsync(caller, id, new Writing(note.Value.TextContent, Key(key)), cancellation), cancellation);

    private static string? Key(string? key)
        => key is null or { Length: > 0 and <= 64 } ? key : throw new RefusedException("invalid_idempotency_key", "Idempotency-Key has 1 to 64 characters.", StatusCodes.Status400BadRequest);

    // The first answer again for a repeated key, so a client need not know whether the first one reached it.
    private static async Task<Created<MessageView>> AnswerAsync(Caller caller, Threads threads, Written written, CancellationToken cancellation)
        => TypedResults.Created(
            $"/api/v1/messages/{written.Message.Id}", MessageView.Of(await threads.FindAsync(caller, written.Message.Id, cancellation) ?? throw RefusedException.NotFound("message")));
}

/// <summary>One thing: a text, a file (with a text where the channel takes one), a choice (with a text), a place, contacts, or a template.</summary>
/// <param name="Type">May be left out; when it is there, it must be what the rest says.</param>
/// <param name="MediaId">An upload of the caller's, or a file of a message that they see.</param>
/// <param name="ReplyTo">Our id of the message that it answers.</param>
/// <param name="ReplyToId">The same as reply_to.</param>
/// <param name="AsHumanAgent">A person answers after the time for free text, where the channel lets persons do so.</param>
[Example("""{"text_content": "Hello!"}""")]
public sealed record ReplyRequest(
    string? TextContent = null,
    string? Type = null,
    long? MediaId = null,
    Interactive? Interactive = null,
    TemplateUse? Template = null,
    Place? Location = null,
    IReadOnlyList<ContactCard>? Contacts = null,
    long? ReplyTo = null,
    long? ReplyToId = null,
    bool AsHumanAgent = false) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(TextContent) && MediaId is null && Interactive is null && Template is null && Location is null && Contacts is null)
        {
            yield return new ValidationResult("The text is empty.", [nameof(TextContent)]);
        }

        if (ReplyTo is not null && ReplyToId is not null && ReplyTo != ReplyToId)
        {
            yield return new ValidationResult("reply_to and reply_to_id are two names of one thing. Give one of them.", [nameof(ReplyTo)]);
        }
    }

    internal Writing Writing(string? key)
    {
        var content = new MessageContent { Interactive = Interactive, Template = Template, Location = Location, Contacts = Contacts, HumanAgent = AsHumanAgent ? true : null };
        return new Writing(TextContent, key, ReplyTo ?? ReplyToId)
        {
            Content = content == new MessageContent() ? null : content,
            Type = Type,
            FileId = MediaId,
        };
    }
}

/// <param name="Emoji">One, of those that the channel takes.</param>
[Example("""{"emoji": "👍"}""")]
public sealed record ReactionRequest([property: Required, StringLength(Reaction.LongestEmoji)] string Emoji);

public sealed record NoteRequest([property: Required] string TextContent);
