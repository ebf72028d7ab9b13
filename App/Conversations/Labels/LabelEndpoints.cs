using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Conversations.Labels;

public static class LabelEndpoints
{
    public static void MapLabels(this IEndpointRouteBuilder app)
    {
        var tags = app.MapGroup("/api/v1/tags").WithTags("Tags").RequireAuthorization(LabelPermissions.ReadTags).Refuses("unauthorized", "forbidden", "rate_limited");
        tags.MapGet("/", ListTagsAsync).WithSummary("Lists the tags by name, with how many conversations have each");
        tags.MapGet("/{id:long}", FindTagAsync).WithSummary("Shows a tag").Refuses("tag_not_found");
        tags.MapPost("/", AddTagAsync).WithSummary("Makes a tag").RequireAuthorization(LabelPermissions.WriteTags).Refuses("invalid_body", "tag_exists", "too_many", "invalid_value");
        tags.MapPut("/{id:long}", ChangeTagAsync).WithSummary("Changes a tag; what is left out stays")
            .RequireAuthorization(LabelPermissions.WriteTags).Refuses("invalid_body", "tag_not_found", "tag_exists", "too_many", "invalid_value", "version_stale");
        tags.MapPost("/{id:long}/merge", MergeTagAsync).WithSummary("Makes one tag of two: conversations that have this one get the other, and this one is gone")
            .RequireAuthorization(LabelPermissions.WriteTags).Refuses("invalid_body", "tag_not_found", "invalid_value");
        tags.MapDelete("/{id:long}", RemoveTagAsync).WithSummary("Removes a tag, also from the conversations that have it").RequireAuthorization(LabelPermissions.WriteTags).Refuses("tag_not_found");

        app.MapPut("/api/v1/conversations/{id:long}/tags", PutTagsAsync).WithTags("Conversations").RequireAuthorization(ConversationPermissions.Manage)
            .WithSummary("Gives a conversation these tags and takes all others from it")
            .Refuses("unauthorized", "forbidden", "rate_limited", "invalid_body", "conversation_not_found", "invalid_value");
        app.MapGet("/api/v1/conversations/{id:long}/tags", TagsOfAsync).WithTags("Conversations").RequireAuthorization(ConversationPermissions.Read)
            .WithSummary("Shows the tags of a conversation").Refuses("unauthorized", "forbidden", "rate_limited", "conversation_not_found");

        var replies = app.MapGroup("/api/v1/canned-replies").WithTags("Canned replies").RequireAuthorization(LabelPermissions.ReadReplies).Refuses("unauthorized", "forbidden", "rate_limited");
        replies.MapGet("/", ListRepliesAsync).WithSummary("Lists the canned replies that the caller may use, newest first").Refuses("invalid_cursor");
        replies.MapGet("/{id:long}", FindReplyAsync).WithSummary("Shows a canned reply").Refuses("canned_reply_not_found");
        replies.MapPost("/", AddReplyAsync).WithSummary("Makes a canned reply; one's own need no further right").Refuses("invalid_body", "canned_reply_exists", "too_many", "invalid_value");
        replies.MapPut("/{id:long}", ChangeReplyAsync).WithSummary("Changes a canned reply").Refuses("invalid_body", "canned_reply_not_found", "canned_reply_exists", "too_many", "invalid_value", "version_stale");
        replies.MapDelete("/{id:long}", RemoveReplyAsync).WithSummary("Removes a canned reply").Refuses("canned_reply_not_found");
        replies.MapPost("/{id:long}/used", UsedAsync).WithSummary("Counts a use of a canned reply").Refuses("canned_reply_not_found");
    }

    private static async Task<Ok<ListOf<TagRow>>> ListTagsAsync(Caller caller, Tags tags, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<TagRow>(await tags.ListAsync(caller, cancellation), null));

    private static async Task<WithVersion<Ok<TagRow>>> FindTagAsync(long id, Caller caller, Tags tags, CancellationToken cancellation)
        => Answer(await tags.FindAsync(caller, id, cancellation));

    private static WithVersion<Ok<TagRow>> Answer(TagRow tag) => TypedResults.Ok(tag).WithVersion(tag.Version);

    private static async Task<Created<TagRow>> AddTagAsync(Body<TagRequest> body, Caller caller, Tags tags, CancellationToken cancellation)
    {
        var tag = await tags.AddAsync(caller, body.Value.Name, body.Value.Colour, cancellation);
        return TypedResults.Created($"/api/v1/tags/{tag.Id}", tag);
    }

    private static async Task<WithVersion<Ok<TagRow>>> ChangeTagAsync(long id, IfMatch match, Body<TagChange> body, Caller caller, Tags tags, CancellationToken cancellation)
        => Answer(await tags.ChangeAsync(caller, id, body.Value.Name, body.Value.Colour, body.Value.IsArchived, match.Check, cancellation));

    private static async Task<Ok<TagRow>> MergeTagAsync(long id, Body<TagMerge> body, Caller caller, Tags tags, CancellationToken cancellation)
        => TypedResults.Ok(await tags.MergeAsync(caller, id, body.Value.Into, cancellation));

    private static async Task<NoContent> RemoveTagAsync(long id, Caller caller, Tags tags, CancellationToken cancellation)
    {
        await tags.RemoveAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ConversationTagsView>> TagsOfAsync(long id, Caller caller, Tags tags, ConversationLists lists, CancellationToken cancellation)
    {
        _ = await lists.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("conversation");
        return TypedResults.Ok(new ConversationTagsView([.. (await tags.OfAsync(caller, [id], cancellation))[id].Select(tag => tag.Name)]));
    }

    private static async Task<Ok<ConversationTagsView>> PutTagsAsync(
        long id, Body<ConversationTagsRequest> body, Caller caller, Tags tags, ConversationStates states, ConversationLists lists, CancellationToken cancellation)
    {
        await states.ChangeAsync(caller, id, new Change(Tags: body.Value.Tags), cancellation);
        return await TagsOfAsync(id, caller, tags, lists, cancellation);
    }

    private static async Task<Ok<ListOf<CannedReplyView>>> ListRepliesAsync(Caller caller, CannedReplies replies, CancellationToken cancellation, int limit = 50, string? cursor = null)
    {
        var page = await replies.PageAsync(caller, Paging.After(cursor), Paging.Limit(limit), cancellation);
        var uses = await replies.RecentUsesAsync(caller, [.. page.Items.Select(reply => reply.Id)], cancellation);
        return TypedResults.Ok(new ListOf<CannedReplyView>([.. page.Items.Select(reply => CannedReplyView.Of(reply, uses.GetValueOrDefault(reply.Id)))], page.NextCursor));
    }

    private static async Task<WithVersion<Ok<CannedReplyView>>> FindReplyAsync(long id, Caller caller, CannedReplies replies, CancellationToken cancellation)
        => await AnswerAsync(caller, await replies.FindAsync(caller, id, cancellation), replies, cancellation);

    private static async Task<WithVersion<Ok<CannedReplyView>>> AnswerAsync(Caller caller, CannedReply reply, CannedReplies replies, CancellationToken cancellation)
        => TypedResults.Ok(await ViewAsync(caller, reply, replies, cancellation)).WithVersion(reply.Version);

    private static async Task<CannedReplyView> ViewAsync(Caller caller, CannedReply reply, CannedReplies replies, CancellationToken cancellation)
        => CannedReplyView.Of(reply, (await replies.RecentUsesAsync(caller, [reply.Id], cancellation)).GetValueOrDefault(reply.Id));

    private static async Task<Created<CannedReplyView>> AddReplyAsync(Body<CannedReplyRequest> body, Caller caller, CannedReplies replies, CancellationToken cancellation)
    {
        var reply = await replies.AddAsync(caller, body.Value.Draft, cancellation);
        return TypedResults.Created($"/api/v1/canned-replies/{reply.Id}", CannedReplyView.Of(reply, 0));
    }

    private static async Task<WithVersion<Ok<CannedReplyView>>> ChangeReplyAsync(long id, IfMatch match, Body<CannedReplyRequest> body, Caller caller, CannedReplies replies, CancellationToken cancellation)
        => await AnswerAsync(caller, await replies.ChangeAsync(caller, id, body.Value.Draft, match.Check, cancellation), replies, cancellation);

    private static async Task<NoContent> RemoveReplyAsync(long id, Caller caller, CannedReplies replies, CancellationToken cancellation)
    {
        await replies.RemoveAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> UsedAsync(long id, Caller caller, CannedReplies replies, CancellationToken cancellation)
    {
        await replies.UsedAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }
}

/// <param name="Tags">Names of tags that are there.</param>
public sealed record ConversationTagsRequest([property: MaxLength(100)] IReadOnlyList<string> Tags);

public sealed record ConversationTagsView(IReadOnlyList<string> Tags);

/// <param name="Colour">Such as #2a4dd7; left out for grey.</param>
public sealed record TagRequest([property: Required] string Name, string? Colour = null);

/// <param name="IsArchived">true: no longer put on conversations; those that have it keep it.</param>
public sealed record TagChange(string? Name = null, string? Colour = null, bool? IsArchived = null);

/// <param name="Into">The id of the tag that stays.</param>
public sealed record TagMerge([property: Range(1, long.MaxValue)] long Into);

/// <param name="Shortcut">What is typed behind the slash.</param>
/// <param name="Text">May hold {{name}}, {{first_name}} and {{agent}}.</param>
/// <param name="Scope">all, department or personal.</param>
public sealed record CannedReplyRequest([property: Required] string Shortcut, [property: Required] string Text, ReplyScope Scope = ReplyScope.All, long? DepartmentId = null)
{
    internal CannedReplyDraft Draft => new(Shortcut, Text, Scope, DepartmentId);
}

/// <param name="RecentUses">In the last 30 days; <paramref name="Uses"/> counts from the beginning.</param>
public sealed record CannedReplyView(
    long Id, string Shortcut, string Text, ReplyScope Scope, long? DepartmentId, int Uses, int RecentUses, DateTime? LastUsedAt, DateTime CreatedAt, DateTime UpdatedAt)
{
    public static CannedReplyView Of(CannedReply reply, int recentUses)
        => new(reply.Id, reply.Shortcut, reply.Text, reply.Scope, reply.Scope == ReplyScope.Department ? reply.OwnerId : null, reply.Uses, recentUses, reply.LastUsedAt, reply.CreatedAt, reply.UpdatedAt);
}
