using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations;

/// <summary>
/// A change or a deletion of a message by its sender, with the text that stood before. One that comes before its message
/// waits here.
/// </summary>
public sealed class MessageRevision : ITenantOwned, INumbered
{
    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long ChannelId { get; init; }

    /// <summary>The platform's id of the message.</summary>
    public required string Target { get; init; }

    /// <summary>Null while the message is not here.</summary>
    public long? MessageId { get; set; }

    public required bool IsDeletion { get; init; }

    /// <summary>What the message says now; null for a deletion.</summary>
    public string? Text { get; init; }

    /// <summary>What it said before; null while it waits.</summary>
    public string? Before { get; set; }

    /// <summary>The platform's count of changes; 0 where it has none.</summary>
    public required int Number { get; init; }

    public required DateTime At { get; init; }
}

file sealed class MessageRevisionMap : IEntityTypeConfiguration<MessageRevision>
{
    public void Configure(EntityTypeBuilder<MessageRevision> revision)
    {
        revision.ToTable("MessageRevisions");
        revision.Property(r => r.Text).HasMaxLength(-1);
        revision.Property(r => r.Before).HasMaxLength(-1);
        revision.HasIndex(r => new { r.Target, r.ChannelId, r.IsDeletion, r.Number, r.At }).IsUnique();
        revision.HasIndex(r => new { r.TenantId, r.MessageId });
    }
}
