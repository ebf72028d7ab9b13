using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Contacts;

/// <summary>The proof of one opt-in or opt-out: when, where, by whom and with which words. Kept when another follows.</summary>
public sealed class ContactConsent : ITenantOwned, INumbered
{
    public const int LongestWords = 500;

    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long ContactId { get; set; }

    /// <summary>False: opted out.</summary>
    public required bool IsIn { get; init; }

    /// <summary>It is about advertising alone; see <see cref="Contact.MarketingStoppedAt"/>.</summary>
    public bool OfMarketing { get; init; }

    public required DateTime At { get; init; }

    /// <summary>One of <see cref="ConsentSources"/>.</summary>
    public required string Source { get; init; }

    /// <summary>Where it was said; null when it was elsewhere.</summary>
    public long? ChannelId { get; init; }

    public long? MessageId { get; init; }

    /// <summary>The person's own words, or a colleague's account of them.</summary>
    public string? Words { get; init; }

    /// <summary>The colleague who entered it.</summary>
    public long? UserId { get; init; }
}

public static class ConsentSources
{
    /// <summary>A message that says nothing else.</summary>
    public const string Message = "message";

    /// <summary>A setting in the person's app.</summary>
    public const string Platform = "platform";

    /// <summary>A colleague, who was told.</summary>
    public const string Person = "person";

    /// <summary>A program with a key.</summary>
    public const string Program = "program";

    public const string Import = "import";
}

file sealed class ContactConsentMap : IEntityTypeConfiguration<ContactConsent>
{
    public void Configure(EntityTypeBuilder<ContactConsent> consent)
    {
        consent.ToTable("ContactConsents");
        consent.Property(c => c.Source).HasMaxLength(20);
        consent.Property(c => c.Words).HasMaxLength(ContactConsent.LongestWords);
        consent.HasIndex(c => new { c.TenantId, c.ContactId, c.At, c.Id });
        consent.HasOne<Contact>().WithMany().HasForeignKey(c => new { c.TenantId, c.ContactId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
    }
}
