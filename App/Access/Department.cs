using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access;

/// <summary>
/// A unit of a business. A deleted one keeps its row and members, so that it can be brought back; the filter
/// <see cref="Filters.Deleted"/> hides it.
/// </summary>
public sealed class Department : ITenantOwned
{
    public const int LongestName = 80;
    public const int LongestDescription = 200;

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    public List<DepartmentMember> Members { get; } = [];

    public required DateTime CreatedAt { get; init; }

    public DateTime? DeletedAt { get; set; }

    /// <summary>Grows with each change, so that of two people who edit at once the second is told.</summary>
    public long Version { get; set; }
}

/// <summary>A person in a department.</summary>
public sealed class DepartmentMember : ITenantOwned
{
    public required long TenantId { get; init; }

    public long DepartmentId { get; init; }

    public required long UserId { get; init; }

    public bool IsLead { get; set; }
}

file sealed class DepartmentMap : IEntityTypeConfiguration<Department>
{
    public void Configure(EntityTypeBuilder<Department> department)
    {
        department.ToTable("Departments");
        department.Property(d => d.Name).HasMaxLength(Department.LongestName);
        department.Property(d => d.Description).HasMaxLength(Department.LongestDescription);
        department.Property(d => d.Version).IsConcurrencyToken();
        department.HasAlternateKey(d => new { d.TenantId, d.Id });
        department.HasIndex(d => new { d.TenantId, d.Name }).IsUnique().HasFilter("\"DeletedAt\" IS NULL");
        department.HasQueryFilter(Filters.Deleted, d => d.DeletedAt == null);
        department.HasOne<Tenant>().WithMany().HasForeignKey(d => d.TenantId);
        department.HasMany(d => d.Members).WithOne().HasForeignKey(m => m.DepartmentId);
    }
}

file sealed class DepartmentMemberMap : IEntityTypeConfiguration<DepartmentMember>
{
    public void Configure(EntityTypeBuilder<DepartmentMember> member)
    {
        member.ToTable("DepartmentMembers");
        member.HasKey(m => new { m.DepartmentId, m.UserId });
        member.HasIndex(m => new { m.TenantId, m.UserId });
        member.HasOne<User>().WithMany().HasForeignKey(m => m.UserId);
    }
}
