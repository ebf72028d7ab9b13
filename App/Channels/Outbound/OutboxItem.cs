using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Channels.Outbound;

public enum OutboxState
{
    Queued = 0,
    Sending = 1,
    Sent = 2,
    Failed = 3,
    Unknown = 4,
}

/// <summary>One send that must happen: the only way anything leaves towards a customer.</summary>
public sealed class OutboxItem : ITenantOwned, INumbered
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required long ChannelId { get; init; }

    public required long ConversationId { get; init; }

    public required long MessageId { get; init; }

    /// <summary>The customer's address, kept with the item: it does not move when a contact is merged.</summary>
    public required string ToKind { get; init; }

    public required string To { get; init; }

    /// <summary>The API's word for the kind of message.</summary>
    public string Type { get; init; } = "text";

    public required string? Text { get; init; }

    /// <summary>As <see cref="MessageContent"/> writes it.</summary>
    public string? Content { get; init; }

    /// <summary>The file that goes out, of <see cref="Media.MediaFile"/>.</summary>
    public long? FileId { get; init; }

    public string? ReplyTo { get; init; }

    public OutboxState State { get; internal set; }

    /// <summary>How often it was tried since it was queued.</summary>
    public int Attempts { get; internal set; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime DueAt { get; set; }

    /// <summary>Until when the worker that claimed it may hold it.</summary>
    public DateTime? LeaseUntil { get; internal set; }

    /// <summary>Grows with each claim; a write of an older claim changes nothing.</summary>
    public long Fence { get; internal set; }

    public string? ErrorCode { get; internal set; }

    public string? ErrorDetail { get; internal set; }

    /// <summary>The send that was begun is over.</summary>
    public void End(OutboxState state, DateTime dueAt, string? errorCode, string? errorDetail)
        => (State, DueAt, LeaseUntil, ErrorCode, ErrorDetail) = (state, dueAt, null, errorCode?.Cut(200), errorDetail?.Cut(1000));

    /// <summary>A person decided to try again, on the same row.</summary>
    public void QueueAgain(DateTime now)
        => (State, Attempts, DueAt, LeaseUntil, ErrorCode, ErrorDetail) = (OutboxState.Queued, 0, now, null, null, null);
}

file sealed class OutboxItemMap : IEntityTypeConfiguration<OutboxItem>
{
    public void Configure(EntityTypeBuilder<OutboxItem> item)
    {
        item.ToTable("OutboxItems");
        item.Property(i => i.ToKind).HasMaxLength(20);
        item.Property(i => i.Type).HasMaxLength(30).HasDefaultValue("text");
        item.Property(i => i.Text).HasMaxLength(-1);
        item.Property(i => i.Content).HasMaxLength(-1);
        item.Property(i => i.ErrorDetail).HasMaxLength(1000);
        item.HasOne<Channel>().WithMany().HasForeignKey(i => new { i.TenantId, i.ChannelId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        // The queue: few rows are queued or sending at any time, all others are history.
        item.HasIndex(i => new { i.State, i.DueAt, i.Id }).HasFilter("\"State\" IN (0, 1)");
        // Whatever two nodes do at once: one item of a conversation is on its way at a time.
        item.HasIndex(i => i.ConversationId, "IX_OutboxItems_OneSending").IsUnique().HasFilter("\"State\" = 1");
        item.HasIndex(i => new { i.ConversationId, i.CreatedAt, i.Id }, "IX_OutboxItems_Order").HasFilter("\"State\" = 0");
        item.HasIndex(i => i.MessageId);
        item.HasIndex(i => new { i.TenantId, i.State, i.Id });
    }
}
