using System.Text.RegularExpressions;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Labels;

/// <param name="Uses">Conversations that have it.</param>
public sealed record TagRow(long Id, string Name, string Colour, int Uses, DateTime CreatedAt);

/// <summary>The tags of a business, and which conversations have them.</summary>
public sealed partial class Tags(IDbContextFactory<InboxDb> dbs, LiveFeed feed, TimeProvider clock)
{
    public const int MostTags = 500;
    public const string UsualColour = "#5b606b";

    private const int MostOnOne = 20;

    /// <summary>All of them by name; a business has at most <see cref="MostTags"/>.</summary>
    public async Task<IReadOnlyList<TagRow>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.ReadTags);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await Rows(db, db.Set<Tag>().OrderBy(tag => tag.Name)).ToListAsync(cancellation);
    }

    /// <exception cref="RefusedException">tag_not_found.</exception>
    public async Task<TagRow> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.ReadTags);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await Rows(db, db.Set<Tag>().Where(tag => tag.Id == id)).SingleOrDefaultAsync(cancellation) ?? throw RefusedException.NotFound("tag");
    }

    /// <param name="colour">Null for the usual one.</param>
    /// <exception cref="RefusedException">invalid_value, tag_exists, too_many.</exception>
    public async Task<TagRow> AddAsync(Caller caller, string name, string? colour, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.WriteTags);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await db.Set<Tag>().CountAsync(cancellation) >= MostTags)
        {
            throw new RefusedException("too_many", $"A business has at most {MostTags} tags. Remove some that nobody uses.", StatusCodes.Status409Conflict);
        }

        var tag = db.Add(new Tag { TenantId = caller.TenantId, Name = NameOf(name), Colour = ColourOf(colour ?? UsualColour), CreatedAt = clock.GetUtcNow().UtcDateTime }).Entity;
        db.AuditRow(caller, "tag.created", tag, AuditObject.Of("tag", tag.Id, tag.Name));
        await SaveAsync(db, cancellation);
        return new TagRow(tag.Id, tag.Name, tag.Colour, 0, tag.CreatedAt);
    }

    /// <param name="name">Null keeps the name.</param>
    /// <param name="colour">Null keeps the colour.</param>
    /// <exception cref="RefusedException">tag_not_found, invalid_value, tag_exists.</exception>
    public async Task<TagRow> ChangeAsync(Caller caller, long id, string? name, string? colour, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.WriteTags);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var tag = await db.Set<Tag>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("tag");
        tag.Name = name is null ? tag.Name : NameOf(name);
        tag.Colour = colour is null ? tag.Colour : ColourOf(colour);
        db.AuditRow(caller, "tag.changed", tag, AuditObject.Of("tag", tag.Id, tag.Name));
        await SaveAsync(db, cancellation);
        feed.Publish(Topics.Inbox(caller.TenantId));
        return await FindAsync(caller, id, cancellation);
    }

    /// <summary>Removes the tag, also from the conversations that have it.</summary>
    /// <exception cref="RefusedException">tag_not_found.</exception>
    public async Task RemoveAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.WriteTags);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var tag = await db.Set<Tag>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("tag");
        await db.Set<ConversationTag>().Where(row => row.TagId == id).ExecuteDeleteAsync(cancellation);
        db.Remove(tag);
        db.AuditRow(caller, "tag.removed", tag, AuditObject.Of("tag", tag.Id, tag.Name));
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(Topics.Inbox(caller.TenantId));
    }

    /// <summary>The tags of each conversation, by name; those without any are left out.</summary>
    public async Task<ILookup<long, TagRow>> OfAsync(Caller caller, IReadOnlyCollection<long> conversationIds, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var rows = await (
            from link in db.Set<ConversationTag>()
            join tag in db.Set<Tag>() on link.TagId equals tag.Id
            where conversationIds.Contains(link.ConversationId)
            orderby tag.Name
            select new { link.ConversationId, tag.Id, tag.Name, tag.Colour, tag.CreatedAt }).ToListAsync(cancellation);
        return rows.ToLookup(row => row.ConversationId, row => new TagRow(row.Id, row.Name, row.Colour, 0, row.CreatedAt));
    }

    /// <summary>Gives a conversation these tags and takes all others from it.</summary>
    /// <param name="names">Of tags that are there, without regard to case.</param>
    /// <exception cref="RefusedException">invalid_value: there is no such tag, or there are too many.</exception>
    public async Task PutOnAsync(Caller caller, long conversationId, IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Manage);
        if (names.Count > MostOnOne)
        {
            throw new RefusedException("invalid_value", $"A conversation has at most {MostOnOne} tags.", field: "tags");
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        if (!await db.Set<Conversation>().AnyAsync(row => row.Id == conversationId, cancellation))
        {
            throw RefusedException.NotFound("conversation");
        }

        var all = await db.Set<Tag>().ToListAsync(cancellation);
        var wanted = names.Select(name => all.FirstOrDefault(tag => string.Equals(tag.Name, name?.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new RefusedException("invalid_value", $"There is no tag {name.Cut(Tag.LongestName)}.", field: "tags")).DistinctBy(tag => tag.Id).ToList();
        var has = await db.Set<ConversationTag>().Where(row => row.ConversationId == conversationId).ToListAsync(cancellation);
        if (has.Select(row => row.TagId).ToHashSet().SetEquals(wanted.Select(tag => tag.Id)))
        {
            return;
        }

        db.RemoveRange(has.Where(row => wanted.All(tag => tag.Id != row.TagId)));
        db.AddRange(wanted.Where(tag => has.All(row => row.TagId != tag.Id))
            .Select(tag => new ConversationTag { TenantId = caller.TenantId, ConversationId = conversationId, TagId = tag.Id }));
        db.Audit(
            caller, "conversation.tagged", AuditObject.Of("conversation", conversationId),
            new { tags = has.Select(row => all.First(tag => tag.Id == row.TagId).Name).Order(StringComparer.Ordinal) }, new { tags = wanted.Select(tag => tag.Name).Order(StringComparer.Ordinal) });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(Topics.Conversation(caller.TenantId, conversationId));
        feed.Publish(Topics.Inbox(caller.TenantId));
    }

    private static IQueryable<TagRow> Rows(InboxDb db, IQueryable<Tag> tags)
        => tags.Select(tag => new TagRow(tag.Id, tag.Name, tag.Colour, db.Set<ConversationTag>().Count(row => row.TagId == tag.Id), tag.CreatedAt));

    private static async Task SaveAsync(InboxDb db, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            throw new RefusedException("tag_exists", "There is a tag of this name.", StatusCodes.Status409Conflict, "name");
        }
    }

    private static string NameOf(string name)
        => name.Trim() is { Length: > 0 and <= Tag.LongestName } trimmed && !trimmed.Any(char.IsControl)
            ? trimmed
            : throw new RefusedException("invalid_value", $"The name has 1 to {Tag.LongestName} characters.", field: "name");

    private static string ColourOf(string colour)
        => Colour.IsMatch(colour) ? colour.ToLowerInvariant() : throw new RefusedException("invalid_value", "A colour is written as #2a4dd7.", field: "colour");

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Colour { get; }
}
