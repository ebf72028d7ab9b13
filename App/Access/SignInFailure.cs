using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access;

/// <summary>Wrong passwords for one account from one address: locks that pair only, so that a stranger locks nobody else out.</summary>
public sealed class SignInFailure : INumbered
{
    public long Id { get; private set; }

    /// <summary>SHA-256 of the normalised e-mail and the client's address, hex.</summary>
    public required string Key { get; init; }

    public int Count { get; set; }

    public required DateTime FirstAt { get; set; }

    public DateTime? LockedUntil { get; set; }
}

file sealed class SignInFailureMap : IEntityTypeConfiguration<SignInFailure>
{
    public void Configure(EntityTypeBuilder<SignInFailure> failure)
    {
        failure.ToTable("SignInFailures");
        failure.Property(f => f.Key).HasMaxLength(64);
        failure.HasIndex(f => f.Key).IsUnique();
        failure.HasIndex(f => f.FirstAt);
    }
}
