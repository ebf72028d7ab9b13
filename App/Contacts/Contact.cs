using Inbox.Channels;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Contacts;

/// <summary>A person who writes to the business, over any number of channels.</summary>
public sealed class Contact : ITenantOwned, INumbered
{
    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    /// <summary>Null when no channel told it yet.</summary>
    public string? Name { get; set; }

    /// <summary>E.164 digits without plus, as WhatsApp writes them.</summary>
    public string? Phone { get; set; }

    public string? Email { get; set; }

    public required DateTime CreatedAt { get; init; }
}

/// <summary>An address by which a channel knows a contact.</summary>
public sealed class ContactIdentity : ITenantOwned, INumbered
{
    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long ContactId { get; set; }

    public required long ChannelId { get; init; }

    /// <summary>See <see cref="ContactAddress.Kind"/>.</summary>
    public required string Kind { get; init; }

    public required string Address { get; init; }

    public required DateTime CreatedAt { get; init; }
}

file sealed class ContactMap : IEntityTypeConfiguration<Contact>
{
    public void Configure(EntityTypeBuilder<Contact> contact)
    {
        contact.ToTable("Contacts");
        contact.HasAlternateKey(c => new { c.TenantId, c.Id });
        contact.Property(c => c.Phone).HasMaxLength(40);
        contact.HasIndex(c => new { c.TenantId, c.Phone });
        contact.HasOne<Tenant>().WithMany().HasForeignKey(c => c.TenantId);
    }
}

file sealed class ContactIdentityMap : IEntityTypeConfiguration<ContactIdentity>
{
    public void Configure(EntityTypeBuilder<ContactIdentity> identity)
    {
        identity.ToTable("ContactIdentities");
        identity.Property(i => i.Kind).HasMaxLength(20);
        identity.HasIndex(i => new { i.Address, i.ChannelId, i.Kind }).IsUnique();
        identity.HasIndex(i => new { i.TenantId, i.ContactId });
        identity.HasOne<Contact>().WithMany().HasForeignKey(i => new { i.TenantId, i.ContactId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        identity.HasOne<Channel>().WithMany().HasForeignKey(i => new { i.TenantId, i.ChannelId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
    }
}
