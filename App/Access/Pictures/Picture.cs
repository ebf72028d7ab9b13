using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.Pictures;

/// <summary>A small picture of a business itself: its logo, a face of its team. Its file lies below <c>media/TENANT/pictures</c>.</summary>
public sealed class Picture : ITenantOwned, INumbered
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    /// <summary>128 random bits in hex and the ending of the sniffed type: whoever knows it may see the picture.</summary>
    public required string Name { get; init; }

    public required string ContentType { get; init; }

    public required int Size { get; init; }

    public required DateTime CreatedAt { get; init; }

    public string Address => $"/pictures/{Name}";
}

file sealed class PictureMap : IEntityTypeConfiguration<Picture>
{
    public void Configure(EntityTypeBuilder<Picture> picture)
    {
        picture.ToTable("Pictures");
        picture.HasAlternateKey(p => new { p.TenantId, p.Id });
        picture.Property(p => p.Name).HasMaxLength(60);
        picture.Property(p => p.ContentType).HasMaxLength(30);
        picture.Ignore(p => p.Address);
        picture.HasIndex(p => p.Name).IsUnique();
        picture.HasOne<Tenant>().WithMany().HasForeignKey(p => p.TenantId);
    }
}
