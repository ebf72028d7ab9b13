using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.Sessions;

/// <summary>Good for one new pair of tokens. All of a session are a family: a spent one that comes again ends it.</summary>
public sealed class RefreshToken : INumbered
{
    public long Id { get; private set; }

    public required long SessionId { get; init; }

    /// <summary>SHA-256, hex; the token itself is not stored.</summary>
    public required string Hash { get; init; }

    public required DateTime IssuedAt { get; init; }

    public required DateTime ExpiresAt { get; init; }

    public DateTime? SpentAt { get; set; }
}

file sealed class RefreshTokenMap : IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<RefreshToken> token)
    {
        token.ToTable("RefreshTokens");
        token.Property(t => t.Hash).HasMaxLength(64);
        token.HasIndex(t => t.Hash).IsUnique();
        token.HasIndex(t => t.SessionId);
        token.HasOne<Session>().WithMany().HasForeignKey(t => t.SessionId);
    }
}
