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
        // The furthest of each customer says all that the others say.
        var furthest = items
            .GroupBy(item => (item.Channel.Id, ((InboundWatermark)item.Item).Contact, ((InboundWatermark)item.Item).Status))
            .Select(group => (group.First().Channel, Item: group.Select(item => (InboundWatermark)item.Item).MaxBy(item => item.UpTo)!));
        foreach (var (channel, item) in furthest)
        {
            var reached = item.Status == "read" ? MessageStatus.Read : MessageStatus.Delivered;
            var address = item.Contact.Value.Cut(200);
            var messages = await (
                from identity in batch.Db.Set<ContactIdentity>().IgnoreQueryFilters([Filters.Tenant])
                where identity.Address == address && identity.ChannelId == channel.Id && identity.Kind == item.Contact.Kind
                join conversation in batch.Db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]) on identity.ContactId equals conversation.ContactId
                where conversation.ChannelId == channel.Id && (conversation.ClosedAt == null || conversation.ClosedAt > item.UpTo.AddDays(-7))
                join message in batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant])
                    on new { conversation.TenantId, ConversationId = conversation.Id } equals new { message.TenantId, message.ConversationId }
                where message.Direction == MessageDirection.Outbound && message.SentAt <= item.UpTo
                    && message.Status >= MessageStatus.Unknown && message.Status < reached && message.Status != MessageStatus.Failed
                select new { message, conversation }).ToListAsync(cancellation);
            foreach (var found in messages.Where(found => found.message.Report(item.Status, null, null)))
            {
                if (found.conversation.LastMessageId == found.message.Id)
                {
                    found.conversation.LastMessageStatus = found.message.Status;
                }

                batch.Happened("message_status", found.conversation, found.message.Id, new { status = item.Status });
                batch.Changed(found.conversation);
            }
        }
    }
}
