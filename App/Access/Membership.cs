using Inbox.Access.Pictures;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access;

public enum MemberStatus
{
    Active,

    /// <summary>Shown in the team, may not enter.</summary>
    Disabled,

    /// <summary>Gone from the team; what they wrote keeps their name, and they can be brought back.</summary>
    Deleted,
}

/// <summary>Whether a person takes work. Chosen by the person; what others see comes from <see cref="Membership.AvailabilityAt"/>.</summary>
public enum Availability
{
    Online,
    Busy,
    Away,
    Offline,
}

/// <summary>
/// A person's belonging to a business, and what they are there. Its id comes from the database, because the command line
/// adds people beside a running server.
/// </summary>
public sealed class Membership : ITenantOwned
{
    /// <summary>A browser that has not been heard of for so long is closed.</summary>
    public static readonly TimeSpan GoneAfter = TimeSpan.FromMinutes(2);

    /// <summary>Nobody touched mouse or keyboard for so long: away, without a word.</summary>
    public static readonly TimeSpan AwayAfter = TimeSpan.FromMinutes(10);

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required long UserId { get; init; }

    public List<MemberRole> Roles { get; } = [];

    public MemberStatus Status { get; set; }

    public long? PictureId { get; private set; }

    /// <summary>The person's face in this business; null shows initials.</summary>
    public Picture? Picture { get; set; }

    /// <summary>What the person chose.</summary>
    public Availability Availability { get; set; }

    /// <summary>When a browser of the person last said that it is open; null before the first time.</summary>
    public DateTime? SeenAt { get; set; }

    /// <summary>When the person last touched mouse or keyboard.</summary>
    public DateTime? ActiveAt { get; set; }

    public required DateTime CreatedAt { get; init; }

    public static Membership Of(Role role, long userId, DateTime now)
    {
        var membership = new Membership { TenantId = role.TenantId, UserId = userId, CreatedAt = now };
        membership.Hold([role]);
        return membership;
    }

    /// <summary>The person has these roles and no others.</summary>
    public void Hold(IReadOnlyCollection<Role> roles)
    {
        Roles.RemoveAll(held => roles.All(role => role.Id != held.RoleId));
        Roles.AddRange(roles.Where(role => Roles.All(held => held.RoleId != role.Id)).ToList().Select(role => new MemberRole { TenantId = TenantId, RoleId = role.Id, Role = role }));
    }

    /// <summary>What others see: offline without an open browser, away when nobody has touched it for a while, else as chosen.</summary>
    public Availability AvailabilityAt(DateTime now)
        => AvailabilityOf(Availability, SeenAt, ActiveAt, now);

    /// <inheritdoc cref="AvailabilityAt"/>
    public static Availability AvailabilityOf(Availability chosen, DateTime? seenAt, DateTime? activeAt, DateTime now)
        => seenAt is null || seenAt + GoneAfter < now ? Availability.Offline
            : chosen == Availability.Online && (activeAt is null || activeAt + AwayAfter < now) ? Availability.Away
            : chosen;
}

/// <summary>A role of a person in a business.</summary>
public sealed class MemberRole : ITenantOwned
{
    public required long TenantId { get; init; }

    public long MembershipId { get; init; }

    public long RoleId { get; init; }

    public Role Role { get; init; } = null!;   // set by the database or by whoever adds one
}

file sealed class MembershipMap : IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Membership> membership)
    {
        membership.ToTable("Memberships");
        membership.HasIndex(m => new { m.TenantId, m.UserId }).IsUnique();
        membership.HasIndex(m => m.UserId);
        membership.HasOne<Tenant>().WithMany().HasForeignKey(m => m.TenantId);
        membership.HasOne<User>().WithMany().HasForeignKey(m => m.UserId);
        membership.HasOne(m => m.Picture).WithMany().HasForeignKey(m => m.PictureId).OnDelete(DeleteBehavior.NoAction);
        membership.HasMany(m => m.Roles).WithOne().HasForeignKey(r => r.MembershipId);
    }
}

file sealed class MemberRoleMap : IEntityTypeConfiguration<MemberRole>
{
    public void Configure(EntityTypeBuilder<MemberRole> role)
    {
        role.ToTable("MemberRoles");
        role.HasKey(r => new { r.MembershipId, r.RoleId });
        role.HasIndex(r => r.TenantId);
        // SQL Server takes no second way of cascades from a business to here.
        role.HasOne(r => r.Role).WithMany().HasForeignKey(r => r.RoleId).OnDelete(DeleteBehavior.NoAction);
    }
}
