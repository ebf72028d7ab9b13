using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Triggers.Webhooks;

/// <summary>An address of the business's own software that is told what happens.</summary>
public sealed class OutgoingWebhook : ITenantOwned, INumbered
{
    /// <summary>Stands for every type of event.</summary>
    public const string Everything = "*";

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required string Url { get; set; }

    public string? Description { get; set; }

    /// <summary>Types of events with commas between, or <see cref="Everything"/>.</summary>
    public required string EventTypes { get; set; }

    /// <summary>Encrypted; signs what is sent.</summary>
    public byte[] Secret { get; set; } = [];

    /// <summary>Encrypted; signs beside the other until <see cref="PreviousUntil"/>, so that the receiver can change it in peace.</summary>
    public byte[]? PreviousSecret { get; set; }

    public DateTime? PreviousUntil { get; set; }

    public bool IsActive { get; set; } = true;

    /// <summary>Why it was switched off by itself: <c>gone</c> or <c>failing</c>.</summary>
    public string? DisabledReason { get; set; }

    /// <summary>Since when nothing has got through; null after a success.</summary>
    public DateTime? FailingSince { get; set; }

    /// <summary>The receiver asked for less: nothing is sent before.</summary>
    public DateTime? PausedUntil { get; set; }

    /// <summary>The number of the last event that was looked at.</summary>
    public long LastEvent { get; set; }

    public required DateTime CreatedAt { get; init; }

    public long Version => Fingerprint.Of(Url, Description, EventTypes, IsActive);

    public IReadOnlyList<string> Types => EventTypes.Split(',', StringSplitOptions.RemoveEmptyEntries);

    public bool Wants(string type) => EventTypes == Everything || Types.Contains(type);
}

public enum WebhookDeliveryState
{
    Waiting = 0,
    Delivered = 1,

    /// <summary>All attempts of the schedule failed, or the receiver is gone.</summary>
    Failed = 2,
}

/// <summary>One event on its way to one webhook.</summary>
public sealed class WebhookDelivery : ITenantOwned, INumbered
{
    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long WebhookId { get; init; }

    /// <summary>The same for every attempt: the receiver knows by it what came before.</summary>
    public required string MessageId { get; init; }

    public required string EventType { get; init; }

    /// <summary>The JSON that is sent, under 20 kB.</summary>
    public required string Body { get; init; }

    public WebhookDeliveryState State { get; set; }

    public int Attempts { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>When the next attempt is due.</summary>
    public required DateTime DueAt { get; set; }

    /// <summary>Somebody sends it until then.</summary>
    public DateTime? LeaseUntil { get; set; }

    /// <summary>Grows with each claim: the result of an attempt whose lease ran out is not taken.</summary>
    public long Fence { get; set; }

    /// <summary>Of the last attempt; null when there was no answer.</summary>
    public int? LastStatus { get; set; }

    /// <summary>Of the last attempt: <c>delivered</c>, <c>status</c>, <c>unreachable</c>, <c>timeout</c>.</summary>
    public string? LastResult { get; set; }
}

/// <summary>One attempt, for the log.</summary>
public sealed class WebhookAttempt : ITenantOwned, INumbered
{
    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long DeliveryId { get; init; }

    public required DateTime At { get; init; }

    public required int Milliseconds { get; init; }

    public int? Status { get; init; }

    public required string Result { get; init; }
}

file sealed class OutgoingWebhookMap : IEntityTypeConfiguration<OutgoingWebhook>
{
    public void Configure(EntityTypeBuilder<OutgoingWebhook> webhook)
    {
        webhook.ToTable("OutgoingWebhooks");
        webhook.HasAlternateKey(w => new { w.TenantId, w.Id });
        webhook.Property(w => w.Url).HasMaxLength(2000);
        webhook.Property(w => w.EventTypes).HasMaxLength(2000);
        webhook.Property(w => w.DisabledReason).HasMaxLength(20);
        webhook.Property(w => w.Secret).HasMaxLength(500);
        webhook.Property(w => w.PreviousSecret).HasMaxLength(500);
    }
}

file sealed class WebhookDeliveryMap : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        delivery.ToTable("WebhookDeliveries");
        delivery.HasAlternateKey(d => new { d.TenantId, d.Id });
        delivery.HasOne<OutgoingWebhook>().WithMany().HasForeignKey(d => new { d.TenantId, d.WebhookId }).HasPrincipalKey(w => new { w.TenantId, w.Id });
        delivery.Property(d => d.MessageId).HasMaxLength(60);
        delivery.Property(d => d.EventType).HasMaxLength(60);
        delivery.Property(d => d.LastResult).HasMaxLength(20);
        delivery.Property(d => d.Body).HasMaxLength(-1);
        delivery.HasIndex(d => new { d.WebhookId, d.MessageId }).IsUnique();
        delivery.HasIndex(d => new { d.State, d.DueAt });
        delivery.HasIndex(d => new { d.TenantId, d.WebhookId, d.Id });
    }
}

file sealed class WebhookAttemptMap : IEntityTypeConfiguration<WebhookAttempt>
{
    public void Configure(EntityTypeBuilder<WebhookAttempt> attempt)
    {
        attempt.ToTable("WebhookAttempts");
        attempt.HasOne<WebhookDelivery>().WithMany().HasForeignKey(a => new { a.TenantId, a.DeliveryId }).HasPrincipalKey(d => new { d.TenantId, d.Id });
        attempt.Property(a => a.Result).HasMaxLength(20);
        attempt.HasIndex(a => new { a.TenantId, a.DeliveryId });
    }
}
