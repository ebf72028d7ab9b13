using Inbox.Channels;
using Inbox.Data;

namespace Inbox.Conversations;

public sealed partial class Conversation
{
    private const int PreviewLength = 160;

    /// <summary>Begins a conversation, in the department of its channel.</summary>
    public static Conversation Start(InboxDb db, Channel channel, long contactId, DateTime now)
        => new()
        {
            Id = db.Ids.Next<Conversation>(db),
            TenantId = channel.TenantId,
            ChannelId = channel.Id,
            ContactId = contactId,
            DepartmentId = channel.DepartmentId,
            CreatedAt = now,
            UpdatedAt = now,
            LastMessageAt = now,
        };

    /// <summary>Takes in a message from the platform.</summary>
    /// <param name="window">How long the channel takes free text after the customer's last message; null: always.</param>
    /// <returns>Whether that reopened it.</returns>
    public bool Receive(Message message, DateTime now, TimeSpan? window = null)
    {
        if (message.IsNews && LastMessageId != 0)
        {
            // Nobody waits for an answer to it.
            UpdatedAt = now;
            return false;
        }

        var isSaid = message.Direction == MessageDirection.Inbound && !message.IsNews;
        var newest = LastMessageId == 0 || LastInboundAt is null || message.SentAt >= LastInboundAt;
        if (isSaid)
        {
            InboundCount++;
            if (LastInboundAt is null || message.SentAt > LastInboundAt)
            {
                LastInboundAt = message.SentAt;
            }
        }

        if (newest)
        {
            Show(message);
            RemindAt = isSaid && window is { } open ? message.SentAt + open - RemindsBefore : null;
        }

        // The list is ordered by what happened here last: a message that the platform held back for an hour is news.
        LastMessageAt = UpdatedAt = now;
        var reopened = isSaid && Status is ConversationStatus.Closed or ConversationStatus.Snoozed;
        if (reopened)
        {
            Reopen(now);
        }

        return reopened;
    }

    /// <summary>Takes in a message or note that was written here.</summary>
    public void Write(Message message, DateTime now)
    {
        Show(message);
        LastMessageAt = UpdatedAt = now;
        RemindAt = message.Direction == MessageDirection.Outbound ? null : RemindAt;
    }

    /// <summary>The reminder was given, or nobody was there to get it.</summary>
    public void Reminded() => RemindAt = null;

    /// <summary>One of its messages says something else now.</summary>
    public void Revised(Message message)
    {
        if (LastMessageId == message.Id)
        {
            Show(message);
        }
    }

    /// <summary>Until when free text may be sent; null where the channel has no such limit.</summary>
    public DateTime? WindowEndsAt(ChannelCapabilities capabilities)
        => capabilities.FreeFormWindow is { } window ? (LastInboundAt ?? DateTime.UnixEpoch) + window : null;

    public void Close(DateTime now) => (Status, ClosedAt, UpdatedAt, RemindAt) = (ConversationStatus.Closed, now, now, null);

    public void Reopen(DateTime now) => (Status, ClosedAt, UpdatedAt) = (ConversationStatus.Open, null, now);

    /// <summary>Puts it into spam: it is not closed, and nobody is told of it.</summary>
    public void Screen(DateTime now) => (Status, ClosedAt, UpdatedAt) = (ConversationStatus.Spam, null, now);

    public void Move(long? departmentId, DateTime now) => (DepartmentId, UpdatedAt) = (departmentId, now);

    public void Rank(ConversationPriority priority, DateTime now) => (Priority, UpdatedAt) = (priority, now);

    /// <summary>Something beside it changed that lists show.</summary>
    public void Touch(DateTime now) => UpdatedAt = now;

    public void Assign(long? userId, DateTime now) => (AssigneeId, UpdatedAt) = (userId, now);

    private void Show(Message message)
    {
        (LastMessageId, LastMessageDirection, LastMessageStatus) = (message.Id, message.Direction, message.Status);
        LastMessageType = message.Type;
        LastMessagePreview = (message.Text ?? "").Cut(PreviewLength).ReplaceLineEndings(" ");
    }
}
