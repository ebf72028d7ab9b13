using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Channels;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Conversations;

public static class ConversationEndpoints
{
    public static void MapConversations(this IEndpointRouteBuilder app)
    {
        var conversations = app.MapGroup("/api/v1/conversations").WithTags("Conversations")
            .RequireAuthorization(ConversationPermissions.Read).Refuses("unauthorized", "forbidden", "rate_limited");

        conversations.MapGet("/", ListAsync).WithSummary("Lists conversations, newest activity first").Refuses("invalid_cursor");
        conversations.MapGet("/{id:long}", FindAsync).WithSummary("Shows a conversation").Refuses("conversation_not_found");
        conversations.MapPatch("/{id:long}", ChangeAsync).WithSummary("Changes status or assignee")
            .Refuses("invalid_body", "conversation_not_found", "another_conversation_open", "invalid_value");
        conversations.MapPost("/{id:long}/close", CloseAsync).WithSummary("Closes a conversation").Refuses("conversation_not_found");
        conversations.MapPost("/{id:long}/reopen", ReopenAsync).WithSummary("Reopens a conversation").Refuses("conversation_not_found", "another_conversation_open");
        conversations.MapPost("/{id:long}/read", ReadAsync).WithSummary("Marks a conversation as read for the caller")
            .Refuses("invalid_body", "user_required", "conversation_not_found", "invalid_value");
        conversations.MapPost("/{id:long}/typing", TypeAsync).WithSummary("Tells others that the caller writes").Refuses("invalid_body", "conversation_not_found", "invalid_value");
        conversations.MapPut("/{id:long}/draft", DraftAsync).WithSummary("Keeps what the caller has typed and not sent")
            .Refuses("invalid_body", "user_required", "conversation_not_found", "text_too_long", "invalid_value");
    }

    private static async Task<Results<Ok<ListOf<ConversationView>>, ProblemHttpResult>> ListAsync(
        Caller caller,
        ConversationLists lists,
        ChannelCatalogue kinds,
        CancellationToken cancellation,
        string? status = null,
        string? assignee = null,
        [Range(1, ConversationLists.MostRows)] int limit = 50,
        string? cursor = null)
    {
        var wanted = status is null ? null : Words.Read<ConversationStatus>(status);
        if (status is not null && wanted is null)
        {
            throw new RefusedException("invalid_value", $"There is no status {status.Cut(40)}.", StatusCodes.Status400BadRequest, "status");
        }

        var tab = assignee switch
        {
            null => ConversationTab.All,
            "me" => ConversationTab.Mine,
            "none" => ConversationTab.Unassigned,
            _ => throw new RefusedException("invalid_value", "assignee is me or none.", StatusCodes.Status400BadRequest, "assignee"),
        };
        var page = await lists.PageAsync(caller, new ConversationFilter(wanted, tab), Paging.After(cursor), Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<ConversationView>([.. page.Items.Select(row => ConversationView.Of(row, kinds))], page.NextCursor));
    }

    private static async Task<Ok<ConversationView>> FindAsync(long id, Caller caller, ConversationLists lists, ChannelCatalogue kinds, CancellationToken cancellation)
        => TypedResults.Ok(ConversationView.Of(await lists.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("conversation"), kinds));

    private static async Task<Ok<ConversationView>> ChangeAsync(
        long id, Body<ConversationChange> body, Caller caller, ConversationStates states, ConversationLists lists, ChannelCatalogue kinds, CancellationToken cancellation)
    {
        var change = body.Value;
        var status = change.Status is null ? null : Words.Read<ConversationStatus>(change.Status);
        if (change.Status is not null && status is not (ConversationStatus.Open or ConversationStatus.Closed))
        {
            throw new RefusedException("invalid_value", "status is open or closed.", field: "status");
        }

        if (change.AssigneeId is { } assignee)
        {
            await states.AssignAsync(caller, id, assignee == 0 ? null : assignee, cancellation);
        }

        await (status switch
        {
            ConversationStatus.Closed => states.CloseAsync(caller, id, cancellation),
            ConversationStatus.Open => states.ReopenAsync(caller, id, cancellation),
            _ => Task.CompletedTask,
        });
        return await FindAsync(id, caller, lists, kinds, cancellation);
    }

    private static async Task<NoContent> CloseAsync(long id, Caller caller, ConversationStates states, CancellationToken cancellation)
    {
        await states.CloseAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReopenAsync(long id, Caller caller, ConversationStates states, CancellationToken cancellation)
    {
        await states.ReopenAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReadAsync(long id, Body<ReadRequest>? read, Caller caller, AgentMarks marks, CancellationToken cancellation)
    {
        await marks.ReadAsync(caller, id, read?.Value.UpTo, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> TypeAsync(
        long id, Body<TypingRequest> typing, Caller caller, ConversationLists lists, Typing all, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        _ = await lists.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("conversation");
        all.Set(caller.TenantId, id, $"user:{caller.UserId}", caller.Name, typing.Value.Active, typing.Value.Mode == "note");
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DraftAsync(long id, Body<DraftRequest> draft, Caller caller, AgentMarks marks, CancellationToken cancellation)
    {
        await marks.SaveDraftAsync(caller, id, draft.Value.Text, draft.Value.Mode == "note", cancellation);
        return TypedResults.NoContent();
    }
}

/// <param name="Status">open or closed.</param>
/// <param name="AssigneeId">A colleague's id; 0 takes it from everybody.</param>
public sealed record ConversationChange(string? Status = null, [property: Range(0, long.MaxValue)] long? AssigneeId = null);

/// <param name="UpTo">The newest message the caller has seen; without it all.</param>
public sealed record ReadRequest([property: Range(1, long.MaxValue)] long? UpTo = null);

/// <param name="Mode">reply or note.</param>
public sealed record TypingRequest(bool Active = true, [property: AllowedValues("reply", "note")] string Mode = "reply");

/// <param name="Text">Empty removes the draft.</param>
/// <param name="Mode">reply or note.</param>
public sealed record DraftRequest([property: Required(AllowEmptyStrings = true), StringLength(AgentMarks.LongestDraft)] string Text, [property: AllowedValues("reply", "note")] string Mode = "reply");
