using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Conversations;

public static class SearchEndpoints
{
    private const int MostHits = 50;

    public static void MapSearch(this IEndpointRouteBuilder app)
        => app.MapGet("/api/v1/search", SearchAsync).WithTags("Search").WithSummary("Finds messages, contacts and conversations by words")
            .RequireAuthorization(ConversationPermissions.Read).Refuses("unauthorized", "forbidden", "invalid_value", "rate_limited");

    private static async Task<Ok<SearchView>> SearchAsync(
        Caller caller, MessageSearch search, ChannelCatalogue kinds, CancellationToken cancellation, string? q = null, [Range(1, MostHits)] int limit = 20)
    {
        if (limit is < 1 or > MostHits)
        {
            throw new RefusedException("invalid_value", $"limit is 1 to {MostHits}.", StatusCodes.Status400BadRequest, "limit");
        }

        var found = await search.FindAsync(caller, ConversationQuery.Words(q) ?? throw ConversationQuery.Invalid("q", "q says what to look for."), limit, cancellation);
        return TypedResults.Ok(new SearchView(
            [.. found.Messages.Select(MessageView.Of)],
            [.. found.Contacts.Select(contact => new ContactView(contact.Id, contact.Name, Contact.Greeted(contact.FirstName, contact.Name), contact.Phone, contact.Email, null))],
            [.. found.Conversations.Select(row => ConversationView.Of(row, kinds))]));
    }
}

public sealed record SearchView(IReadOnlyList<MessageView> Messages, IReadOnlyList<ContactView> Contacts, IReadOnlyList<ConversationView> Conversations);
