using System.Text.Json;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Audit;

/// <summary>
/// A fact of the domain, written in the transaction that caused it. Audit, automation, live screens, outgoing webhooks
/// and analytics read it.
/// </summary>
public sealed class DomainEvent : ITenantOwned, INumbered
{
    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    /// <summary>Counts per tenant from 1 without gaps; given when the row is saved.</summary>
    public long Sequence { get; internal set; }

    /// <summary>Snake case, for example <c>message_received</c>.</summary>
    public required string Type { get; init; }

    public required DateTime At { get; init; }

    public long? ConversationId { get; init; }

    public long? ContactId { get; init; }

    public long? MessageId { get; init; }

    /// <summary>The channel, where it is about one and about no conversation.</summary>
    public long? ChannelId { get; init; }

    /// <summary>The person who caused it; null for customers and programs.</summary>
    public long? UserId { get; init; }

    /// <summary>What else a reader needs, as a JSON object.</summary>
    public string Data { get; init; } = "{}";

    /// <summary>Unique per tenant where the cause may arrive twice; null otherwise.</summary>
    public string? Key { get; init; }

    public static string Json(object data) => JsonSerializer.Serialize(data, EventJson);

    private static readonly JsonSerializerOptions EventJson = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}

file sealed class DomainEventMap : IEntityTypeConfiguration<DomainEvent>
{
    public void Configure(EntityTypeBuilder<DomainEvent> happened)
    {
        happened.ToTable("Events");
        happened.HasIndex(e => new { e.TenantId, e.Sequence }).IsUnique();
        happened.Property(e => e.Type).HasMaxLength(60);
        happened.Property(e => e.Data).HasMaxLength(-1);
        happened.HasIndex(e => new { e.TenantId, e.ConversationId, e.Sequence });
        happened.HasIndex(e => new { e.TenantId, e.ChannelId, e.Sequence }).HasFilter("\"ChannelId\" IS NOT NULL");
        happened.HasIndex(e => new { e.Key, e.TenantId }).IsUnique().HasFilter("\"Key\" IS NOT NULL");
    }
}
