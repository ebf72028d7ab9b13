using Inbox.Channels;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations;

public enum MessageDirection
{
    Inbound = 0,
    Outbound = 1,

    /// <summary>For colleagues only; never leaves.</summary>
    Note = 2,
}

/// <summary>
/// Where a message stands, in the order of what is known: a later report never takes it back, in whatever order reports
/// come. Failed outweighs sent, and proof of delivery outweighs both. Received is for inbound ones; Unknown is shown as
/// "maybe sent".
/// </summary>
public enum MessageStatus
{
    Received = 0,
    Scheduled = 1,
    Queued = 2,
    Sending = 3,
    Unknown = 4,
    Sent = 5,
    Failed = 6,
    Delivered = 7,
    Read = 8,
    Played = 9,
}

public enum SenderKind
{
    Contact = 0,
    User = 1,
    Bot = 2,
    Assistant = 3,
    System = 4,
}

/// <summary>One message or note of a conversation. Shown by the time of its platform, then in the order of arrival.</summary>
public sealed class Message : ITenantOwned, INumbered
{
    /// <summary>The type of <see cref="IsNews"/>.</summary>
    internal const string NewsType = "system";

    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long ConversationId { get; init; }

    public required long ChannelId { get; init; }

    public required MessageDirection Direction { get; init; }

    /// <summary>text, image, …, unsupported: the API's word.</summary>
    public required string Type { get; init; }

    public string? Text { get; internal set; }

    /// <summary>What the message holds beside its text and its files, as <see cref="MessageContent"/> writes it; null when that is all.</summary>
    public string? Content { get; internal set; }

    /// <summary>Of a sent template: utility, marketing or authentication; null where it was not known, and for all else.</summary>
    public string? TemplateCategory => Type == "template" ? MessageContent.Read(Content)?.Template?.Category : null;

    /// <summary>When its sender changed it last, by the platform's time.</summary>
    public DateTime? EditedAt { get; private set; }

    /// <summary>When its sender took it back. What it said stays with the <see cref="MessageRevision"/>.</summary>
    public DateTime? RevokedAt { get; private set; }

    public required MessageStatus Status { get; set; }

    public string? ErrorCode { get; set; }

    public string? ErrorDetail { get; set; }

    /// <summary>The platform's id; null until the platform gave one.</summary>
    public string? ExternalId { get; set; }

    /// <summary>The id that the sender's browser made, so that a repeated send is the same message.</summary>
    public string? ClientKey { get; init; }

    public required SenderKind SenderKind { get; init; }

    /// <summary>The user who wrote it; null for customers and programs.</summary>
    public long? SenderId { get; init; }

    /// <summary>The customer's address that it came from or goes to; null for notes, and for one written while the contact had no other.</summary>
    public long? IdentityId { get; init; }

    /// <summary>The platform's id of the message it answers.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The platform's time for inbound ones, ours for the others. UTC.</summary>
    public required DateTime SentAt { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>The platform's word about the customer, such as a new number: nothing that they said.</summary>
    public bool IsNews => Type == NewsType;

    /// <returns>False when more is known already, and nothing changed.</returns>
    public bool Advance(MessageStatus status)
    {
        if (status <= Status)
        {
            return false;
        }

        Status = status;
        return true;
    }

    /// <summary>Takes in a status by the API's word; words that are no state of a message change nothing.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Report(string status, string? errorCode, string? errorDetail)
    {
        MessageStatus? reported = status switch
        {
            "sent" => MessageStatus.Sent,
            "delivered" => MessageStatus.Delivered,
            "read" => MessageStatus.Read,
            "played" => MessageStatus.Played,
            "failed" => MessageStatus.Failed,
            _ => null,
        };
        if (Direction != MessageDirection.Outbound || reported is not { } known || !Advance(known))
        {
            return false;
        }

        (ErrorCode, ErrorDetail) = known == MessageStatus.Failed ? (errorCode?.Cut(200), errorDetail?.Cut(1000)) : (null, null);
        return true;
    }

    /// <summary>Its sender changed what it says.</summary>
    public void Revise(string? text, DateTime at) => (Text, EditedAt) = (text, at);

    /// <summary>Its sender took it back.</summary>
    public void TakeBack(DateTime at) => (Text, Content, RevokedAt) = (null, null, at);

    /// <summary>A person decided to try again: the one way back.</summary>
    public void QueueAgain()
    {
        (Status, ErrorCode, ErrorDetail, ExternalId) = (MessageStatus.Queued, null, null, null);
    }
}

file sealed class MessageMap : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> message)
    {
        message.ToTable("Messages");
        message.Property(m => m.Type).HasMaxLength(30);
        message.Property(m => m.Text).HasMaxLength(-1);
        message.Property(m => m.Content).HasMaxLength(-1);
        message.Property(m => m.ErrorDetail).HasMaxLength(1000);
        message.Property(m => m.ClientKey).HasMaxLength(64);
        message.HasOne<Conversation>().WithMany().HasForeignKey(m => new { m.TenantId, m.ConversationId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        message.HasIndex(m => new { m.TenantId, m.ConversationId, m.SentAt, m.Id });
        message.HasIndex(m => new { m.ExternalId, m.ChannelId }).IsUnique().HasFilter("\"ExternalId\" IS NOT NULL");
        message.HasIndex(m => new { m.ConversationId, m.ClientKey }).IsUnique().HasFilter("\"ClientKey\" IS NOT NULL");
    }
}
