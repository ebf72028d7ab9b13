using System.Globalization;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.People;

/// <summary>A link by which one person joins a business, once. The database holds the hash of its token.</summary>
public sealed class Invitation : ITenantOwned
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required string Email { get; init; }

    /// <summary>As Identity compares it.</summary>
    public required string NormalizedEmail { get; init; }

    /// <summary>SHA-256 of the token, hex.</summary>
    public required string TokenHash { get; set; }

    /// <summary>Ids of roles. One that was removed meanwhile is not given.</summary>
    public required IReadOnlyList<long> Roles { get; init; }

    /// <summary>Ids of departments.</summary>
    public required IReadOnlyList<long> Departments { get; init; }

    /// <summary>Null when a program invited.</summary>
    public long? InvitedById { get; init; }

    /// <summary>Who invited, as the invited person reads it.</summary>
    public required string InvitedBy { get; init; }

    /// <summary>The link went out by mail and was shown to nobody here.</summary>
    public bool IsMailed { get; set; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime ExpiresAt { get; set; }

    /// <summary>Used or taken back: the link leads nowhere any more.</summary>
    public DateTime? ClosedAt { get; set; }
}

file sealed class InvitationMap : IEntityTypeConfiguration<Invitation>
{
    private static readonly ValueComparer<IReadOnlyList<long>> Same = new(
        (one, other) => one!.SequenceEqual(other!), ids => ids.Aggregate(0, HashCode.Combine), ids => ids.ToList());

    public void Configure(EntityTypeBuilder<Invitation> invitation)
    {
        invitation.ToTable("Invitations");
        invitation.Property(i => i.Email).HasMaxLength(256);
        invitation.Property(i => i.NormalizedEmail).HasMaxLength(256);
        invitation.Property(i => i.TokenHash).HasMaxLength(64);
        invitation.Property(i => i.Roles).HasMaxLength(2000).HasConversion(ids => Write(ids), text => Read(text), Same);
        invitation.Property(i => i.Departments).HasMaxLength(2000).HasConversion(ids => Write(ids), text => Read(text), Same);
        invitation.HasIndex(i => i.TokenHash).IsUnique();
        invitation.HasIndex(i => new { i.TenantId, i.CreatedAt });
        invitation.HasOne<Tenant>().WithMany().HasForeignKey(i => i.TenantId);
    }

    private static string Write(IReadOnlyList<long> ids) => string.Join(',', ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    private static IReadOnlyList<long> Read(string text)
        => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => long.Parse(id, CultureInfo.InvariantCulture))];
}
