using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Contacts;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Conversations.Timeline;

public static class TimelineEndpoints
{
    public static void MapTimeline(this IEndpointRouteBuilder app)
        => app.MapGet("/api/v1/contacts/{id:long}/timeline", PageAsync).WithTags("Contacts")
            .WithSummary("Shows what happened with a contact over all channels, newest first: messages, notes, consents and changes")
            .RequireAuthorization(ContactPermissions.Read).Refuses("unauthorized", "forbidden", "contact_not_found", "invalid_cursor", "invalid_value", "rate_limited");

    private static async Task<Ok<ListOf<TimelineView>>> PageAsync(
        long id, Caller caller, ContactTimelines timelines, CancellationToken cancellation,
        string? kind = null, string? q = null, [Range(1, Paging.MostRows)] int limit = 50, string? cursor = null)
    {
        var page = await timelines.PageAsync(caller, id, new TimelineFilter(KindOf(kind), ConversationQuery.Words(q)), Paging.After(cursor), Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<TimelineView>([.. page.Items.Select(TimelineView.Of)], page.NextCursor));
    }

    private static TimelineKind? KindOf(string? word) => word is null ? null
        : Words.Read<TimelineKind>(word) ?? throw ConversationQuery.Invalid("kind", $"kind is one of {string.Join(", ", Enum.GetValues<TimelineKind>().Select(Words.Of))}.");
}

/// <summary>One thing that happened with a contact.</summary>
/// <param name="Kind">message, note, consent or change: the property of that name says what it was.</param>
/// <param name="Channel">Of a message: the kind of its channel.</param>
public sealed record TimelineView(string Kind, DateTime At, string? Channel, MessageView? Message, ContactNoteRow? Note, ConsentView? Consent, ContactChange? Change)
{
    public static TimelineView Of(TimelineEntry entry)
        => new(
            Words.Of(entry.Kind), entry.At, entry.Thread?.ChannelKind, entry.Message is { } message ? MessageView.Of(message) : null, entry.Note,
            entry.Consent is { } consent ? ConsentView.Of(consent) : null, entry.Change);
}
