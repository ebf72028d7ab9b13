using System.Collections.Frozen;
using Inbox.Access.Rights;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access;

/// <summary>
/// A named set of permissions. Each business has a row for every built-in role, whose permissions come from the catalogue
/// of the build, and the rows of its own roles, whose permissions are stored.
/// </summary>
public sealed class Role : ITenantOwned
{
    public const int LongestName = 60;
    public const int LongestDescription = 200;

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    /// <summary>Which of <see cref="BuiltInRoles"/> it is; null for a role that the business made.</summary>
    public string? Key { get; init; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    public List<RolePermission> Permissions { get; } = [];

    public required DateTime CreatedAt { get; init; }

    /// <summary>Grows with each change, so that of two people who edit at once the second is told.</summary>
    public long Version { get; set; }

    public static Role BuiltIn(long tenantId, string key, DateTime now)
        => new() { TenantId = tenantId, Key = key, Name = string.Concat(key[..1].ToUpperInvariant(), key[1..]), CreatedAt = now };

    /// <summary>What the role may do. <see cref="Permissions"/> must be loaded; those that this build does not know are left out.</summary>
    public IReadOnlyDictionary<string, PermissionScope> Rights()
        => Key is not null
            ? PermissionCatalogue.OfRole(Key)
            : Permissions.Where(permission => PermissionCatalogue.Names.Contains(permission.Permission)).ToFrozenDictionary(permission => permission.Permission, permission => permission.Scope);
}

/// <summary>A permission of a role that a business made.</summary>
public sealed class RolePermission : ITenantOwned
{
    public required long TenantId { get; init; }

    public long RoleId { get; init; }

    /// <summary>A name of the permission catalogue.</summary>
    public required string Permission { get; init; }

    public required PermissionScope Scope { get; set; }
}

file sealed class RoleMap : IEntityTypeConfiguration<Role>
{
    public void Configure(EntityTypeBuilder<Role> role)
    {
        role.ToTable("Roles");
        role.Property(r => r.Key).HasMaxLength(30);
        role.Property(r => r.Name).HasMaxLength(Role.LongestName);
        role.Property(r => r.Description).HasMaxLength(Role.LongestDescription);
        role.Property(r => r.Version).IsConcurrencyToken();
        role.HasIndex(r => new { r.TenantId, r.Name }).IsUnique();
        role.HasOne<Tenant>().WithMany().HasForeignKey(r => r.TenantId);
        role.HasMany(r => r.Permissions).WithOne().HasForeignKey(p => p.RoleId);
    }
}

file sealed class RolePermissionMap : IEntityTypeConfiguration<RolePermission>
{
    public void Configure(EntityTypeBuilder<RolePermission> permission)
    {
        permission.ToTable("RolePermissions");
        permission.HasKey(p => new { p.RoleId, p.Permission });
        permission.Property(p => p.Permission).HasMaxLength(60);
        permission.HasIndex(p => p.TenantId);
    }
}
