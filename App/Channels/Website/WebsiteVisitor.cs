using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Channels.Website;

/// <summary>A browser that opened the widget. It becomes a contact when it writes.</summary>
public sealed class WebsiteVisitor : ITenantOwned, INumbered
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required long ChannelId { get; init; }

    /// <summary>Random; the address of the contact on this channel. The visitor holds it only inside a protected token.</summary>
    public required string Key { get; init; }

    public string? Name { get; set; }

    public string? Email { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>The newest message to the visitor that was seen; 0: none.</summary>
    public long SeenUpTo { get; set; }

    /// <summary>When that message was sent: ids alone tell no order, for on a server each node takes them in blocks.</summary>
    public DateTime? SeenAt { get; set; }

    public Cursor? Seen => SeenAt is { } at ? new Cursor(at, SeenUpTo) : null;
}

file sealed class WebsiteVisitorMap : IEntityTypeConfiguration<WebsiteVisitor>
{
    public void Configure(EntityTypeBuilder<WebsiteVisitor> visitor)
    {
        visitor.ToTable("WebsiteVisitors");
        visitor.Ignore(v => v.Seen);
        visitor.Property(v => v.Key).HasMaxLength(40);
        visitor.HasIndex(v => v.Key).IsUnique();
        visitor.HasIndex(v => v.CreatedAt);
        visitor.HasOne<Channel>().WithMany().HasForeignKey(v => new { v.TenantId, v.ChannelId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
    }
}
