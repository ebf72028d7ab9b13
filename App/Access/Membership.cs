using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access;

/// <summary>
/// A person's belonging to a business, and what they are there. Its id comes from the database, because the command line
/// adds people beside a running server.
/// </summary>
public sealed class Membership : ITenantOwned
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required long UserId { get; init; }

    /// <summary>owner, admin, supervisor, agent, analyst or read-only.</summary>
    public required string Role { get; set; }

    public required DateTime CreatedAt { get; init; }
}

file sealed class MembershipMap : IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Membership> membership)
    {
        membership.ToTable("Memberships");
        membership.Property(m => m.Role).HasMaxLength(30);
        membership.HasIndex(m => new { m.TenantId, m.UserId }).IsUnique();
        membership.HasIndex(m => m.UserId);
        membership.HasOne<Tenant>().WithMany().HasForeignKey(m => m.TenantId);
        membership.HasOne<User>().WithMany().HasForeignKey(m => m.UserId);
    }
}
