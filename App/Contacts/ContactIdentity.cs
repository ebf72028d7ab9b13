using Inbox.Channels;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Contacts;

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

    /// <summary>Why it is this contact's, one of <see cref="IdentityReasons"/>; null for those from before reasons were kept.</summary>
    public string? Reason { get; set; }

    public required DateTime CreatedAt { get; init; }
}

/// <summary>Why an address belongs to a contact.</summary>
public static class IdentityReasons
{
    /// <summary>The contact was made for it.</summary>
    public const string First = "first";

    /// <summary>The platform named it together with an address that was known.</summary>
    public const string Told = "told";

    /// <summary>The same phone number.</summary>
    public const string Phone = "phone";

    /// <summary>The same e-mail address.</summary>
    public const string Email = "email";

    /// <summary>A person or a program began a conversation with the contact there.</summary>
    public const string Begun = "begun";

    /// <summary>The business's own site says who it is.</summary>
    public const string Site = "site";

    /// <summary>Two contacts were merged.</summary>
    public const string Merged = "merged";
}

file sealed class ContactIdentityMap : IEntityTypeConfiguration<ContactIdentity>
{
    public void Configure(EntityTypeBuilder<ContactIdentity> identity)
    {
        identity.ToTable("ContactIdentities");
        identity.Property(i => i.Kind).HasMaxLength(20);
        identity.Property(i => i.Reason).HasMaxLength(20);
        identity.HasIndex(i => new { i.Address, i.ChannelId, i.Kind }).IsUnique();
        identity.HasIndex(i => new { i.TenantId, i.ContactId });
        identity.HasOne<Contact>().WithMany().HasForeignKey(i => new { i.TenantId, i.ContactId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        identity.HasOne<Channel>().WithMany().HasForeignKey(i => new { i.TenantId, i.ChannelId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
    }
}
