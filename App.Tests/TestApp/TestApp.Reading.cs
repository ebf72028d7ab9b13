using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests;

/// <summary>A conversation as a test asks for it, its messages in the order in which they are shown.</summary>
public sealed record SeenConversation(Conversation Conversation, Contact Contact, IReadOnlyList<Message> Messages)
{
    public long Id => Conversation.Id;

    public IEnumerable<string?> Texts => Messages.Select(message => message.Text);
}

public sealed partial class TestApp
{
    /// <summary>Returns when everything in the ledger is processed, or set aside.</summary>
    public Task InboundIsIdle(TimeSpan? limit = null)
        => Eventually.Async(
            () => InMany(async db => !await db.Set<InboundDelivery>().AnyAsync(delivery => delivery.State == DeliveryState.Waiting && delivery.RetryAt == null)),
            limit,
            "the ledger is processed");

    public Task<List<InboundDelivery>> Deliveries()
        => InMany(db => db.Set<InboundDelivery>().OrderBy(delivery => delivery.Id).ToListAsync());

    /// <summary>The business's conversations, oldest first.</summary>
    public Task<List<SeenConversation>> Conversations(long tenant = 1)
        => InBusiness(tenant, async db =>
        {
            var conversations = await db.Set<Conversation>().OrderBy(conversation => conversation.Id).ToListAsync();
            var contacts = await db.Set<Contact>().ToDictionaryAsync(contact => contact.Id);
            var messages = (await db.Set<Message>().OrderBy(message => message.SentAt).ThenBy(message => message.Id).ToListAsync())
                .ToLookup(message => message.ConversationId);
            return conversations.ConvertAll(conversation => new SeenConversation(conversation, contacts[conversation.ContactId], [.. messages[conversation.Id]]));
        });
}
