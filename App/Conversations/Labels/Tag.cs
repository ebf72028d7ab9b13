using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations.Labels;

/// <summary>A word that a business puts on conversations, to find and to count them.</summary>
public sealed class Tag : ITenantOwned, INumbered
{
    public const int LongestName = 40;

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required string Name { get; set; }

    /// <summary><c>#2a4dd7</c></summary>
    public required string Colour { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Since then it is no longer put on conversations; those that have it keep it.</summary>
    public DateTime? ArchivedAt { get; set; }
}

/// <summary>A tag on a conversation.</summary>
public sealed class ConversationTag : ITenantOwned
{
    public required long TenantId { get; init; }

    public required long ConversationId { get; init; }

    public required long TagId { get; init; }
}

file sealed class TagMap : IEntityTypeConfiguration<Tag>
{
    public void Configure(EntityTypeBuilder<Tag> tag)
    {
        tag.ToTable("Tags");
        tag.HasAlternateKey(t => new { t.TenantId, t.Id });
        tag.Property(t => t.Name).HasMaxLength(Tag.LongestName);
        tag.Property(t => t.Colour).HasMaxLength(7);
        tag.HasIndex(t => new { t.TenantId, t.Name }).IsUnique();
        tag.HasOne<Tenant>().WithMany().HasForeignKey(t => t.TenantId);
        // Contacts know no tags, so their links are tied here; SQL Server takes no second way of cascades from a business to them.
        tag.HasMany<ContactTag>().WithOne().HasForeignKey(t => new { t.TenantId, t.TagId }).HasPrincipalKey(t => new { t.TenantId, t.Id }).OnDelete(DeleteBehavior.NoAction);
    }
}

file sealed class ConversationTagMap : IEntityTypeConfiguration<ConversationTag>
{
    public void Configure(EntityTypeBuilder<ConversationTag> tag)
    {
        tag.ToTable("ConversationTags");
        tag.HasKey(t => new { t.ConversationId, t.TagId });
        tag.HasIndex(t => new { t.TenantId, t.TagId, t.ConversationId });
        tag.HasOne<Conversation>().WithMany().HasForeignKey(t => new { t.TenantId, t.ConversationId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        // SQL Server takes no second way of cascades from a business to here.
        tag.HasOne<Tag>().WithMany().HasForeignKey(t => new { t.TenantId, t.TagId }).HasPrincipalKey(t => new { t.TenantId, t.Id }).OnDelete(DeleteBehavior.NoAction);
    }
}
