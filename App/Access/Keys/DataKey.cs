using System.Globalization;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.Keys;

/// <summary>
/// Encrypts the secrets of one business; itself encrypted with the installation's key-encryption key. The one with the
/// highest number encrypts, earlier ones still open what they closed.
/// </summary>
public sealed class DataKey : ITenantOwned, INumbered
{
    /// <summary>Stands in whatever the key closed.</summary>
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    /// <summary>Counts the keys of the business from 1. Of two nodes that make the next one at once, the second finds it taken.</summary>
    public required int Number { get; init; }

    /// <summary>The key in Base64, closed by <see cref="SecretBox"/>.</summary>
    public byte[] Wrapped { get; set; } = [];

    public required DateTime CreatedAt { get; init; }

    /// <summary>When a newer key took its place; null while it encrypts.</summary>
    public DateTime? RetiredAt { get; set; }

    internal static string Purpose(DataKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.TenantId}|DataKeys|Wrapped|{key.Id}");
}

file sealed class DataKeyMap : IEntityTypeConfiguration<DataKey>
{
    public void Configure(EntityTypeBuilder<DataKey> key)
    {
        key.ToTable("DataKeys");
        key.Property(k => k.Wrapped).HasMaxLength(200);
        key.HasIndex(k => new { k.TenantId, k.Number }).IsUnique();
        key.HasOne<Tenant>().WithMany().HasForeignKey(k => k.TenantId);
    }
}
