using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>Numbers that the platform writes in another form than people: the answer will come from its own.</summary>
internal static class LearnedAddresses
{
    public static async Task KeepAsync(InboxDb db, IReadOnlyList<Outcome> outcomes, DateTime now, CancellationToken cancellation)
    {
        var told = outcomes.Where(outcome => outcome is { Result: SendResult.Sent { To: { Length: > 0 and <= PhoneNumber.Longest } to }, Claimed.Item: { ToKind: ContactAddress.Phone } item } && to != item.To && to.All(char.IsAsciiDigit))
            .Select(outcome => (outcome.Claimed.Item, To: ((SendResult.Sent)outcome.Result).To!)).DistinctBy(one => (one.Item.ChannelId, one.To)).ToList();
        if (told.Count == 0)
        {
            return;
        }

        var (addresses, conversations) = (told.Select(one => one.To).ToArray(), told.Select(one => one.Item.ConversationId).ToArray());
        var known = (await db.Set<ContactIdentity>().IgnoreQueryFilters([Filters.Tenant]).Where(identity => identity.Kind == ContactAddress.Phone && addresses.Contains(identity.Address))
            .Select(identity => new { identity.ChannelId, identity.Address }).ToListAsync(cancellation)).Select(identity => (identity.ChannelId, identity.Address)).ToHashSet();
        var contacts = await db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(conversation => conversations.Contains(conversation.Id))
            .ToDictionaryAsync(conversation => conversation.Id, conversation => conversation.ContactId, cancellation);
        await db.InsertAsync(
            [
                .. told.Where(one => !known.Contains((one.Item.ChannelId, one.To)) && contacts.ContainsKey(one.Item.ConversationId)).Select(one => new ContactIdentity
                {
                    Id = db.Ids.Next<ContactIdentity>(db),
                    TenantId = one.Item.TenantId,
                    ContactId = contacts[one.Item.ConversationId],
                    ChannelId = one.Item.ChannelId,
                    Kind = ContactAddress.Phone,
                    Address = one.To,
                    Reason = IdentityReasons.Told,
                    CreatedAt = now,
                }),
            ],
            cancellation);
    }
}
