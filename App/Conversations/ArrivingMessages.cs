using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Realtime;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>New messages: who wrote them, in which conversation they belong, and what follows from them.</summary>
internal static class ArrivingMessages
{
    public static async Task AddAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        if (items.Count == 0)
        {
            return;
        }

        var fresh = await WithoutKnownAsync(batch, items, cancellation);
        var senders = await ArrivingContacts.OfAsync(batch, fresh, cancellation);
        await ArrivingHints.ApplyAsync(batch, fresh, senders, cancellation);
        var conversations = await ConversationsOfAsync(batch, senders.ContactIds, cancellation);

        var started = new HashSet<Conversation>();
        foreach (var item in fresh)
        {
            var arriving = (InboundMessage)item.Item;
            var (contact, identity) = senders.Of(item);
            if (!conversations.TryGetValue((item.Channel.Id, contact), out var conversation))
            {
                conversation = Conversation.Start(batch.Db, item.Channel, contact, batch.Now);
                conversations[(item.Channel.Id, contact)] = conversation;
                batch.Conversations.Add(conversation);
                if (arriving.Type == Message.NewsType)
                {
                    // It stands there for when they write.
                    conversation.Close(batch.Now);
                }
                else
                {
                    batch.Happened("conversation_created", conversation);
                }

                batch.Topics.Add(Topics.Customer(conversation.TenantId, item.Channel.Id, arriving.Contact.Addresses[0].Value));
                started.Add(conversation);
            }

            conversation.IdentityId = arriving.Type == Message.NewsType ? conversation.IdentityId ?? identity : identity;
            if (senders.Nameless.Contains(contact))
            {
                batch.Nameless.Add((item.Channel, contact, arriving.Contact.Addresses[0]));
            }

            Add(batch, item, arriving, conversation, identity, senders);
            if (!started.Contains(conversation))
            {
                batch.Continued.Add(conversation);
            }
        }
    }

    private static void Add(ArrivalBatch batch, RoutedItem item, InboundMessage arriving, Conversation conversation, long identity, Senders senders)
    {
        var message = new Message
        {
            Id = batch.Db.Ids.Next<Message>(batch.Db),
            TenantId = conversation.TenantId,
            ConversationId = conversation.Id,
            ChannelId = item.Channel.Id,
            Direction = arriving.IsEcho ? MessageDirection.Outbound : MessageDirection.Inbound,
            Type = arriving.Type,
            Text = arriving is { Type: Message.NewsType, Text: { } news } ? AddressMask.Within(news) : arriving.Text,   // the platform's words, in lists and searches of all
            Content = (arriving.IsEcho ? (arriving.Content ?? new MessageContent()) with { Elsewhere = true } : arriving.Content)?.ToJson(),
            Status = arriving.IsEcho ? MessageStatus.Sent : MessageStatus.Received,
            ExternalId = ExternalKey.Of(arriving.ExternalId),
            SenderKind = arriving.IsEcho ? SenderKind.System : SenderKind.Contact,
            IdentityId = identity,
            ReplyTo = arriving.ReplyTo is { } replyTo ? ExternalKey.Of(replyTo) : null,
            SentAt = arriving.At,
            CreatedAt = batch.Now,
        };
        batch.Messages.Add(message);
        ArrivingFiles.Add(batch, message, arriving.Files);
        var blocked = senders.Blocked.Contains(conversation.ContactId);
        var reopened = conversation.Receive(message, batch.Now, batch.WindowOf(item.Channel));
        conversation.StandbyAt = arriving.Content?.Standby == true ? conversation.StandbyAt ?? arriving.At : arriving.IsEcho || message.IsNews ? conversation.StandbyAt : null;
        if (blocked && !message.IsNews)
        {
            conversation.Screen(batch.Now);
        }
        else if (reopened)
        {
            batch.Happened("conversation_reopened", conversation, message.Id);
        }

        batch.Happened(arriving.IsEcho ? "message_echoed" : message.IsNews ? "message_noted" : "message_received", conversation, message.Id);
        batch.Changed(conversation);
        // Before all automation: who wants no more messages gets no answer to saying so either.
        var consented = !arriving.IsEcho && ArrivingConsents.Add(batch, message, conversation, senders);
        if (!arriving.IsEcho && !arriving.IsStandby && !message.IsNews && !blocked && !consented)
        {
            batch.Wakes.Add(new ContactQueueItem
            {
                Id = batch.Db.Ids.Next<ContactQueueItem>(batch.Db),
                TenantId = conversation.TenantId,
                ContactId = conversation.ContactId,
                ConversationId = conversation.Id,
                MessageId = message.Id,
                DueAt = batch.Now,
            });
        }
    }

    /// <summary>Without messages that are stored already or stand twice in the batch.</summary>
    private static async Task<List<RoutedItem>> WithoutKnownAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        var keys = items.Select(item => ExternalKey.Of(((InboundMessage)item.Item).ExternalId)).Distinct().ToArray();
        var known = (await batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant])
            .Where(message => keys.Contains(message.ExternalId))
            .Select(message => new { message.ChannelId, message.ExternalId })
            .ToListAsync(cancellation)).Select(message => (message.ChannelId, message.ExternalId!)).ToHashSet();

        var fresh = new List<RoutedItem>(items.Count);
        foreach (var item in items)
        {
            if (known.Add((item.Channel.Id, ExternalKey.Of(((InboundMessage)item.Item).ExternalId))))
            {
                fresh.Add(item);
            }
            else
            {
                batch.Duplicate(item.DeliveryId);
            }
        }

        return fresh;
    }

    /// <summary>For each contact and channel the conversation that goes on: the one not closed, else the last closed within the time it reopens.</summary>
    private static async Task<Dictionary<(long ChannelId, long ContactId), Conversation>> ConversationsOfAsync(
        ArrivalBatch batch, long[] contacts, CancellationToken cancellation)
    {
        var started = batch.Contacts.Select(contact => contact.Id).ToHashSet();
        var known = contacts.Where(contact => !started.Contains(contact)).ToArray();
        if (known.Length == 0)
        {
            return [];
        }

        var since = batch.Now - Conversation.ReopensFor;
        var found = await batch.Db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            .Where(conversation => known.Contains(conversation.ContactId) && (conversation.ClosedAt == null || conversation.ClosedAt > since))
            .ToListAsync(cancellation);
        return found
            .GroupBy(conversation => (conversation.ChannelId, conversation.ContactId))
            .ToDictionary(group => group.Key, group => group.OrderByDescending(conversation => conversation.ClosedAt ?? DateTime.MaxValue).ThenByDescending(conversation => conversation.Id).First());
    }
}
