using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>"All up to then is delivered", or read: what a customer's phone says of many messages at once.</summary>
internal static class ArrivingWatermarks
{
    public static async Task AddAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        if (items.Count == 0)
        {
            return;
        }

        var said = items.Select(item => (item.Channel.Id, Item: (InboundWatermark)item.Item)).ToArray();
        var channels = said.Select(one => one.Id).Distinct().ToArray();
        var addresses = said.Select(one => one.Item.Contact.Value.Cut(200)).Distinct().ToArray();
        var (first, last) = (said.Min(one => one.Item.UpTo) - Conversation.ReopensFor, said.Max(one => one.Item.UpTo));
        var sent = await (
            from identity in batch.Db.Set<ContactIdentity>().IgnoreQueryFilters([Filters.Tenant])
            where addresses.Contains(identity.Address) && channels.Contains(identity.ChannelId)
            join conversation in batch.Db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant])
                on new { identity.ContactId, identity.ChannelId } equals new { conversation.ContactId, conversation.ChannelId }
            where conversation.ClosedAt == null || conversation.ClosedAt > first
            join message in batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant])
                on new { conversation.TenantId, ConversationId = conversation.Id } equals new { message.TenantId, message.ConversationId }
            where message.Direction == MessageDirection.Outbound && message.SentAt <= last
                && message.Status >= MessageStatus.Unknown && message.Status < MessageStatus.Read && message.Status != MessageStatus.Failed
            select new { identity.ChannelId, identity.Kind, identity.Address, message, conversation }).ToListAsync(cancellation);
        var byCustomer = sent.ToLookup(row => (row.ChannelId, row.Kind, row.Address));
        foreach (var (channel, item) in said)
        {
            foreach (var row in byCustomer[(channel, item.Contact.Kind, item.Contact.Value.Cut(200))].Where(row => row.message.SentAt <= item.UpTo && row.message.Report(item.Status, null, null)))
            {
                if (row.conversation.LastMessageId == row.message.Id)
                {
                    row.conversation.LastMessageStatus = row.message.Status;
                }

                batch.Happened("message_status", row.conversation, row.message.Id, new { status = item.Status });
                batch.Changed(row.conversation);
            }
        }
    }
}
