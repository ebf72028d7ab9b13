using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>People who say, or tell their platform, that they want no more messages or want them again.</summary>
internal static class ArrivingConsents
{
    /// <returns>Whether the message says only that.</returns>
    public static bool Add(ArrivalBatch batch, Message message, Conversation conversation, Senders senders)
    {
        if (message.Type is not ("text" or "button" or "interactive") || OptOutWords.Read(message.Text) is not { } isIn)
        {
            return false;
        }

        // Start opens many a menu; it says something of consent only to those who had stopped.
        if (isIn && !senders.OptedOut.Remove(conversation.ContactId))
        {
            return false;
        }

        if (!isIn)
        {
            senders.OptedOut.Add(conversation.ContactId);
        }

        batch.Consents.Add(new ContactConsent
        {
            Id = batch.Db.Ids.Next<ContactConsent>(batch.Db),
            TenantId = conversation.TenantId,
            ContactId = conversation.ContactId,
            IsIn = isIn,
            At = message.SentAt,
            Source = ConsentSources.Message,
            ChannelId = message.ChannelId,
            MessageId = message.Id,
            Words = message.Text!.Cut(ContactConsent.LongestWords),
        });
        batch.Happened(isIn ? "contact_opted_in" : "contact_opted_out", conversation, message.Id);
        return true;
    }

    /// <summary>What platforms tell of people's settings; of those who never wrote there is nothing to keep.</summary>
    public static async Task AddAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> notices, CancellationToken cancellation)
    {
        var told = notices.Where(item => ((InboundNotice)item.Item).Preference is not null).ToArray();
        if (told.Length == 0)
        {
            return;
        }

        var addresses = told.SelectMany(item => ((InboundNotice)item.Item).Preference!.Addresses).Select(address => Senders.Short(address).Value).Distinct().ToArray();
        var known = (await batch.Db.Set<ContactIdentity>().IgnoreQueryFilters([Filters.Tenant]).Where(identity => addresses.Contains(identity.Address))
            .Select(identity => new { identity.ChannelId, identity.Kind, identity.Address, identity.ContactId }).ToListAsync(cancellation))
            .ToDictionary(identity => (identity.ChannelId, new ContactAddress(identity.Kind, identity.Address)), identity => identity.ContactId);
        foreach (var item in told)
        {
            var notice = (InboundNotice)item.Item;
            var contact = notice.Preference!.Addresses.Select(address => known.GetValueOrDefault((item.Channel.Id, Senders.Short(address)))).FirstOrDefault(id => id != 0);
            if (contact != 0)
            {
                batch.Consents.Add(new ContactConsent
                {
                    Id = batch.Db.Ids.Next<ContactConsent>(batch.Db),
                    TenantId = item.Channel.TenantId,
                    ContactId = contact,
                    IsIn = notice.Preference.WantsMessages,
                    OfMarketing = true,
                    At = notice.At,
                    Source = ConsentSources.Platform,
                    ChannelId = item.Channel.Id,
                    Words = notice.Preference.Words?.Cut(ContactConsent.LongestWords),
                });
            }
        }
    }

    public static async Task SaveAsync(ArrivalBatch batch, CancellationToken cancellation)
    {
        if (batch.Consents.Count == 0)
        {
            return;
        }

        await batch.Db.InsertAsync(batch.Consents, cancellation);
        var told = batch.Consents.ToLookup(consent => consent.ContactId);
        var ids = told.Select(of => of.Key).ToArray();
        var contacts = await batch.Db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).AsNoTracking().Where(contact => ids.Contains(contact.Id)).ToListAsync(cancellation);
        var changed = new List<Contact>();
        foreach (var contact in contacts)
        {
            var counts = false;
            foreach (var consent in told[contact.Id].OrderBy(consent => consent.At))
            {
                counts |= contact.Consent(consent);
            }

            if (counts)
            {
                changed.Add(contact);
            }
        }

        await batch.Db.UpdateAsync(changed, [nameof(Contact.OptedInAt), nameof(Contact.OptedOutAt), nameof(Contact.MarketingStoppedAt)], cancellation);
        await WithdrawAsync(batch, [.. changed.Where(contact => contact.OptedOutAt is not null)], Reachability.OptedOutCode, cancellation);
        await WithdrawAsync(batch, [.. changed.Where(contact => contact is { OptedOutAt: null, MarketingStoppedAt: not null })], Reachability.MarketingStoppedCode, cancellation);
    }

    private static async Task WithdrawAsync(ArrivalBatch batch, Contact[] contacts, string code, CancellationToken cancellation)
    {
        if (contacts.Length > 0)
        {
            batch.Events.AddRange(await Withdrawals.OfContactsAsync(batch.Db, [.. contacts.Select(contact => contact.Id)], code, batch.Now, cancellation));
        }
    }
}
