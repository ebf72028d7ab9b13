using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access;

/// <summary>A person. One e-mail is one person on the whole installation; businesses are joined by <see cref="Membership"/>.</summary>
public sealed class User : IdentityUser<long>
{
    [ProtectedPersonalData]
    public string Name { get; set; } = "";

    /// <summary>Runs the installation, above all businesses.</summary>
    public bool IsSuperAdmin { get; set; }

    /// <summary>The business to open at the next sign-in.</summary>
    public long? LastTenantId { get; set; }

    public DateTime CreatedAt { get; init; }
}

/// <summary>
/// Identity's tables, schema version 3 with passkeys. Mapped here instead of by inheriting Identity's context, which
/// would make Data name Access. Keys and lengths are those of IdentityDbContext.
/// </summary>
file sealed class UserMap : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("Users");
        user.HasIndex(u => u.NormalizedUserName).IsUnique();
        user.HasIndex(u => u.NormalizedEmail).IsUnique();
        user.Property(u => u.ConcurrencyStamp).IsConcurrencyToken();
        user.Property(u => u.UserName).HasMaxLength(256);
        user.Property(u => u.NormalizedUserName).HasMaxLength(256);
        user.Property(u => u.Email).HasMaxLength(256);
        user.Property(u => u.NormalizedEmail).HasMaxLength(256);
        user.Property(u => u.PhoneNumber).HasMaxLength(256);
        user.Property(u => u.PasswordHash).HasMaxLength(500);
        user.HasMany<IdentityUserClaim<long>>().WithOne().HasForeignKey(claim => claim.UserId).IsRequired();
        user.HasMany<IdentityUserLogin<long>>().WithOne().HasForeignKey(login => login.UserId).IsRequired();
        user.HasMany<IdentityUserToken<long>>().WithOne().HasForeignKey(token => token.UserId).IsRequired();
        user.HasMany<IdentityUserPasskey<long>>().WithOne().HasForeignKey(passkey => passkey.UserId).IsRequired();
    }
}

file sealed class UserClaimMap : IEntityTypeConfiguration<IdentityUserClaim<long>>
{
    public void Configure(EntityTypeBuilder<IdentityUserClaim<long>> claim) => claim.ToTable("UserClaims");
}

file sealed class UserLoginMap : IEntityTypeConfiguration<IdentityUserLogin<long>>
{
    public void Configure(EntityTypeBuilder<IdentityUserLogin<long>> login)
    {
        login.ToTable("UserLogins");
        login.HasKey(l => new { l.LoginProvider, l.ProviderKey });
        login.Property(l => l.LoginProvider).HasMaxLength(128);
        login.Property(l => l.ProviderKey).HasMaxLength(128);
    }
}

file sealed class UserTokenMap : IEntityTypeConfiguration<IdentityUserToken<long>>
{
    public void Configure(EntityTypeBuilder<IdentityUserToken<long>> token)
    {
        token.ToTable("UserTokens");
        token.HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
        token.Property(t => t.LoginProvider).HasMaxLength(128);
        token.Property(t => t.Name).HasMaxLength(128);
        token.Property(t => t.Value).HasMaxLength(-1);
    }
}

file sealed class UserPasskeyMap : IEntityTypeConfiguration<IdentityUserPasskey<long>>
{
    public void Configure(EntityTypeBuilder<IdentityUserPasskey<long>> passkey)
    {
        passkey.ToTable("UserPasskeys");
        passkey.HasKey(p => p.CredentialId);
        passkey.Property(p => p.CredentialId).HasMaxLength(1024);
        passkey.OwnsOne(p => p.Data).ToJson();
    }
}
