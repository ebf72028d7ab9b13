using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Tenancy;

public enum TenantState
{
    Active = 0,

    /// <summary>Nobody gets in, nothing is processed or sent; all is kept.</summary>
    Suspended = 1,

    /// <summary>Like suspended, and removed at <see cref="Tenant.RemoveAt"/> unless it is restored before.</summary>
    Leaving = 2,
}

/// <summary>A business on this installation.</summary>
public sealed class Tenant : INumbered
{
    public long Id { get; private set; }

    /// <summary>Public name in addresses and scripts: lower-case letters, digits and dashes, unique.</summary>
    public required string Slug { get; init; }

    public required string Name { get; set; }

    public string? Email { get; set; }

    /// <summary>IANA name, for example <c>Europe/Berlin</c>.</summary>
    public string TimeZone { get; set; } = "UTC";

    public required DateTime CreatedAt { get; init; }

    public bool HasSampleData { get; set; }

    /// <summary>SHA-256 of the internal API key, hex; the key itself is shown once.</summary>
    public string? InternalKeyHash { get; set; }

    public TenantState State { get; private set; }

    /// <summary>Why it is suspended, for those who run the installation.</summary>
    public string? StateReason { get; private set; }

    /// <summary>When all of it is removed; null while nobody wants that.</summary>
    public DateTime? RemoveAt { get; private set; }

    /// <summary>Strangers may join as agents over the API, without an invitation.</summary>
    public bool OpenRegistration { get; set; }

    /// <summary>Nobody enters without a second factor: who has none sets one up at sign-in.</summary>
    public bool RequiresSecondFactor { get; set; }

    /// <summary>Counts changes of the two above: two people may edit them.</summary>
    public long EntryVersion { get; set; } = 1;

    /// <summary>The number of the last event: events of a tenant are numbered without gaps.</summary>
    public long LastEvent { get; private set; }

    public void Suspend(string? reason) => (State, StateReason, RemoveAt) = (TenantState.Suspended, reason, null);

    public void Leave(DateTime at) => (State, RemoveAt) = (TenantState.Leaving, at);

    public void Resume() => (State, StateReason, RemoveAt) = (TenantState.Active, null, null);
}

file sealed class TenantMap : IEntityTypeConfiguration<Tenant>
{
    public void Configure(EntityTypeBuilder<Tenant> tenant)
    {
        tenant.ToTable("Tenants");
        tenant.Property(t => t.Slug).HasMaxLength(60);
        tenant.HasIndex(t => t.Slug).IsUnique();
        tenant.HasIndex(t => t.InternalKeyHash).IsUnique();
    }
}
