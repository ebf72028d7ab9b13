using System.Globalization;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;

namespace Inbox.Operations.Seeding;

/// <summary>A batch of made-up conversations, written in one transaction.</summary>
internal sealed class Stories(InboxDb db, Channel channel)
{
    private static readonly string[] FirstNames = ["Ada", "Ben", "Chiara", "Deniz", "Emma", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Keiko", "Luis", "Maria", "Noah", "Olga", "Priya", "Quentin", "Rosa", "Sami", "Tomás"];
    private static readonly string[] LastNames = ["Abbott", "Baker", "Costa", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Ivanova", "Jansen", "Kim", "López", "Müller", "Nowak", "Okafor", "Petrov", "Rossi", "Silva", "Tanaka", "Weber"];

    private static readonly string[] Questions =
    [
        "Hello, is the blue one still available in size M?",
        "My parcel was to come on Tuesday and it is not here yet. Can you look where it is?",
        "Thank you!",
        "How long does delivery take to Lisbon?",
        "I would like to change the address of my order, please.",
        "Is the shop open on Saturday?",
        "Great, that works for me 👍",
        "Could you send me the invoice again? I cannot find the e-mail any more, and my accountant asks for it.",
        "The second item has a scratch. What can we do about it?",
        "OK",
    ];

    private static readonly string[] Answers =
    [
        "Hi, thanks for writing. Yes, we have three left.",
        "Let me check with the courier, one moment please.",
        "You are welcome. Have a nice day!",
        "Usually two to four working days. You get a link to follow it as soon as it leaves.",
        "I have changed it. Please have a look at the confirmation.",
        "We are here from 9 to 18, Saturdays from 10 to 14.",
        "I am sorry about that. Would you like a replacement or your money back?",
        "I have just sent it once more. Please look in the spam folder too.",
    ];

    private readonly List<Contact> _contacts = [];
    private readonly List<ContactIdentity> _identities = [];
    private readonly List<Conversation> _conversations = [];
    private readonly List<DomainEvent> _events = [];

    public List<Message> Messages { get; } = [];

    /// <param name="number">Of the conversation, from 0; decides names, texts and state.</param>
    /// <param name="last">When its last message came.</param>
    public void Add(int number, int messages, DateTime last)
    {
        var began = last.AddMinutes(-7 * messages);
        var contact = AddContact(number, began);
        var conversation = Conversation.Start(db, channel, contact.Id, began);
        _conversations.Add(conversation);
        Happened("conversation_created", conversation, null, began);
        for (var i = 0; i < messages; i++)
        {
            AddMessage(conversation, number + i, i, began.AddMinutes(7 * (i + 1)));
        }

        // Six of ten are done with, one of ten waits for something.
        if (number % 10 < 6)
        {
            conversation.Close(last);
            Happened("conversation_closed", conversation, null, last);
        }
        else if (number % 10 == 6)
        {
            conversation.Status = ConversationStatus.Pending;
        }
    }

    public async Task WriteAsync(CancellationToken cancellation)
    {
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.NumberAsync(db, _events, cancellation);
        await db.InsertAsync(_contacts, cancellation);
        await db.InsertAsync(_identities, cancellation);
        await db.InsertAsync(_conversations, cancellation);
        await db.InsertAsync(Messages, cancellation);
        await db.InsertAsync(_events, cancellation);
        await write.CommitAsync(cancellation);
    }

    private Contact AddContact(int number, DateTime at)
    {
        var id = db.Ids.Next<Contact>(db);
        // 999 is a country code that nobody has.
        var phone = string.Create(CultureInfo.InvariantCulture, $"999{id:000000000}");
        var contact = new Contact
        {
            Id = id,
            TenantId = channel.TenantId,
            Name = $"{FirstNames[number % FirstNames.Length]} {LastNames[number / FirstNames.Length % LastNames.Length]}",
            Phone = phone,
            CreatedAt = at,
        };
        _contacts.Add(contact);
        _identities.Add(new ContactIdentity
        {
            Id = db.Ids.Next<ContactIdentity>(db),
            TenantId = channel.TenantId,
            ContactId = id,
            ChannelId = channel.Id,
            Kind = "phone",
            Address = phone,
            CreatedAt = at,
        });
        return contact;
    }

    private void AddMessage(Conversation conversation, int text, int place, DateTime at)
    {
        var inbound = place % 2 == 0;
        var id = db.Ids.Next<Message>(db);
        var message = new Message
        {
            Id = id,
            TenantId = channel.TenantId,
            ConversationId = conversation.Id,
            ChannelId = channel.Id,
            Direction = inbound ? MessageDirection.Inbound : MessageDirection.Outbound,
            Type = "text",
            Text = inbound ? Questions[text % Questions.Length] : Answers[text % Answers.Length],
            Status = inbound ? MessageStatus.Received : MessageStatus.Read,
            ExternalId = string.Create(CultureInfo.InvariantCulture, $"seeded.{id}"),
            SenderKind = inbound ? SenderKind.Contact : SenderKind.User,
            SentAt = at,
            CreatedAt = at,
        };
        Messages.Add(message);
        if (inbound)
        {
            conversation.Receive(message, at);
        }
        else
        {
            conversation.Write(message, at);
        }

        Happened(inbound ? "message_received" : "message_sent", conversation, id, at);
    }

    private void Happened(string type, Conversation conversation, long? messageId, DateTime at)
        => _events.Add(new DomainEvent
        {
            Id = db.Ids.Next<DomainEvent>(db),
            TenantId = channel.TenantId,
            Type = type,
            At = at,
            ConversationId = conversation.Id,
            ContactId = conversation.ContactId,
            MessageId = messageId,
        });
}
