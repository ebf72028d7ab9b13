using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Labels;

/// <param name="Uses">Conversations that have it.</param>
public sealed record TagRow(long Id, string Name, string Colour, int Uses, bool IsArchived, DateTime CreatedAt)
{
    [JsonIgnore]
    public long Version => VersionOf(Name, Colour, IsArchived);

    internal static long VersionOf(string name, string colour, bool isArchived) => Fingerprint.Of(name, colour, isArchived);
}

/// <summary>The tags of a business, and which conversations have them.</summary>
public sealed partial class Tags(IDbContextFactory<InboxDb> dbs, LiveFeed feed, TimeProvider clock)
{
    public const int MostTags = 500;
    public const string UsualColour = "#5b606b";

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
        return new TagRow(tag.Id, tag.Name, tag.Colour, 0, false, tag.CreatedAt);
    }

    /// <param name="name">Null keeps the name.</param>
    /// <param name="colour">Null keeps the colour.</param>
    /// <param name="archived">True: no longer put on conversations. Null keeps it.</param>
    /// <param name="check">Throws when the version is not the one that the caller saw.</param>
    /// <exception cref="RefusedException">tag_not_found, invalid_value, tag_exists, version_stale.</exception>
    public async Task<TagRow> ChangeAsync(Caller caller, long id, string? name, string? colour, bool? archived, Action<long> check, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.WriteTags);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var tag = await db.Set<Tag>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("tag");
        check(TagRow.VersionOf(tag.Name, tag.Colour, tag.ArchivedAt is not null));
        tag.Name = name is null ? tag.Name : NameOf(name);
        tag.Colour = colour is null ? tag.Colour : ColourOf(colour);
        tag.ArchivedAt = archived switch { null => tag.ArchivedAt, true => tag.ArchivedAt ?? clock.GetUtcNow().UtcDateTime, false => null };
        db.AuditRow(caller, "tag.changed", tag, AuditObject.Of("tag", tag.Id, tag.Name));
        await SaveAsync(db, cancellation);
        feed.Publish(Topics.Tags(caller.TenantId));
        return await FindAsync(caller, id, cancellation);
    }

    /// <summary>Removes the tag, also from the conversations and contacts that have it.</summary>
    /// <exception cref="RefusedException">tag_not_found.</exception>
    public async Task RemoveAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.WriteTags);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var tag = await db.Set<Tag>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("tag");
        await db.Set<ConversationTag>().Where(row => row.TagId == id).ExecuteDeleteAsync(cancellation);
        await db.Set<ContactTag>().Where(row => row.TagId == id).ExecuteDeleteAsync(cancellation);
        db.Remove(tag);
        db.AuditRow(caller, "tag.removed", tag, AuditObject.Of("tag", tag.Id, tag.Name));
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(Topics.Tags(caller.TenantId));
    }

    /// <summary>The tags of each conversation that the caller sees, by name; those without any are left out.</summary>
    public async Task<ILookup<long, TagRow>> OfAsync(Caller caller, IReadOnlyCollection<long> conversationIds, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var visible = db.Set<Conversation>().VisibleTo(caller);
        var rows = await (
            from link in db.Set<ConversationTag>()
            join tag in db.Set<Tag>() on link.TagId equals tag.Id
            where conversationIds.Contains(link.ConversationId) && visible.Any(c => c.Id == link.ConversationId)
            orderby tag.Name
            select new { link.ConversationId, tag.Id, tag.Name, tag.Colour, IsArchived = tag.ArchivedAt != null, tag.CreatedAt }).ToListAsync(cancellation);
        return rows.ToLookup(row => row.ConversationId, row => new TagRow(row.Id, row.Name, row.Colour, 0, row.IsArchived, row.CreatedAt));
    }

    /// <summary>Makes one tag of two: what has the one gets the other, and the one is gone.</summary>
    /// <returns>The tag that stays.</returns>
    /// <exception cref="RefusedException">tag_not_found; invalid_value: into itself, or the other is not there.</exception>
    public async Task<TagRow> MergeAsync(Caller caller, long id, long into, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.WriteTags);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var tag = await db.Set<Tag>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("tag");
        var other = into == id ? null : await db.Set<Tag>().SingleOrDefaultAsync(row => row.Id == into, cancellation);
        if (other is null)
        {
            throw new RefusedException("invalid_value", "Say which other tag of this business it becomes.", field: "into");
        }

        var links = db.Set<ConversationTag>();
        var moved = await links.Where(row => row.TagId == id && !links.Any(has => has.TagId == into && has.ConversationId == row.ConversationId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.TagId, into), cancellation);
        await links.Where(row => row.TagId == id).ExecuteDeleteAsync(cancellation);
        var contacts = db.Set<ContactTag>();
        await contacts.Where(row => row.TagId == id && !contacts.Any(has => has.TagId == into && has.ContactId == row.ContactId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.TagId, into), cancellation);
        await contacts.Where(row => row.TagId == id).ExecuteDeleteAsync(cancellation);
        db.Remove(tag);
        db.Audit(caller, "tag.merged", AuditObject.Of("tag", id, tag.Name), new { tag.Name, tag.Colour }, new { Into = other.Name, IntoId = into, Conversations = moved });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(Topics.Tags(caller.TenantId));
        return await FindAsync(caller, into, cancellation);
    }

    private static IQueryable<TagRow> Rows(InboxDb db, IQueryable<Tag> tags)
        => tags.Select(tag => new TagRow(tag.Id, tag.Name, tag.Colour, db.Set<ConversationTag>().Count(row => row.TagId == tag.Id), tag.ArchivedAt != null, tag.CreatedAt));

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
        => HexColour.IsValid(colour) ? colour.ToLowerInvariant() : throw new RefusedException("invalid_value", "A colour is written as #2a4dd7.", field: "colour");
}
