using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations;

/// <summary>Wakes the automation of a contact: one row per message, run one at a time and in order for each contact.</summary>
public sealed class ContactQueueItem : ITenantOwned, INumbered
{
    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long ContactId { get; init; }

    public required long ConversationId { get; init; }

    public required long MessageId { get; init; }

    public required DateTime DueAt { get; set; }

    public int Attempts { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; set; }
}

file sealed class ContactQueueItemMap : IEntityTypeConfiguration<ContactQueueItem>
{
    public void Configure(EntityTypeBuilder<ContactQueueItem> item)
    {
        item.ToTable("ContactQueue");
        item.Property(i => i.Error).HasMaxLength(1000);
        item.HasIndex(i => new { i.ContactId, i.Id });
    }
}
