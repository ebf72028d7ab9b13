using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.Sessions;

/// <summary>
/// A sign-in of a person: a browser's cookie, a program's family of tokens, or both at once. Cookie and access token only
/// name it; whether it still stands is asked here, so ending it ends everything that came of it.
/// </summary>
public sealed class Session : INumbered
{
    private const int LongestDevice = 200;

    public long Id { get; private set; }

    /// <summary>128 random bits, hex: what cookie and tokens carry.</summary>
    public required string Key { get; init; }

    public required long UserId { get; init; }

    /// <summary>The active business; 0 for somebody who belongs to none.</summary>
    public required long TenantId { get; init; }

    /// <summary>The person's security stamp at sign-in; another one ends the session.</summary>
    public required string Stamp { get; set; }

    public required DateTime StartedAt { get; init; }

    /// <summary>To the minute or so.</summary>
    public required DateTime SeenAt { get; set; }

    /// <summary>When password, second factor or passkey were last given: sensitive changes ask for them again after a while.</summary>
    public required DateTime ProvenAt { get; set; }

    /// <summary>A second factor or a passkey stood beside the password: what a business may ask of everybody.</summary>
    public bool HasFactor { get; set; }

    /// <summary>The role through whose eyes the person looks for a while; null for their own.</summary>
    public long? ViewRoleId { get; set; }

    /// <summary>A browser's own limit is shorter: it ends too when nothing came for a while.</summary>
    public required DateTime ExpiresAt { get; set; }

    public DateTime? EndedAt { get; set; }

    /// <summary>What the client calls itself.</summary>
    public string? Device { get; set => field = value is { Length: > LongestDevice } ? value[..LongestDevice] : value; }

    /// <summary>From where it was begun.</summary>
    public string? Address { get; init; }

    /// <summary>Tokens were given out, so a program holds it.</summary>
    public bool HasTokens { get; set; }
}

file sealed class SessionMap : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("Sessions");
        session.Property(s => s.Key).HasMaxLength(32);
        session.Property(s => s.Stamp).HasMaxLength(64);
        session.Property(s => s.Address).HasMaxLength(64);
        session.HasIndex(s => s.Key).IsUnique();
        session.HasIndex(s => new { s.UserId, s.ExpiresAt });
        session.HasOne<User>().WithMany().HasForeignKey(s => s.UserId);
    }
}
