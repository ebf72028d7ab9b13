using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.Support;

/// <summary>
/// An owner lets those who run the installation look into the business for some hours. Without one that stands they have no
/// way in.
/// </summary>
public sealed class SupportGrant : ITenantOwned
{
    public const int LongestReason = 300;

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    /// <summary>The owner, in whose name support acts.</summary>
    public required long GrantedById { get; init; }

    public required string GrantedByName { get; init; }

    /// <summary>Support may also change things; else it only looks.</summary>
    public required bool MayChange { get; init; }

    /// <summary>What it is about, for support.</summary>
    public string? Reason { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime ExpiresAt { get; init; }

    /// <summary>When an owner took it back; null while nobody did.</summary>
    public DateTime? EndedAt { get; set; }

    public bool StandsAt(DateTime now) => EndedAt is null && ExpiresAt > now;
}

internal static class SupportGrantQueries
{
    public static IQueryable<SupportGrant> StandingAt(this IQueryable<SupportGrant> grants, DateTime now) => grants.Where(grant => grant.EndedAt == null && grant.ExpiresAt > now);
}

file sealed class SupportGrantMap : IEntityTypeConfiguration<SupportGrant>
{
    public void Configure(EntityTypeBuilder<SupportGrant> grant)
    {
        grant.ToTable("SupportGrants");
        grant.Property(g => g.GrantedByName).HasMaxLength(200);
        grant.Property(g => g.Reason).HasMaxLength(SupportGrant.LongestReason);
        grant.HasIndex(g => new { g.TenantId, g.ExpiresAt });
        grant.HasOne<Tenant>().WithMany().HasForeignKey(g => g.TenantId);
    }
}
