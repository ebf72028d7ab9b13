using System.Buffers.Text;
using System.Security.Cryptography;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.Programs;

/// <summary>A key of a business for one program. It may what its permissions say, and never more than the person who answers for it may now.</summary>
public sealed class ApiKey : ITenantOwned, INumbered
{
    public const int LongestName = 80;

    private const string Prefix = "ibk_";
    private const int ShownLength = 8;

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required string Name { get; set; }

    /// <summary>The first characters, by which people tell keys apart.</summary>
    public required string Start { get; init; }

    /// <summary>SHA-256, hex; the key itself is shown once.</summary>
    public required string Hash { get; init; }

    /// <summary>Names from the catalogue, one a line.</summary>
    public required string Permissions { get; set; }

    /// <summary>
    /// The person who answers for it: who made it, or changed it last. Null when the business's internal key made it, whose
    /// rights nobody narrows.
    /// </summary>
    public long? CreatedById { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Null: until it is revoked.</summary>
    public DateTime? ExpiresAt { get; set; }

    /// <summary>To the minute or so.</summary>
    public DateTime? LastUsedAt { get; set; }

    public DateTime? RevokedAt { get; set; }

    public long Version => Fingerprint.Of(Name, Permissions, ExpiresAt);

    /// <summary>Other bearers need no look into the table.</summary>
    public static bool IsShaped(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    public static string NewSecret() => $"{Prefix}{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    public static string StartOf(string secret) => secret[..ShownLength];

    public static string Join(IEnumerable<string> permissions) => string.Join('\n', permissions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>A permission that this build does not know any more is none.</summary>
    public static IReadOnlyList<string> Split(string permissions) => [.. permissions.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}

file sealed class ApiKeyMap : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> key)
    {
        key.ToTable("ApiKeys");
        key.Property(k => k.Name).HasMaxLength(ApiKey.LongestName);
        key.Property(k => k.Start).HasMaxLength(12);
        key.Property(k => k.Hash).HasMaxLength(64);
        key.Property(k => k.Permissions).HasMaxLength(-1);
        key.HasIndex(k => k.Hash).IsUnique();
        key.HasIndex(k => new { k.TenantId, k.RevokedAt });
        key.HasOne<Tenant>().WithMany().HasForeignKey(k => k.TenantId);
    }
}
