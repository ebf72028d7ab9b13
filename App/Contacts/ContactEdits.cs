using System.Text.Json;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <summary>What to change of a contact. Null leaves it as it is, an empty text takes it away.</summary>
/// <param name="CustomFields">By key; those left out stay, null takes a value away.</param>
/// <param name="Tags">The names of all tags that it has then.</param>
/// <param name="ExternalUpdatedAt">When a linked system changed it. An older change than the stored one is refused.</param>
public sealed record ContactEdit(
    string? Name = null,
    string? FirstName = null,
    string? LastName = null,
    string? Phone = null,
    string? Email = null,
    string? Language = null,
    IReadOnlyDictionary<string, JsonElement>? CustomFields = null,
    IReadOnlyList<string>? Tags = null,
    DateTime? ExternalUpdatedAt = null);

/// <summary>Makes, changes and deletes contacts.</summary>
public sealed class ContactEdits(IDbContextFactory<InboxDb> dbs, IContactThreads threads, LiveFeed feed, TimeProvider clock)
{
    /// <exception cref="RefusedException">invalid_value.</exception>
    public async Task<Contact> AddAsync(Caller caller, ContactEdit edit, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var contact = New(caller, clock.GetUtcNow().UtcDateTime);
        await ApplyAsync(db, contact, edit, await CustomFields.AllAsync(db, cancellation), cancellation);
        ContactValues.CheckNamed(contact);
        db.Add(contact);
        db.Add(Happened("contact_created", contact, caller));
        db.AuditRow(caller, "contact.created", contact, Target(contact));
        await db.SaveChangesAsync(cancellation);
        return contact;
    }

    /// <param name="check">Is given the version before anything changes, and throws when the caller saw an older one.</param>
    /// <exception cref="ForbiddenException">The caller sees the contact and may not change it.</exception>
    /// <exception cref="RefusedException">contact_not_found, invalid_value, contact_newer, version_stale.</exception>
    public async Task<Contact> ChangeAsync(Caller caller, long id, ContactEdit edit, Action<long> check, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var contact = await db.ContactForAsync(caller, threads, id, ContactPermissions.Write, cancellation);
        check(contact.Version);
        if (edit.ExternalUpdatedAt < contact.ExternalUpdatedAt)
        {
            throw new RefusedException("contact_newer", "The linked system has told of a later change already.", StatusCodes.Status409Conflict, "external_updated_at");
        }

        var tags = await ApplyAsync(db, contact, edit, await CustomFields.AllAsync(db, cancellation), cancellation);
        contact.UpdatedAt = clock.GetUtcNow().UtcDateTime;
        db.Add(Happened("contact_changed", contact, caller));
        db.AuditRow(caller, "contact.changed", contact, Target(contact));
        if (tags is not null)
        {
            Tagged(db, caller, contact, tags);
        }

        var topics = await threads.TopicsAsync(db, id, cancellation);
        await db.SaveChangesAsync(cancellation);
        feed.Publish(topics);
        return contact;
    }

    /// <summary>Hides a contact. Its conversations stay, and it is there again as soon as the person writes.</summary>
    /// <exception cref="ForbiddenException">The caller sees the contact and may not delete it.</exception>
    /// <exception cref="RefusedException">contact_not_found, version_stale.</exception>
    public async Task RemoveAsync(Caller caller, long id, Action<long> check, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Delete);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var contact = await db.ContactForAsync(caller, threads, id, ContactPermissions.Delete, cancellation);
        check(contact.Version);
        contact.DeletedAt = contact.UpdatedAt = clock.GetUtcNow().UtcDateTime;
        db.Add(Happened("contact_deleted", contact, caller));
        db.AuditRow(caller, "contact.deleted", contact, Target(contact));
        await db.SaveChangesAsync(cancellation);
    }

    internal static Contact New(Caller caller, DateTime now) => new() { TenantId = caller.TenantId, CreatedById = caller.UserId, CreatedAt = now };

    internal static AuditObject Target(Contact contact) => AuditObject.Of("contact", contact.Id, contact.Name);

    internal static DomainEvent Happened(string type, Contact contact, Caller caller)
        => new() { TenantId = contact.TenantId, Type = type, At = contact.UpdatedAt ?? contact.CreatedAt, ContactId = contact.Id, UserId = caller.UserId };

    internal static void Tagged(InboxDb db, Caller caller, Contact contact, ContactTags tags)
        => db.Audit(caller, "contact.tagged", Target(contact), new { Tags = tags.Before }, new { Tags = tags.After });

    /// <summary>Puts an edit into a contact, which is tracked or will be.</summary>
    /// <returns>Its tags, where they changed.</returns>
    /// <exception cref="RefusedException">invalid_value.</exception>
    internal async Task<ContactTags?> ApplyAsync(InboxDb db, Contact contact, ContactEdit edit, IReadOnlyList<CustomField> fields, CancellationToken cancellation)
    {
        ContactValues.Put(contact, edit, fields);
        return edit.Tags is null ? null : await TagAsync(db, contact, edit.Tags, cancellation);
    }

    private async Task<ContactTags?> TagAsync(InboxDb db, Contact contact, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var all = await threads.TagsAsync(db, cancellation);
        var links = contact.Id == 0 ? [] : await db.Set<ContactTag>().Where(link => link.ContactId == contact.Id).ToListAsync(cancellation);
        var has = links.Select(link => link.TagId).ToHashSet();
        var wanted = ContactTags.Named(all, names, "tags");
        ContactTags.CheckAlive(all, [.. wanted.Except(has)], "tags");
        if (wanted.Count > ContactTags.MostOnOne && wanted.Count > has.Count)
        {
            throw ContactValues.Invalid("tags", ContactTags.TooMany);
        }

        if (contact.Id == 0)
        {
            db.Add(contact);   // gives it the id that its tags point to
        }

        db.RemoveRange(links.Where(link => !wanted.Contains(link.TagId)));
        db.AddRange(wanted.Except(has).Select(tag => new ContactTag { TenantId = contact.TenantId, ContactId = contact.Id, TagId = tag }));
        return has.SetEquals(wanted) ? null : ContactTags.Of(all, has, wanted);
    }
}
