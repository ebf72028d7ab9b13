using Inbox.Channels;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <param name="Text">A part of name, phone or e-mail.</param>
/// <param name="Tag">The name of a tag, without regard to case.</param>
/// <param name="ChannelKind">With an address on such a channel.</param>
/// <param name="IsBlocked">Null: both.</param>
/// <param name="IsOptedOut">Null: both.</param>
/// <param name="Phone">Exactly, in digits.</param>
/// <param name="Email">Exactly, in lower case.</param>
/// <param name="Ids">No others.</param>
public sealed record ContactFilter(
    string? Text = null,
    string? Tag = null,
    string? ChannelKind = null,
    bool? IsBlocked = null,
    bool? IsOptedOut = null,
    string? Phone = null,
    string? Email = null,
    IReadOnlyList<long>? Ids = null);

/// <summary>An address of a contact as screens and the API show it.</summary>
/// <param name="Reason">One of <see cref="IdentityReasons"/>.</param>
public sealed record AddressRow(long Id, long ContactId, long ChannelId, string ChannelKind, string ChannelName, string Kind, string Address, string? Reason, DateTime CreatedAt);

/// <summary>A contact as lists show it.</summary>
/// <param name="Activity">Null for one without a conversation that the caller may see.</param>
public sealed record ContactRow(Contact Contact, IReadOnlyList<AddressRow> Addresses, IReadOnlyList<TagWord> Tags, ContactActivity? Activity)
{
    public long Id => Contact.Id;

    /// <summary>The name, else an address; null of a stranger.</summary>
    public string? Called => Contact.Called(Contact.Name, Contact.Phone, Contact.Email);
}

/// <summary>Lists of contacts, the newest first, by key.</summary>
public sealed class ContactLists(IDbContextFactory<InboxDb> dbs, IContactThreads threads)
{
    public async Task<Page<ContactRow>> PageAsync(Caller caller, ContactFilter filter, Cursor? after, int limit, CancellationToken cancellation, string permission = ContactPermissions.Read)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var words = await threads.TagsAsync(db, cancellation);
        var contacts = Filtered(db, caller, db.Set<Contact>().AsNoTracking().VisibleTo(db, caller, threads), filter, words);
        if (permission != ContactPermissions.Read)
        {
            contacts = contacts.VisibleTo(db, caller, threads, permission);
        }

        var found = await After(contacts, after).Take(limit + 1).ToListAsync(cancellation);
        var rows = await RowsAsync(db, caller, [.. found.Take(limit)], words, cancellation);
        return new Page<ContactRow>(rows, found.Count <= limit ? null : new Cursor(rows[^1].Contact.CreatedAt, rows[^1].Id).ToString());
    }

    /// <exception cref="RefusedException">contact_not_found: also when the caller may not see it.</exception>
    public async Task<ContactRow> FindAsync(Caller caller, long id, CancellationToken cancellation)
        => (await FindAsync(caller, [id], cancellation)).SingleOrDefault() ?? throw RefusedException.NotFound("contact");

    /// <summary>Those of the contacts that the caller may see.</summary>
    public async Task<IReadOnlyList<ContactRow>> FindAsync(Caller caller, IReadOnlyCollection<long> ids, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var found = await db.Set<Contact>().AsNoTracking().VisibleTo(db, caller, threads).Where(contact => ids.Contains(contact.Id)).OrderBy(contact => contact.Id).ToListAsync(cancellation);
        return await RowsAsync(db, caller, found, await threads.TagsAsync(db, cancellation), cancellation);
    }

    /// <summary>The ids of what the filter lets through, newest first.</summary>
    public async Task<Page<long>> IdsAsync(Caller caller, ContactFilter filter, Cursor? after, int limit, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var contacts = Filtered(db, caller, db.Set<Contact>().VisibleTo(db, caller, threads), filter, await threads.TagsAsync(db, cancellation));
        var found = await After(contacts, after).Select(contact => new { contact.Id, contact.CreatedAt }).Take(limit + 1).ToListAsync(cancellation);
        return new Page<long>([.. found.Take(limit).Select(row => row.Id)], found.Count <= limit ? null : new Cursor(found[limit - 1].CreatedAt, found[limit - 1].Id).ToString());
    }

    /// <summary>How many contacts the filter lets through.</summary>
    public async Task<int> CountAsync(Caller caller, ContactFilter filter, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await Filtered(db, caller, db.Set<Contact>().VisibleTo(db, caller, threads), filter, await threads.TagsAsync(db, cancellation)).CountAsync(cancellation);
    }

    /// <summary>The tags that contacts can have, by name.</summary>
    public async Task<IReadOnlyList<TagWord>> TagsAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await threads.TagsAsync(db, cancellation);
    }

    private static IQueryable<Contact> After(IQueryable<Contact> contacts, Cursor? after)
    {
        if (after is { } last)
        {
            contacts = contacts.Where(contact => contact.CreatedAt < last.At || (contact.CreatedAt == last.At && contact.Id < last.Id));
        }

        return contacts.OrderByDescending(contact => contact.CreatedAt).ThenByDescending(contact => contact.Id);
    }

    private static IQueryable<Contact> Filtered(InboxDb db, Caller caller, IQueryable<Contact> contacts, ContactFilter filter, IReadOnlyList<TagWord> words)
    {
        if (filter.Text is { } text)
        {
            contacts = contacts.Named(db, caller, text);
        }

        if (filter.Tag is { } name)
        {
            var tag = words.FirstOrDefault(word => string.Equals(word.Name, name.Trim(), StringComparison.OrdinalIgnoreCase))?.Id ?? 0;
            contacts = contacts.Where(contact => db.Set<ContactTag>().Any(link => link.ContactId == contact.Id && link.TagId == tag));
        }

        if (filter.ChannelKind is { } kind)
        {
            var channels = db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]).Where(channel => channel.Kind == kind);
            contacts = contacts.Where(contact => db.Set<ContactIdentity>().Any(identity => identity.ContactId == contact.Id && channels.Any(channel => channel.Id == identity.ChannelId)));
        }

        if (filter.IsBlocked is { } blocked)
        {
            contacts = contacts.Where(contact => contact.BlockedAt != null == blocked);
        }

        if (filter.IsOptedOut is { } out_)
        {
            contacts = contacts.Where(contact => contact.OptedOutAt != null == out_);
        }

        if (filter.Ids is { } ids)
        {
            contacts = contacts.Where(contact => ids.Contains(contact.Id));
        }

        if (filter.Phone is { } phone)
        {
            contacts = contacts.Where(contact => contact.Phone == phone);
        }

        return filter.Email is { } email ? contacts.Where(contact => contact.Email == email) : contacts;
    }

    /// <param name="contacts">Not tracked: addresses may be masked in them.</param>
    internal async Task<IReadOnlyList<ContactRow>> RowsAsync(InboxDb db, Caller caller, IReadOnlyList<Contact> contacts, IReadOnlyList<TagWord> words, CancellationToken cancellation)
    {
        if (contacts.Count == 0)
        {
            return [];
        }

        var ids = contacts.Select(contact => contact.Id).ToArray();
        var addresses = (await (from identity in db.Set<ContactIdentity>()
                                join channel in db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]) on identity.ChannelId equals channel.Id
                                where ids.Contains(identity.ContactId)
                                orderby identity.Id
                                select new AddressRow(
                                    identity.Id, identity.ContactId, identity.ChannelId, channel.Kind, channel.Name, identity.Kind, identity.Address, identity.Reason, identity.CreatedAt))
            .ToListAsync(cancellation)).ToLookup(row => row.ContactId);
        var links = (await db.Set<ContactTag>().Where(link => ids.Contains(link.ContactId)).Select(link => new { link.ContactId, link.TagId }).ToListAsync(cancellation))
            .ToLookup(link => link.ContactId, link => link.TagId);
        var activity = await threads.ActivityAsync(db, caller, ids, cancellation);
        if (!caller.SeesAddresses())
        {
            contacts.ToList().ForEach(AddressMask.Put);
            addresses = addresses.SelectMany(rows => rows).Select(row => row with { Address = AddressMask.Address(row.Kind, row.Address) }).ToLookup(row => row.ContactId);
        }

        return
        [
            .. contacts.Select(contact => new ContactRow(
                contact, [.. addresses[contact.Id]], [.. words.Where(word => links[contact.Id].Contains(word.Id))], activity.GetValueOrDefault(contact.Id))),
        ];
    }
}
