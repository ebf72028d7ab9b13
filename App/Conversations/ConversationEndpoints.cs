using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Channels;
using Inbox.Conversations.Signs;
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

        conversations.MapGet("/", ListAsync).WithSummary("Lists conversations, newest activity first").Refuses("invalid_cursor", "invalid_value");
        conversations.MapGet("/{id:long}", FindAsync).WithSummary("Shows a conversation").Refuses("conversation_not_found");
        conversations.MapPatch("/{id:long}", ChangeAsync).WithSummary("Changes status, priority, assignee, department or tags")
            .Refuses("invalid_body", "conversation_not_found", "another_conversation_open", "assignee_without_access", "invalid_value");
        conversations.MapPost("/{id:long}/transfer", TransferAsync).WithSummary("Hands a conversation to a colleague or a department")
            .RequireAuthorization(ConversationPermissions.Transfer).Refuses("invalid_body", "conversation_not_found", "assignee_without_access", "invalid_value");
        conversations.MapPost("/bulk", BulkAsync).WithSummary("Makes one change to many conversations, and says which were left as they are")
            .Refuses("invalid_body", "invalid_value");
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
        [AsParameters] ConversationQuery query,
        CancellationToken cancellation,
        [Range(1, ConversationLists.MostRows)] int limit = 50,
        string? cursor = null)
    {
        var page = await lists.PageAsync(caller, query.Filter(), Paging.After(cursor), Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<ConversationView>([.. page.Items.Select(row => ConversationView.Of(row, kinds))], page.NextCursor));
    }

    private static async Task<Ok<ConversationView>> FindAsync(long id, Caller caller, ConversationLists lists, ChannelCatalogue kinds, CancellationToken cancellation)
        => TypedResults.Ok(ConversationView.Of(await lists.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("conversation"), kinds));

    private static async Task<Ok<ConversationView>> ChangeAsync(
        long id, Body<ConversationChange> body, Caller caller, ConversationStates states, ConversationLists lists, ChannelCatalogue kinds, CancellationToken cancellation)
    {
        await states.ChangeAsync(caller, id, body.Value.Read(), cancellation);
        return await FindAsync(id, caller, lists, kinds, cancellation);
    }

    private static async Task<Ok<TransferView>> TransferAsync(
        long id, Body<TransferRequest> body, Caller caller, ConversationStates states, ConversationLists lists, ChannelCatalogue kinds, CancellationToken cancellation)
    {
        var transfer = body.Value;
        if (transfer is { AssigneeId: null, DepartmentId: null })
        {
            throw new RefusedException("invalid_value", "Say who or which department gets it: assignee_id or department_id.", field: "assignee_id");
        }

        await states.ChangeAsync(caller, id, new Change(AssigneeId: transfer.AssigneeId, DepartmentId: transfer.DepartmentId, Reason: transfer.Reason), cancellation);
        return TypedResults.Ok(new TransferView(await lists.FindAsync(caller, id, cancellation) is { } row ? ConversationView.Of(row, kinds) : null));
    }

    private static async Task<Ok<BulkResult>> BulkAsync(Body<BulkRequest> body, Caller caller, BulkChanges bulk, CancellationToken cancellation)
    {
        var request = body.Value;
        if (request.Ids is null == request.Filter is null)
        {
            throw new RefusedException("invalid_value", "Give either ids or a filter.", field: "ids");
        }

        var change = request is { Status: null, AssigneeId: null, DepartmentId: null, Priority: null, AddTags: null, RemoveTags: null }
            ? null
            : new ConversationChange(request.Status, request.AssigneeId, request.DepartmentId, request.Priority).Read() with { AddTags = request.AddTags, RemoveTags = request.RemoveTags };
        if (change is null && request.Read is null)
        {
            throw new RefusedException("invalid_value", "Say what to change: status, assignee_id, department_id, priority, add_tags, remove_tags or read.", field: "status");
        }

        return TypedResults.Ok(request.Ids is { } ids
            ? await bulk.ChangeAsync(caller, ids, change, request.Read, cancellation)
            : await bulk.ChangeAsync(caller, request.Filter!.Filter(), change, request.Read, cancellation));
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

    private static async Task<NoContent> ReadAsync(long id, OptionalBody<ReadRequest> read, Caller caller, AgentMarks marks, CancellationToken cancellation)
    {
        await marks.ReadAsync(caller, id, read.Value?.UpTo, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> TypeAsync(
        long id, Body<TypingRequest> typing, Caller caller, ConversationLists lists, Typing all, CustomerSigns signs, CancellationToken cancellation)
    {
        var permission = typing.Value.Mode == "note" ? ConversationPermissions.Note : ConversationPermissions.Reply;
        caller.Require(permission);
        var row = await lists.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("conversation");
        if (!caller.Reaches(permission, row.AssigneeId, row.DepartmentId))
        {
            throw new ForbiddenException(permission);
        }

        all.Set(caller.TenantId, id, $"user:{caller.UserId}", caller.Name, typing.Value.Active, typing.Value.Mode == "note");
        if (typing.Value is { Active: true, Mode: not "note" })
        {
            signs.Typing(caller.TenantId, id);
        }

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
/// <param name="DepartmentId">A department's id; 0 takes it out of its department.</param>
/// <param name="Priority">low, normal, high or urgent.</param>
/// <param name="Tags">Names of tags that are there; all others are taken from it.</param>
public sealed record ConversationChange(
    [property: AllowedValues(null, "open", "closed")] string? Status = null,
    [property: Range(0, long.MaxValue)] long? AssigneeId = null,
    [property: Range(0, long.MaxValue)] long? DepartmentId = null,
    [property: AllowedValues(null, "low", "normal", "high", "urgent")] string? Priority = null,
    [property: MaxLength(100)] IReadOnlyList<string>? Tags = null)
{
    internal Change Read()
        => new(
            Status is null ? null : Words.Read<ConversationStatus>(Status), AssigneeId, DepartmentId,
            Priority is null ? null : Words.Read<ConversationPriority>(Priority),
            Tags: Tags);
}

/// <param name="AssigneeId">A colleague who may see the department.</param>
/// <param name="DepartmentId">Without an assignee the present one keeps it where they may see that department.</param>
/// <param name="Reason">Colleagues read it in the thread.</param>
public sealed record TransferRequest(
    [property: Range(1, long.MaxValue)] long? AssigneeId = null,
    [property: Range(1, long.MaxValue)] long? DepartmentId = null,
    [property: StringLength(Change.LongestReason)] string? Reason = null);

/// <param name="Conversation">Null when it was handed to where the caller may not look.</param>
public sealed record TransferView(ConversationView? Conversation);

/// <param name="Ids">Which ones; or <paramref name="Filter"/>.</param>
/// <param name="Filter">All that a list with these filters would show.</param>
/// <param name="Read">true marks as read for the caller, false as unread.</param>
/// <param name="AddTags">Names of tags that each gets.</param>
/// <param name="RemoveTags">Names of tags that are taken from each.</param>
public sealed record BulkRequest(
    [property: MaxLength(BulkChanges.Most)] IReadOnlyList<long>? Ids = null,
    ConversationQuery? Filter = null,
    [property: AllowedValues(null, "open", "closed")] string? Status = null,
    [property: Range(0, long.MaxValue)] long? AssigneeId = null,
    [property: Range(0, long.MaxValue)] long? DepartmentId = null,
    [property: AllowedValues(null, "low", "normal", "high", "urgent")] string? Priority = null,
    bool? Read = null,
    [property: MaxLength(20)] IReadOnlyList<string>? AddTags = null,
    [property: MaxLength(20)] IReadOnlyList<string>? RemoveTags = null);

/// <param name="UpTo">The newest message the caller has seen; without it all.</param>
public sealed record ReadRequest([property: Range(1, long.MaxValue)] long? UpTo = null);

/// <param name="Mode">reply or note.</param>
public sealed record TypingRequest(bool Active = true, [property: AllowedValues("reply", "note")] string Mode = "reply");

/// <param name="Text">Empty removes the draft.</param>
/// <param name="Mode">reply or note.</param>
public sealed record DraftRequest([property: Required(AllowEmptyStrings = true), StringLength(AgentMarks.LongestDraft)] string Text, [property: AllowedValues("reply", "note")] string Mode = "reply");
