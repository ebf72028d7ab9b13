using Inbox.Access;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Samples;

/// <summary>A few conversations that look like a working day, on the channels that the sample data made.</summary>
internal sealed class SampleConversations(TimeProvider clock) : ISampleData
{
    private sealed record Line(int MinutesAgo, MessageDirection Direction, string Text, bool ByOwner = false, string Type = "text", MessageContent? Content = null);

    /// <param name="Address">Null at a page or an Instagram account: the stand-in knows its people by their names.</param>
    private sealed record Sample(string Kind, string Name, string? Address, bool IsMine, Line[] Lines);

    private static readonly Sample[] Samples =
    [
        new("whatsapp", "Maria Silva", "15550100142", IsMine: true,
        [
            new(96, MessageDirection.Inbound, "Good morning! I ordered the house blend last week and it has not arrived yet."),
            new(94, MessageDirection.Outbound, "Hi Maria, thanks for writing. Let me look where the parcel is.", ByOwner: true),
            new(92, MessageDirection.Note, "Courier says: delayed at the depot since Tuesday.", ByOwner: true),
            new(90, MessageDirection.Outbound, "It is at the depot and comes tomorrow between 9 and 12. Is somebody there to take it?", ByOwner: true),
            new(12, MessageDirection.Inbound, "Perfect, I am at home. Can you also add two bags of the Ethiopia?"),
        ]),
        new("whatsapp", "Tomás Herrera", "15550100177", IsMine: false,
        [
            new(31, MessageDirection.Inbound, "Hi, is the Saturday market stall open this week? I would love to pick up my order there."),
        ]),
        new("messenger", "Noah Fischer", null, IsMine: false,
        [
            new(75, MessageDirection.Inbound, "Hello! Which of your coffees is good for cold brew?"),
            new(71, MessageDirection.Outbound, "Two of them. Which one do you like better?", ByOwner: true, "interactive",
                new MessageContent { Interactive = new Interactive(Interactive.MenuKind, Menu: [new OfferButton("Chocolate, nuts", "house"), new OfferButton("Berries, floral", "ethiopia"), new OfferButton("See all", Url: "https://example.com/coffees")]) }),
            new(64, MessageDirection.Inbound, "Berries, floral", Type: "button", Content: new MessageContent { Choice = new Choice("postback", "ethiopia", "Berries, floral") }),
        ]),
        new("instagram", "Aiko Tanaka", null, IsMine: false,
        [
            new(47, MessageDirection.Inbound, "This looks so cosy! Do you host the reading evening again?", Content: new MessageContent { Story = new Story("reply", "17900000000000001", null) }),
            new(41, MessageDirection.Outbound, "Thank you, Aiko! Yes, on the last Thursday of the month, at seven.", ByOwner: true),
            new(39, MessageDirection.Inbound, "Lovely, see you there"),
        ]),
        new("website", "Grace Okafor", "5a3f1c5e9c8b4d0f8e7a6b5c4d3e2f10", IsMine: false,
        [
            new(185, MessageDirection.Inbound, "Do you grind for the moka pot?"),
            new(180, MessageDirection.Outbound, "Yes, just choose “moka” when you order. It is a bit finer than filter.", ByOwner: true),
            new(178, MessageDirection.Inbound, "Great, thank you so much!"),
        ]),
    ];

    public int Order => 40;

    public async Task AddAsync(InboxDb db, Tenant tenant, User owner, CancellationToken cancellation)
    {
        var channels = await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(channel => channel.TenantId == tenant.Id).ToListAsync(cancellation);
        foreach (var story in Samples)
        {
            if (channels.Find(channel => channel.Kind == story.Kind) is { } channel)
            {
                Add(db, channel, owner, story);
            }
        }

        await db.SaveChangesAsync(cancellation);
    }

    private void Add(InboxDb db, Channel channel, User owner, Sample story)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var began = now - TimeSpan.FromMinutes(story.Lines[0].MinutesAgo);
        var isPhone = channel.Kind == "whatsapp";
        var contact = db.Add(new Contact { TenantId = channel.TenantId, Name = story.Name, Phone = isPhone ? story.Address : null, CreatedAt = began }).Entity;
        db.Add(new ContactIdentity
        {
            TenantId = channel.TenantId,
            ContactId = contact.Id,
            ChannelId = channel.Id,
            Kind = channel.Kind switch { "whatsapp" => "phone", "messenger" => "psid", "instagram" => "igsid", _ => "visitor" },
            Address = story.Address ?? SandboxIds.IdOf(channel, story.Name),
            CreatedAt = began,
        });
        var conversation = Conversation.Start(db, channel, contact.Id, began);
        db.Add(conversation);
        conversation.Assign(story.IsMine ? owner.Id : null, began);
        Happened(db, "conversation_created", conversation, null, began);
        foreach (var line in story.Lines)
        {
            var at = now - TimeSpan.FromMinutes(line.MinutesAgo);
            var inbound = line.Direction == MessageDirection.Inbound;
            var message = db.Add(new Message
            {
                TenantId = channel.TenantId,
                ConversationId = conversation.Id,
                ChannelId = channel.Id,
                Direction = line.Direction,
                Type = line.Type,
                Text = line.Text,
                Content = line.Content?.ToJson(),
                Status = inbound ? MessageStatus.Received : line.Direction == MessageDirection.Note ? MessageStatus.Sent : MessageStatus.Read,
                SenderKind = inbound ? SenderKind.Contact : SenderKind.User,
                SenderId = line.ByOwner ? owner.Id : null,
                SentAt = at,
                CreatedAt = at,
            }).Entity;
            if (inbound)
            {
                conversation.Receive(message, at);
            }
            else
            {
                conversation.Write(message, at);
            }

            Happened(db, inbound ? "message_received" : line.Direction == MessageDirection.Note ? "note_added" : "message_sent", conversation, message.Id, at);
        }
    }

    private static void Happened(InboxDb db, string type, Conversation conversation, long? messageId, DateTime at)
        => db.Add(new DomainEvent
        {
            TenantId = conversation.TenantId,
            Type = type,
            At = at,
            ConversationId = conversation.Id,
            ContactId = conversation.ContactId,
            MessageId = messageId,
        });
}
