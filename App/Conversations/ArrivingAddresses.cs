using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Customers whose address became another one. The address moves with its conversations, so that they are answered at the new
/// one, and who gets the old number later is somebody else.
/// </summary>
internal static class ArrivingAddresses
{
    public static async Task ApplyAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        var changes = items.Where(item => item.Item.Change is not null).Select(item => (item.Channel, From: Senders.Short(item.Item.Change!.From), To: Senders.Short(item.Item.Change!.To))).Distinct().ToList();
        if (changes.Count == 0)
        {
            return;
        }

        var addresses = changes.SelectMany(change => new[] { change.From.Value, change.To.Value }).Distinct().ToArray();
        var known = (await batch.Db.Set<ContactIdentity>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().Where(identity => addresses.Contains(identity.Address)).ToListAsync(cancellation))
            .ToDictionary(identity => (identity.ChannelId, new ContactAddress(identity.Kind, identity.Address)));
        foreach (var (channel, from, to) in changes)
        {
            if (!known.Remove((channel.Id, from), out var before))
            {
                continue;
            }

            if (!known.TryGetValue((channel.Id, to), out var there))
            {
                await batch.Db.Set<ContactIdentity>().IgnoreQueryFilters([Filters.Tenant]).Where(identity => identity.Id == before.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(identity => identity.Address, to.Value), cancellation);
                known[(channel.Id, to)] = before;
                await TellAsync(batch, before, from, to, cancellation);
            }
            else if (there.ContactId == before.ContactId)
            {
                // The new one wrote already: what stands with the old one is answered there.
                await batch.Db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(conversation => conversation.IdentityId == before.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(conversation => conversation.IdentityId, there.Id), cancellation);
            }
        }
    }

    private static async Task TellAsync(ArrivalBatch batch, ContactIdentity identity, ContactAddress from, ContactAddress to, CancellationToken cancellation)
    {
        if (to.Kind == ContactAddress.Phone)
        {
            await batch.Db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).Where(contact => contact.Id == identity.ContactId && contact.Phone == from.Value)
                .ExecuteUpdateAsync(set => set.SetProperty(contact => contact.Phone, to.Value), cancellation);
        }

        batch.Events.Add(new DomainEvent
        {
            Id = batch.Db.Ids.Next<DomainEvent>(batch.Db),
            TenantId = identity.TenantId,
            Type = "contact_changed",
            At = batch.Now,
            ContactId = identity.ContactId,
        });
    }
}
