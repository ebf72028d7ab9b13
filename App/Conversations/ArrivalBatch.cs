using Inbox.Audit;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Media;
using Inbox.Realtime;

namespace Inbox.Conversations;

/// <summary>The rows that one batch of arrivals writes, in the order in which they point at each other.</summary>
internal sealed class ArrivalBatch(InboxDb db, ChannelCatalogue kinds, DateTime now)
{
    private static readonly string[] ChangedByMessages =
    [
        nameof(Conversation.Status), nameof(Conversation.ClosedAt), nameof(Conversation.UpdatedAt), nameof(Conversation.InboundCount),
        nameof(Conversation.LastInboundAt), nameof(Conversation.RemindAt), nameof(Conversation.LastMessageAt), nameof(Conversation.LastMessageId), nameof(Conversation.LastMessageDirection),
        nameof(Conversation.LastMessageStatus), nameof(Conversation.LastMessageType), nameof(Conversation.LastMessagePreview),
        nameof(Conversation.IdentityId), nameof(Conversation.StandbyAt),
    ];

    public InboxDb Db => db;

    public DateTime Now => now;

    /// <summary>How long a channel takes free text after the customer's last message; null: always.</summary>
    public TimeSpan? WindowOf(Channel channel) => kinds.Find(channel.Kind)?.Capabilities.FreeFormWindow;

    public List<Contact> Contacts { get; } = [];

    public List<ContactIdentity> Identities { get; } = [];

    /// <summary>Those who wrote and have no name yet.</summary>
    public HashSet<(Channel Channel, long ContactId, ContactAddress Address)> Nameless { get; } = [];

    /// <summary>Those that were deleted and wrote again.</summary>
    public HashSet<long> Restored { get; } = [];

    public List<ContactConsent> Consents { get; } = [];

    public List<Conversation> Conversations { get; } = [];

    /// <summary>Those that were there before and got a message.</summary>
    public HashSet<Conversation> Continued { get; } = [];

    public List<Message> Messages { get; } = [];

    public List<MediaFile> Files { get; } = [];

    /// <summary>Files that were here before their message.</summary>
    public List<ArrivedFile> ArrivedFiles { get; } = [];

    public List<MessageStatusReport> Reports { get; } = [];

    public List<DomainEvent> Events { get; } = [];

    public List<ContactQueueItem> Wakes { get; } = [];

    public Dictionary<long, int> Duplicates { get; } = [];

    public HashSet<string> Topics { get; } = [];

    /// <summary>Channels whose platform told of a template: there may be more to read.</summary>
    public HashSet<long> TemplatesChangedOf { get; } = [];

    /// <summary>Channels that send nothing for a while, because their standing at the platform is at risk.</summary>
    public HashSet<Channel> Slowed { get; } = [];

    public bool HasStoppedChannels { get; set; }

    public void Duplicate(long deliveryId) => Duplicates[deliveryId] = Duplicates.GetValueOrDefault(deliveryId) + 1;

    public void Changed(Conversation conversation)
    {
        Topics.Add(Realtime.Topics.Conversation(conversation.TenantId, conversation.Id));
        Topics.UnionWith(InboxTopics.Of(conversation));
    }

    public void Happened(string type, Conversation conversation, long? messageId = null, object? data = null)
        => Events.Add(new DomainEvent
        {
            Id = db.Ids.Next<DomainEvent>(db),
            TenantId = conversation.TenantId,
            Type = type,
            At = now,
            ConversationId = conversation.Id,
            ContactId = conversation.ContactId,
            MessageId = messageId,
            Data = data is null ? "{}" : DomainEvent.Json(data),
        });

    /// <summary>Writes what has gathered, and what the context tracks.</summary>
    public async Task SaveAsync(CancellationToken cancellation)
    {
        await db.InsertAsync(Contacts, cancellation);
        await db.InsertAsync(Identities, cancellation);
        await ArrivingContacts.RestoreAsync(this, cancellation);
        await db.InsertAsync(Conversations, cancellation);
        await db.UpdateAsync([.. Continued], ChangedByMessages, cancellation);
        await db.SaveChangesAsync(cancellation);
        await db.InsertAsync(Messages, cancellation);
        await ArrivingFiles.AttachAsync(this, cancellation);
        await db.InsertAsync(Files, cancellation);
        await ArrivingConsents.SaveAsync(this, cancellation);
        await db.InsertAsync(Reports, cancellation);
        await EventNumbers.NumberAsync(db, Events, cancellation);
        await db.InsertAsync(Events, cancellation);
        await db.InsertAsync(Wakes, cancellation);
        Contacts.Clear();
        Identities.Clear();
        Restored.Clear();
        Consents.Clear();
        Conversations.Clear();
        Continued.Clear();
        Messages.Clear();
        Files.Clear();
        ArrivedFiles.Clear();
        Reports.Clear();
        Events.Clear();
        Wakes.Clear();
    }
}
