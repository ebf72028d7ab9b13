using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations;

/// <summary>How far an agent has read a conversation.</summary>
public sealed class ReadMark : ITenantOwned, INumbered
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required long UserId { get; init; }

    public required long ConversationId { get; init; }

    /// <summary>The value of <see cref="Conversation.InboundCount"/> that the agent has seen.</summary>
    public int SeenInbound { get; set; }

    /// <summary>The newest message the agent has seen; the divider stands behind it.</summary>
    public long LastMessageId { get; set; }
}

/// <summary>What an agent has typed and not sent: a reply and a note may wait side by side.</summary>
public sealed class Draft : ITenantOwned, INumbered
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required long UserId { get; init; }

    public required long ConversationId { get; init; }

    public required bool IsNote { get; init; }

    public string Text { get; set; } = "";

    public DateTime UpdatedAt { get; set; }
}

file sealed class ReadMarkMap : IEntityTypeConfiguration<ReadMark>
{
    public void Configure(EntityTypeBuilder<ReadMark> mark)
    {
        mark.ToTable("ReadMarks");
        mark.HasIndex(m => new { m.TenantId, m.UserId, m.ConversationId }).IsUnique();
        mark.HasOne<Conversation>().WithMany().HasForeignKey(m => new { m.TenantId, m.ConversationId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
    }
}

file sealed class DraftMap : IEntityTypeConfiguration<Draft>
{
    public void Configure(EntityTypeBuilder<Draft> draft)
    {
        draft.ToTable("Drafts");
        draft.Property(d => d.Text).HasMaxLength(-1);
        draft.HasIndex(d => new { d.TenantId, d.UserId, d.ConversationId, d.IsNote }).IsUnique();
        draft.HasOne<Conversation>().WithMany().HasForeignKey(d => new { d.TenantId, d.ConversationId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
    }
}
