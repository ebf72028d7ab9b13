using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Media;
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
        var contacts = await ContactsOfAsync(batch, fresh, cancellation);
        var conversations = await ConversationsOfAsync(batch, contacts.Values.Distinct().ToArray(), cancellation);

        var started = new HashSet<Conversation>();
        foreach (var item in fresh)
        {
            var arriving = (InboundMessage)item.Item;
            var contact = contacts[(item.Channel.Id, arriving.Contact.Addresses[0])];
            if (!conversations.TryGetValue((item.Channel.Id, contact), out var conversation))
            {
                conversation = Conversation.Start(batch.Db, item.Channel, contact, batch.Now);
                conversations[(item.Channel.Id, contact)] = conversation;
                batch.Conversations.Add(conversation);
                batch.Happened("conversation_created", conversation);
                batch.Topics.Add(Topics.Customer(conversation.TenantId, item.Channel.Id, arriving.Contact.Addresses[0].Value));
                started.Add(conversation);
            }

            Add(batch, item, arriving, conversation);
            if (!started.Contains(conversation))
            {
                batch.Continued.Add(conversation);
            }
        }
    }

    private static void Add(ArrivalBatch batch, RoutedItem item, InboundMessage arriving, Conversation conversation)
    {
        var message = new Message
        {
            Id = batch.Db.Ids.Next<Message>(batch.Db),
            TenantId = conversation.TenantId,
            ConversationId = conversation.Id,
            ChannelId = item.Channel.Id,
            Direction = arriving.IsEcho ? MessageDirection.Outbound : MessageDirection.Inbound,
            Type = arriving.Type,
            Text = arriving.Text,
            Content = arriving.Content?.ToJson(),
            Status = arriving.IsEcho ? MessageStatus.Sent : MessageStatus.Received,
            ExternalId = ExternalKey.Of(arriving.ExternalId),
            SenderKind = arriving.IsEcho ? SenderKind.System : SenderKind.Contact,
            ReplyTo = arriving.ReplyTo is { } replyTo ? ExternalKey.Of(replyTo) : null,
            SentAt = arriving.At,
            CreatedAt = batch.Now,
        };
        batch.Messages.Add(message);
        AddFiles(batch, message, arriving.Files);
        if (conversation.Receive(message, batch.Now, batch.WindowOf(item.Channel)))
        {
            batch.Happened("conversation_reopened", conversation, message.Id);
        }

        batch.Happened(arriving.IsEcho ? "message_echoed" : "message_received", conversation, message.Id);
        batch.Changed(conversation);
        if (!arriving.IsEcho && !arriving.IsStandby)
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

    private static void AddFiles(ArrivalBatch batch, Message message, IReadOnlyList<InboundFile> files)
    {
        for (var position = 0; position < files.Count; position++)
        {
            var file = files[position];
            batch.Files.Add(new MediaFile
            {
                Id = batch.Db.Ids.Next<MediaFile>(batch.Db),
                TenantId = message.TenantId,
                MessageId = message.Id,
                ChannelId = message.ChannelId,
                Position = position,
                Kind = file.Kind,
                Reference = file.Reference,
                MimeType = file.MimeType?.Cut(150),
                FileName = file.FileName?.Cut(255),
                Sha256 = file.Sha256,
                DueAt = batch.Now,
                CreatedAt = batch.Now,
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

    /// <summary>The contact of each sender; those not known by any of their addresses, nor by their phone, are new.</summary>
    private static async Task<Dictionary<(long ChannelId, ContactAddress), long>> ContactsOfAsync(
        ArrivalBatch batch, List<RoutedItem> items, CancellationToken cancellation)
    {
        var db = batch.Db;
        var addresses = items.SelectMany(item => ((InboundMessage)item.Item).Contact.Addresses).Select(address => address.Value.Cut(200)).Distinct().ToArray();
        var contacts = (await db.Set<ContactIdentity>().IgnoreQueryFilters([Filters.Tenant])
            .Where(identity => addresses.Contains(identity.Address))
            .Select(identity => new { identity.ChannelId, identity.Kind, identity.Address, identity.ContactId })
            .ToListAsync(cancellation))
            .ToDictionary(identity => (identity.ChannelId, new ContactAddress(identity.Kind, identity.Address)), identity => identity.ContactId);

        var strangers = items.Where(item => !((InboundMessage)item.Item).Contact.Addresses.Any(address => contacts.ContainsKey((item.Channel.Id, Short(address))))).ToArray();
        var byPhone = await ByPhoneAsync(db, strangers, cancellation);
        foreach (var item in items)
        {
            var person = ((InboundMessage)item.Item).Contact;
            var known = person.Addresses.Select(address => contacts.GetValueOrDefault((item.Channel.Id, Short(address)))).FirstOrDefault(id => id != 0);
            if (known == 0 && person.Phone is { } phone)
            {
                known = byPhone.GetValueOrDefault((item.Channel.TenantId, phone));
            }

            if (known == 0)
            {
                var contact = new Contact
                {
                    Id = db.Ids.Next<Contact>(db),
                    TenantId = item.Channel.TenantId,
                    Name = person.Name?.Cut(200),
                    Phone = person.Phone?.Cut(40),
                    CreatedAt = batch.Now,
                };
                batch.Contacts.Add(contact);
                known = contact.Id;
                if (contact.Phone is not null)
                {
                    byPhone[(contact.TenantId, contact.Phone)] = known;
                }
            }

            foreach (var address in person.Addresses.Select(Short))
            {
                if (contacts.TryAdd((item.Channel.Id, address), known))
                {
                    batch.Identities.Add(new ContactIdentity
                    {
                        Id = db.Ids.Next<ContactIdentity>(db),
                        TenantId = item.Channel.TenantId,
                        ContactId = known,
                        ChannelId = item.Channel.Id,
                        Kind = address.Kind,
                        Address = address.Value,
                        CreatedAt = batch.Now,
                    });
                }
            }

            contacts.TryAdd((item.Channel.Id, person.Addresses[0]), known);
        }

        return contacts;
    }

    private static async Task<Dictionary<(long TenantId, string Phone), long>> ByPhoneAsync(InboxDb db, RoutedItem[] strangers, CancellationToken cancellation)
    {
        var phones = strangers.Select(item => ((InboundMessage)item.Item).Contact.Phone).OfType<string>().Distinct().ToArray();
        if (phones.Length == 0)
        {
            return [];
        }

        var tenants = strangers.Select(item => item.Channel.TenantId).Distinct().ToArray();
        var found = await db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant])
            .Where(contact => tenants.Contains(contact.TenantId) && phones.Contains(contact.Phone))
            .OrderByDescending(contact => contact.Id)
            .Select(contact => new { contact.TenantId, contact.Phone, contact.Id })
            .ToListAsync(cancellation);
        var oldest = new Dictionary<(long, string), long>();
        foreach (var contact in found)
        {
            oldest[(contact.TenantId, contact.Phone!)] = contact.Id;
        }

        return oldest;
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

    private static ContactAddress Short(ContactAddress address) => address with { Value = address.Value.Cut(200) };
}
