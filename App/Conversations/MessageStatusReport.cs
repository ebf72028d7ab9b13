using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations;

/// <summary>A status as a platform reported it: the history behind the ticks. One that comes before its message waits here.</summary>
public sealed class MessageStatusReport : ITenantOwned, INumbered
{
    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long ChannelId { get; init; }

    /// <summary>Null while the message it speaks of is not here.</summary>
    public long? MessageId { get; set; }

    public required string ExternalId { get; init; }

    public required string Status { get; init; }

    public required DateTime At { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorDetail { get; init; }

    /// <summary>The platform's own JSON (pricing and the like).</summary>
    public string? Content { get; init; }
}

file sealed class MessageStatusReportMap : IEntityTypeConfiguration<MessageStatusReport>
{
    public void Configure(EntityTypeBuilder<MessageStatusReport> report)
    {
        report.ToTable("MessageStatuses");
        report.Property(r => r.Status).HasMaxLength(30);
        report.Property(r => r.ErrorDetail).HasMaxLength(1000);
        report.Property(r => r.Content).HasMaxLength(-1);
        report.HasIndex(r => new { r.ExternalId, r.ChannelId, r.Status }).IsUnique();
        report.HasIndex(r => new { r.TenantId, r.MessageId });
    }
}
