using Inbox.Access.Pictures;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.Company;

/// <summary>What a business says of itself, beside its name and zone, which stand on the <see cref="Tenant"/>. Texts are empty where nothing is said.</summary>
public sealed class CompanyProfile : ITenantOwned, INumbered
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public long? LogoId { get; set; }

    public Picture? Logo { get; set; }

    /// <summary><c>#2a4dd7</c>; empty for the product's own colour.</summary>
    public string Colour { get; set; } = "";

    /// <summary>For what should stand out; like <see cref="Colour"/>.</summary>
    public string AccentColour { get; set; } = "";

    public string Website { get; set; } = "";

    public string Phone { get; set; } = "";

    public string Street { get; set; } = "";

    public string PostalCode { get; set; } = "";

    public string City { get; set; } = "";

    public string Region { get; set; } = "";

    /// <summary>ISO 3166, two letters.</summary>
    public string Country { get; set; } = "";

    /// <summary>Language tags, the first one first, separated by commas.</summary>
    public string Languages { get; set; } = "";

    public DateTime UpdatedAt { get; set; }

    /// <summary>Grows with each change, so that of two people who edit at once the second is told.</summary>
    public long Version { get; set; }
}

/// <summary>When a business, or one of its departments, is open. Without a row a business never closes and a department goes by its business.</summary>
public sealed class WorkingHours : ITenantOwned, INumbered
{
    /// <summary>Stands for the whole business.</summary>
    public const long WholeBusiness = 0;

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required long DepartmentId { get; init; }

    /// <summary>IANA name; null for the zone of the business.</summary>
    public string? TimeZone { get; set; }

    /// <summary>JSON of <see cref="HoursView"/>.</summary>
    public required string Hours { get; set; }

    public DateTime UpdatedAt { get; set; }

    public long Version { get; set; }
}

file sealed class CompanyProfileMap : IEntityTypeConfiguration<CompanyProfile>
{
    public void Configure(EntityTypeBuilder<CompanyProfile> profile)
    {
        profile.ToTable("CompanyProfiles");
        profile.Property(p => p.Colour).HasMaxLength(7);
        profile.Property(p => p.AccentColour).HasMaxLength(7);
        profile.Property(p => p.Phone).HasMaxLength(40);
        profile.Property(p => p.PostalCode).HasMaxLength(20);
        profile.Property(p => p.Country).HasMaxLength(2);
        profile.Property(p => p.Version).IsConcurrencyToken();
        profile.HasIndex(p => p.TenantId).IsUnique();
        profile.HasOne<Tenant>().WithMany().HasForeignKey(p => p.TenantId);
        profile.HasOne(p => p.Logo).WithMany().HasForeignKey(p => p.LogoId).OnDelete(DeleteBehavior.NoAction);
    }
}

file sealed class WorkingHoursMap : IEntityTypeConfiguration<WorkingHours>
{
    public void Configure(EntityTypeBuilder<WorkingHours> hours)
    {
        hours.ToTable("WorkingHours");
        hours.Property(h => h.TimeZone).HasMaxLength(100);
        hours.Property(h => h.Hours).HasMaxLength(-1);
        hours.Property(h => h.Version).IsConcurrencyToken();
        hours.HasIndex(h => new { h.TenantId, h.DepartmentId }).IsUnique();
        hours.HasOne<Tenant>().WithMany().HasForeignKey(h => h.TenantId);
    }
}
