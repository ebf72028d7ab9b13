using System.Text.Json;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Channels.Inbound;

public enum DeliveryState
{
    Waiting = 0,
    Processed = 1,

    /// <summary>Some of it, or all, names an account that is not connected here.</summary>
    Unrouted = 2,

    /// <summary>It cannot be read, or its processing failed more often than is tried.</summary>
    Failed = 3,

    /// <summary>Some of it, or all, is for a business that is closed or a channel that is switched off; processed when that one is open again.</summary>
    Held = 4,
}

/// <summary>
/// One verified webhook request as it came: the ledger of everything received. A repeated request is a row of its own;
/// duplicates are found among the items inside. One row may hold items of many tenants, so it belongs to none.
/// </summary>
public sealed class InboundDelivery : INumbered
{
    public long Id { get; internal set; }

    public required string Kind { get; init; }

    /// <summary>The tenant in the address, where it had one: items reach only its channels.</summary>
    public string? TenantSlug { get; init; }

    /// <summary>The installation's secret fitted; see <see cref="VerifiedBy"/>.</summary>
    public required bool InstallationSecret { get; init; }

    /// <summary>Ids of the channels whose own secret fitted, separated by commas.</summary>
    public string? ChannelIds { get; init; }

    /// <summary>The raw body; null after the retention period.</summary>
    public byte[]? Body { get; internal set; }

    /// <summary>Bytes of the body as it came.</summary>
    public required int Size { get; init; }

    public required DateTime ReceivedAt { get; init; }

    public DeliveryState State { get; internal set; }

    /// <summary>Why it is unrouted or failed, in words for an administrator.</summary>
    public string? Reason { get; internal set; }

    /// <summary>A JSON array of the platform's ids that no channel here has, or whose channel its secret does not cover; null when there is none.</summary>
    public string? Unrouted { get; internal set; }

    /// <summary>A JSON object of such ids to the channels that a person gave what is for them; see <see cref="Deliveries.AssignAsync"/>.</summary>
    public string? Assigned { get; internal set; }

    public int Attempts { get; internal set; }

    /// <summary>Not before this time, after a failed attempt.</summary>
    public DateTime? RetryAt { get; internal set; }

    public DateTime? ProcessedAt { get; internal set; }

    public int Items { get; internal set; }

    public int Duplicates { get; internal set; }

    /// <summary>Back into the line; what is for the account goes to the channel then.</summary>
    internal void Give(string account, long channelId)
    {
        var assigned = InboundRouter.AssignmentsOf(this);
        assigned[account] = channelId;
        Assigned = JsonSerializer.Serialize(assigned);
        (State, Attempts, RetryAt, Reason) = (DeliveryState.Waiting, 0, null, null);
    }
}

file sealed class InboundDeliveryMap : IEntityTypeConfiguration<InboundDelivery>
{
    public void Configure(EntityTypeBuilder<InboundDelivery> delivery)
    {
        delivery.ToTable("InboundDeliveries");
        delivery.Property(d => d.Kind).HasMaxLength(20);
        delivery.Property(d => d.TenantSlug).HasMaxLength(60);
        delivery.Property(d => d.Reason).HasMaxLength(1000);
        delivery.Property(d => d.ChannelIds).HasMaxLength(-1);
        delivery.Property(d => d.Unrouted).HasMaxLength(-1);
        delivery.Property(d => d.Assigned).HasMaxLength(-1);
        delivery.HasIndex(d => d.Id, "IX_InboundDeliveries_Waiting").HasFilter("\"State\" = 0");
        delivery.HasIndex(d => new { d.State, d.Id }, "IX_InboundDeliveries_Attention").HasFilter("\"State\" > 1");
        delivery.HasIndex(d => d.ReceivedAt, "IX_InboundDeliveries_Retention").HasFilter("\"Body\" IS NOT NULL");
    }
}
