using Inbox.Access;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations;

public enum ConversationStatus
{
    Open = 0,
    Pending = 1,
    Snoozed = 2,
    Closed = 3,
    Spam = 4,
}

public enum ConversationPriority
{
    Low = -1,
    Normal = 0,
    High = 1,
    Urgent = 2,
}

/// <summary>The thread with one contact on one channel. At most one is not closed.</summary>
public sealed partial class Conversation : ITenantOwned, INumbered
{
    /// <summary>A customer's message within this time of closing reopens the conversation, a later one starts a new one.</summary>
    public static readonly TimeSpan ReopensFor = TimeSpan.FromDays(7);

    /// <summary>So long before the time for free text ends comes the reminder.</summary>
    public static readonly TimeSpan RemindsBefore = TimeSpan.FromHours(1);

    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long ChannelId { get; init; }

    public required long ContactId { get; init; }

    /// <summary>The address that the contact wrote from last, which is answered; null: the contact's oldest on the channel.</summary>
    public long? IdentityId { get; internal set; }

    public ConversationStatus Status { get; internal set; }

    public long? AssigneeId { get; internal set; }

    /// <summary>Null: it waits for somebody who sees the whole business to put it into a department.</summary>
    public long? DepartmentId { get; internal set; }

    public ConversationPriority Priority { get; internal set; }

    public required DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; internal set; }

    public DateTime? ClosedAt { get; internal set; }

    public DateTime LastMessageAt { get; internal set; }

    public long LastMessageId { get; internal set; }

    public MessageDirection LastMessageDirection { get; internal set; }

    public MessageStatus LastMessageStatus { get; internal set; }

    public string LastMessageType { get; internal set; } = "";

    /// <summary>The last message's text, shortened to one line; empty where it has none.</summary>
    public string LastMessagePreview { get; internal set; } = "";

    /// <summary>Another program of the business answers since then (the platform's handover protocol); null: we do.</summary>
    public DateTime? StandbyAt { get; internal set; }

    /// <summary>Of the customer's last message, by the platform's clock; opens the window for free text.</summary>
    public DateTime? LastInboundAt { get; internal set; }

    /// <summary>When whoever has it, or all who see it, are reminded that free text will soon be too late; null: no customer waits, or the channel always takes free text.</summary>
    public DateTime? RemindAt { get; internal set; }

    /// <summary>How many messages the customer wrote; unread of an agent is this less the agent's own mark.</summary>
    public int InboundCount { get; internal set; }
}

file sealed class ConversationMap : IEntityTypeConfiguration<Conversation>
{
    public void Configure(EntityTypeBuilder<Conversation> conversation)
    {
        conversation.ToTable("Conversations");
        conversation.HasAlternateKey(c => new { c.TenantId, c.Id });
        conversation.HasOne<Contact>().WithMany().HasForeignKey(c => new { c.TenantId, c.ContactId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        conversation.HasOne<Channel>().WithMany().HasForeignKey(c => new { c.TenantId, c.ChannelId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        conversation.HasOne<Department>().WithMany().HasForeignKey(c => new { c.TenantId, c.DepartmentId }).HasPrincipalKey(d => new { d.TenantId, d.Id })
            .IsRequired(false).OnDelete(DeleteBehavior.NoAction);
        conversation.Property(c => c.LastMessageType).HasMaxLength(30);
        conversation.HasIndex(c => new { c.TenantId, c.LastMessageAt, c.Id });
        conversation.HasIndex(c => new { c.TenantId, c.Status, c.LastMessageAt, c.Id });
        conversation.HasIndex(c => new { c.TenantId, c.Status, c.AssigneeId, c.LastMessageAt, c.Id });
        conversation.HasIndex(c => new { c.TenantId, c.DepartmentId, c.Status, c.LastMessageAt, c.Id });
        // Few wait for a reminder at any time.
        conversation.HasIndex(c => new { c.RemindAt, c.Id }).HasFilter("\"RemindAt\" IS NOT NULL");
        conversation.HasIndex(c => new { c.ContactId, c.ChannelId }, "IX_Conversations_OfContact");
        conversation.HasIndex(c => new { c.ContactId, c.ChannelId }, "IX_Conversations_OneOpen").IsUnique().HasFilter("\"ClosedAt\" IS NULL");
    }
}
