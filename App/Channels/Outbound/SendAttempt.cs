using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Channels.Outbound;

/// <summary>One try of one send.</summary>
public sealed class SendAttempt : ITenantOwned, INumbered
{
    public long Id { get; internal init; }

    public required long TenantId { get; init; }

    public required long OutboxItemId { get; init; }

    public required DateTime At { get; init; }

    public required int DurationMilliseconds { get; init; }

    /// <summary>sent, refused, retry or unknown.</summary>
    public required string Result { get; init; }

    public string? Code { get; init; }

    public string? Detail { get; init; }
}

file sealed class SendAttemptMap : IEntityTypeConfiguration<SendAttempt>
{
    public void Configure(EntityTypeBuilder<SendAttempt> attempt)
    {
        attempt.ToTable("SendAttempts");
        attempt.Property(a => a.Result).HasMaxLength(20);
        attempt.Property(a => a.Detail).HasMaxLength(1000);
        attempt.HasIndex(a => new { a.TenantId, a.OutboxItemId });
        attempt.HasIndex(a => a.At);
    }
}
