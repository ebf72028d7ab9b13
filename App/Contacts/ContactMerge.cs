using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Contacts;

/// <summary>Two contacts that became one, and all that is needed to make them two again.</summary>
public sealed class ContactMerge : ITenantOwned, INumbered
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    /// <summary>The one that stayed.</summary>
    public required long IntoId { get; init; }

    /// <summary>The one that went; its row is deleted softly and says as before what it said.</summary>
    public required long FromId { get; init; }

    /// <summary>What the one that went was called then.</summary>
    public string? FromName { get; init; }

    public required DateTime At { get; init; }

    public long? UserId { get; init; }

    public required string UserName { get; init; }

    /// <summary>A <see cref="MergeRecord"/> as JSON.</summary>
    public required string Record { get; init; }

    public DateTime? UndoneAt { get; set; }

    public long? UndoneById { get; set; }
}

/// <summary>Two contacts of which somebody said that they are not the same person: never suggested again.</summary>
public sealed class ContactDistinction : ITenantOwned
{
    public required long TenantId { get; init; }

    /// <summary>The smaller of the two ids.</summary>
    public required long FirstId { get; init; }

    public required long SecondId { get; init; }

    public long? UserId { get; init; }

    public required DateTime At { get; init; }
}

file sealed class ContactMergeMap : IEntityTypeConfiguration<ContactMerge>
{
    public void Configure(EntityTypeBuilder<ContactMerge> merge)
    {
        merge.ToTable("ContactMerges");
        merge.Property(m => m.Record).HasMaxLength(-1);
        merge.HasIndex(m => new { m.TenantId, m.IntoId, m.At, m.Id });
        merge.HasOne<Contact>().WithMany().HasForeignKey(m => new { m.TenantId, m.IntoId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        // SQL Server takes no second way of cascades from a contact to here.
        merge.HasOne<Contact>().WithMany().HasForeignKey(m => new { m.TenantId, m.FromId }).HasPrincipalKey(c => new { c.TenantId, c.Id }).OnDelete(DeleteBehavior.NoAction);
    }
}

file sealed class ContactDistinctionMap : IEntityTypeConfiguration<ContactDistinction>
{
    public void Configure(EntityTypeBuilder<ContactDistinction> distinction)
    {
        distinction.ToTable("ContactDistinctions");
        distinction.HasKey(d => new { d.FirstId, d.SecondId });
        distinction.HasIndex(d => new { d.TenantId, d.SecondId });
        distinction.HasOne<Contact>().WithMany().HasForeignKey(d => new { d.TenantId, d.FirstId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        distinction.HasOne<Contact>().WithMany().HasForeignKey(d => new { d.TenantId, d.SecondId }).HasPrincipalKey(c => new { c.TenantId, c.Id }).OnDelete(DeleteBehavior.NoAction);
    }
}
