using System.Linq.Expressions;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>Who wrote the messages of a batch.</summary>
internal sealed class Senders
{
    private readonly Dictionary<(long ChannelId, ContactAddress), (long ContactId, long IdentityId)> _known = [];

    public HashSet<long> Blocked { get; } = [];

    public HashSet<long> OptedOut { get; } = [];

    public HashSet<long> Nameless { get; } = [];

    public HashSet<long> Phoneless { get; } = [];

    public long[] ContactIds => [.. _known.Values.Select(known => known.ContactId).Distinct()];

    /// <summary>The contact, and the address that it wrote from.</summary>
    public (long ContactId, long IdentityId) Of(RoutedItem item) => _known[(item.Channel.Id, Short(((InboundMessage)item.Item).Contact.Addresses[0]))];

    public bool Knows(RoutedItem item) => ((InboundMessage)item.Item).Contact.Addresses.Any(address => _known.ContainsKey((item.Channel.Id, Short(address))));

    /// <returns>0: none of the addresses is known.</returns>
    public long Find(RoutedItem item)
        => ((InboundMessage)item.Item).Contact.Addresses.Select(address => _known.GetValueOrDefault((item.Channel.Id, Short(address))).ContactId).FirstOrDefault(id => id != 0);

    public bool Has(long channelId, ContactAddress address) => _known.ContainsKey((channelId, address));

    public void Add(long channelId, ContactAddress address, long contactId, long identityId) => _known.TryAdd((channelId, address), (contactId, identityId));

    public static ContactAddress Short(ContactAddress address) => address with { Value = address.Value.Cut(200) };
}

/// <summary>
/// Finds the contact of each sender by address, then by what the platform vouches for: the phone number, or the address that
/// a mail came from. What people say of themselves makes nobody somebody else. The rest are new.
/// </summary>
internal static class ArrivingContacts
{
    private const string EmailKind = "email";

    public static async Task<Senders> OfAsync(ArrivalBatch batch, List<RoutedItem> items, CancellationToken cancellation)
    {
        var senders = await KnownAsync(batch, items, cancellation);
        var strangers = items.Where(item => !senders.Knows(item)).ToArray();
        var byPhone = await ByPhoneAsync(batch.Db, strangers, cancellation);
        var byEmail = await ByEmailAsync(batch.Db, strangers, cancellation);
        foreach (var contact in byPhone.Values.Concat(byEmail.Values))
        {
            Note(batch, senders, contact);
        }

        var told = new List<(long ContactId, InboundContact Person)>();
        foreach (var item in items)
        {
            var person = ((InboundMessage)item.Item).Contact;
            var (known, reason) = (senders.Find(item), IdentityReasons.Told);
            if (known == 0 && person.Phone is { } phone
                && PhoneNumber.FormsOf(phone).Select(form => byPhone.GetValueOrDefault((item.Channel.TenantId, form))).FirstOrDefault(match => match is not null) is { } samePhone)
            {
                (known, reason) = (samePhone.Id, IdentityReasons.Phone);
            }

            if (known == 0 && EmailOf(person) is { } email && byEmail.TryGetValue((item.Channel.TenantId, email), out var same))
            {
                (known, reason) = (same.Id, IdentityReasons.Email);
            }

            if (known == 0)
            {
                (known, reason) = (New(batch, item.Channel.TenantId, person, byPhone, byEmail), IdentityReasons.First);
                if (person.Name is null)
                {
                    senders.Nameless.Add(known);
                }

                if (person.Phone is null)
                {
                    senders.Phoneless.Add(known);
                }
            }
            else if ((person.Name is not null && senders.Nameless.Contains(known)) || (person.Phone is not null && senders.Phoneless.Contains(known)))
            {
                told.Add((known, person));
            }

            foreach (var address in person.Addresses.Select(Senders.Short).Where(address => !senders.Has(item.Channel.Id, address)))
            {
                var identity = new ContactIdentity
                {
                    Id = batch.Db.Ids.Next<ContactIdentity>(batch.Db),
                    TenantId = item.Channel.TenantId,
                    ContactId = known,
                    ChannelId = item.Channel.Id,
                    Kind = address.Kind,
                    Address = address.Value,
                    Reason = person.IsVouchedFor ? IdentityReasons.Site : reason,
                    CreatedAt = batch.Now,
                };
                batch.Identities.Add(identity);
                senders.Add(item.Channel.Id, address, known, identity.Id);
            }
        }

        await FillAsync(batch, senders, told, cancellation);
        return senders;
    }

    /// <summary>Platforms may tell later who somebody is. What is known, or was typed by people, stays.</summary>
    private static async Task FillAsync(ArrivalBatch batch, Senders senders, List<(long ContactId, InboundContact Person)> told, CancellationToken cancellation)
    {
        if (told.Count == 0)
        {
            return;
        }

        var ids = told.Select(one => one.ContactId).Distinct().ToArray();
        var contacts = batch.Contacts.Where(contact => ids.Contains(contact.Id))
            .Concat(await batch.Db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).Where(contact => ids.Contains(contact.Id)).ToListAsync(cancellation))
            .ToDictionary(contact => contact.Id);
        foreach (var (contactId, person) in told)
        {
            var contact = contacts[contactId];
            contact.Name ??= person.Name?.Cut(Contact.LongestName);
            contact.Phone ??= person.Phone?.Cut(Contact.LongestPhone);
            if (contact.Name is not null)
            {
                senders.Nameless.Remove(contactId);
            }
        }
    }

    /// <summary>Brings back those that were deleted: who writes is there.</summary>
    public static async Task RestoreAsync(ArrivalBatch batch, CancellationToken cancellation)
    {
        if (batch.Restored.Count > 0)
        {
            var ids = batch.Restored.ToArray();
            await batch.Db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).Where(contact => ids.Contains(contact.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(contact => contact.DeletedAt, (DateTime?)null), cancellation);
        }
    }

    private static async Task<Senders> KnownAsync(ArrivalBatch batch, List<RoutedItem> items, CancellationToken cancellation)
    {
        var addresses = items.SelectMany(item => ((InboundMessage)item.Item).Contact.Addresses).Select(address => Senders.Short(address).Value).Distinct().ToArray();
        var found = await batch.Db.Set<ContactIdentity>().IgnoreQueryFilters([Filters.Tenant]).Where(identity => addresses.Contains(identity.Address))
            .Select(identity => new { identity.Id, identity.ChannelId, identity.Kind, identity.Address, identity.ContactId }).ToListAsync(cancellation);
        var (senders, channels) = (new Senders(), items.Select(item => item.Channel.Id).ToHashSet());
        foreach (var row in found.Where(row => channels.Contains(row.ChannelId)))
        {
            senders.Add(row.ChannelId, new ContactAddress(row.Kind, row.Address), row.ContactId, row.Id);
        }

        // By themselves: joined to the addresses, SQLite looks through all contacts of all businesses.
        long[] writing = [.. items.Select(senders.Find).Where(id => id != 0).Distinct()];
        long[] phoned = [.. items.Where(item => ((InboundMessage)item.Item).Contact.Phone is not null).Select(senders.Find).Where(id => id != 0).Distinct()];
        foreach (var contact in await batch.Db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted])
            .Where(contact => writing.Contains(contact.Id) && (contact.BlockedAt != null || contact.OptedOutAt != null || contact.DeletedAt != null || contact.Name == null
                || (contact.Phone == null && phoned.Contains(contact.Id))))
            .Select(Match.Of).ToListAsync(cancellation))
        {
            Note(batch, senders, contact);
        }

        return senders;
    }

    private static void Note(ArrivalBatch batch, Senders senders, Match contact)
    {
        if (contact.IsBlocked)
        {
            senders.Blocked.Add(contact.Id);
        }

        if (contact.IsOptedOut)
        {
            senders.OptedOut.Add(contact.Id);
        }

        if (contact.IsNameless)
        {
            senders.Nameless.Add(contact.Id);
        }

        if (contact.Phone is null)
        {
            senders.Phoneless.Add(contact.Id);
        }

        if (contact.IsDeleted)
        {
            batch.Restored.Add(contact.Id);
        }
    }

    private static long New(
        ArrivalBatch batch, long tenantId, InboundContact person, Dictionary<(long, string), Match> byPhone, Dictionary<(long, string), Match> byEmail)
    {
        var contact = new Contact
        {
            Id = batch.Db.Ids.Next<Contact>(batch.Db),
            TenantId = tenantId,
            Name = person.Name?.Cut(Contact.LongestName),
            Phone = person.Phone?.Cut(Contact.LongestPhone),
            Email = EmailOf(person),
            CreatedAt = batch.Now,
        };
        batch.Contacts.Add(contact);
        var match = new Match(tenantId, contact.Id, contact.Phone, contact.Email, false, false, false, contact.Name is null);
        if (contact.Phone is not null)
        {
            byPhone[(tenantId, contact.Phone)] = match;
        }

        if (contact.Email is not null)
        {
            byEmail[(tenantId, contact.Email)] = match;
        }

        return contact.Id;
    }

    private static Task<Dictionary<(long, string), Match>> ByPhoneAsync(InboxDb db, RoutedItem[] strangers, CancellationToken cancellation)
    {
        var phones = strangers.Select(item => ((InboundMessage)item.Item).Contact.Phone).OfType<string>().SelectMany(PhoneNumber.FormsOf).Distinct().ToArray();
        return OldestAsync(db, strangers, phones, contact => phones.Contains(contact.Phone), match => match.Phone!, cancellation);
    }

    private static Task<Dictionary<(long, string), Match>> ByEmailAsync(InboxDb db, RoutedItem[] strangers, CancellationToken cancellation)
    {
        var emails = strangers.Select(item => EmailOf(((InboundMessage)item.Item).Contact)).OfType<string>().Distinct().ToArray();
        return OldestAsync(db, strangers, emails, contact => emails.Contains(contact.Email) && !contact.IsEmailClaimed, match => match.Email!, cancellation);
    }

    /// <summary>The oldest contact of each business that is known by one of <paramref name="given"/>.</summary>
    private static async Task<Dictionary<(long, string), Match>> OldestAsync(
        InboxDb db, RoutedItem[] strangers, string[] given, Expression<Func<Contact, bool>> fits, Func<Match, string> keyOf, CancellationToken cancellation)
    {
        var oldest = new Dictionary<(long, string), Match>();
        if (given.Length == 0)
        {
            return oldest;
        }

        var tenants = strangers.Select(item => item.Channel.TenantId).Distinct().ToArray();
        foreach (var match in await db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant])
            .Where(contact => tenants.Contains(contact.TenantId)).Where(fits)
            .OrderByDescending(contact => contact.Id).Select(Match.Of).ToListAsync(cancellation))
        {
            oldest[(match.TenantId, keyOf(match))] = match;
        }

        return oldest;
    }

    /// <summary>The address that the person wrote from, where it is one of e-mail.</summary>
    private static string? EmailOf(InboundContact person)
        => person.Addresses.Where(address => address.Kind == EmailKind).Select(address => address.Value.ToLowerInvariant().Cut(Contact.LongestEmail)).FirstOrDefault();

    /// <summary>What of a contact decides about a message of theirs.</summary>
    private sealed record Match(long TenantId, long Id, string? Phone, string? Email, bool IsBlocked, bool IsOptedOut, bool IsDeleted, bool IsNameless)
    {
        public static readonly Expression<Func<Contact, Match>> Of = contact => new Match(
            contact.TenantId, contact.Id, contact.Phone, contact.Email, contact.BlockedAt != null, contact.OptedOutAt != null, contact.DeletedAt != null, contact.Name == null);
    }
}
