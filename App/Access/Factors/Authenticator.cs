using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.Factors;

/// <summary>The app on a person's phone that makes codes (TOTP, RFC 6238).</summary>
public sealed class Authenticator
{
    public required long UserId { get; init; }

    /// <summary>Encrypted with the installation's key.</summary>
    public required byte[] Secret { get; set; }

    /// <summary>Null until the person has shown a first code: it is not asked for yet.</summary>
    public DateTime? EnabledAt { get; set; }

    /// <summary>The time step of the last code that was taken: none is taken twice.</summary>
    public long LastStep { get; set; }
}

/// <summary>A code for the day when the phone is gone; good once.</summary>
public sealed class RecoveryCode : INumbered
{
    public long Id { get; private set; }

    public required long UserId { get; init; }

    /// <summary>SHA-256 of 80 random bits, hex.</summary>
    public required string Hash { get; init; }

    public DateTime? UsedAt { get; set; }
}

file sealed class AuthenticatorMap : IEntityTypeConfiguration<Authenticator>
{
    public void Configure(EntityTypeBuilder<Authenticator> authenticator)
    {
        authenticator.ToTable("Authenticators");
        authenticator.HasKey(a => a.UserId);
        authenticator.Property(a => a.UserId).ValueGeneratedNever();
        authenticator.Property(a => a.Secret).HasMaxLength(200);
        authenticator.HasOne<User>().WithOne().HasForeignKey<Authenticator>(a => a.UserId);
    }
}

file sealed class RecoveryCodeMap : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> code)
    {
        code.ToTable("RecoveryCodes");
        code.Property(c => c.Hash).HasMaxLength(64);
        code.HasIndex(c => new { c.UserId, c.Hash }).IsUnique();
        code.HasOne<User>().WithMany().HasForeignKey(c => c.UserId);
    }
}
