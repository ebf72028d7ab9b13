using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Labels;

/// <summary>The names of a conversation's tags before and after a change, in order.</summary>
internal sealed record TagsTurned(IReadOnlyList<string> Before, IReadOnlyList<string> After);

/// <summary>Puts tags on a conversation and takes them off, for a save that may change more.</summary>
internal static class TagChanges
{
    public const int MostOnOne = 20;

    /// <returns>Null when the conversation has these tags already.</returns>
    /// <exception cref="RefusedException">invalid_value: there is no such tag, it is archived, or there are too many.</exception>
    public static async Task<TagsTurned?> ApplyAsync(InboxDb db, Conversation conversation, Change change, CancellationToken cancellation)
    {
        if (change is { Tags: null, AddTags: null, RemoveTags: null })
        {
            return null;
        }

        var all = await db.Set<Tag>().ToListAsync(cancellation);
        var links = await db.Set<ConversationTag>().Where(row => row.ConversationId == conversation.Id).ToListAsync(cancellation);
        var has = links.Select(link => link.TagId).ToHashSet();
        var wanted = change.Tags is { } exactly ? Named(all, exactly, "tags") : [.. has];
        wanted.UnionWith(Named(all, change.AddTags ?? [], "add_tags"));
        wanted.ExceptWith(Named(all, change.RemoveTags ?? [], "remove_tags"));
        if (has.SetEquals(wanted))
        {
            return null;
        }

        var field = change.Tags is null ? "add_tags" : "tags";
        if (all.FirstOrDefault(tag => tag.ArchivedAt is not null && wanted.Contains(tag.Id) && !has.Contains(tag.Id)) is { } archived)
        {
            throw new RefusedException("invalid_value", $"The tag {archived.Name} is archived.", field: field);
        }

        if (wanted.Count > MostOnOne && wanted.Count > has.Count)
        {
            throw new RefusedException("invalid_value", $"A conversation has at most {MostOnOne} tags.", field: field);
        }

        db.RemoveRange(links.Where(link => !wanted.Contains(link.TagId)));
        db.AddRange(wanted.Except(has).Select(tag => new ConversationTag { TenantId = conversation.TenantId, ConversationId = conversation.Id, TagId = tag }));
        return new TagsTurned(Names(has), Names(wanted));

        IReadOnlyList<string> Names(IReadOnlySet<long> ids) => [.. all.Where(tag => ids.Contains(tag.Id)).Select(tag => tag.Name).Order(StringComparer.Ordinal)];
    }

    private static HashSet<long> Named(List<Tag> all, IEnumerable<string> names, string field)
        => [.. names.Select(name => (all.FirstOrDefault(tag => string.Equals(tag.Name, name?.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new RefusedException("invalid_value", $"There is no tag {name.Cut(Tag.LongestName)}.", field: field)).Id)];
}
