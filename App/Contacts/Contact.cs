using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Contacts;

/// <summary>
/// A person who writes to the business, over any number of channels. A deleted one keeps its row, addresses and
/// conversations, and comes back when the person writes again; the filter <see cref="Filters.Deleted"/> hides it.
/// </summary>
public sealed class Contact : ITenantOwned, INumbered, IVersioned
{
    public const int LongestName = 200;
    public const int LongestPhone = 40;
    public const int LongestEmail = 200;
    public const int LongestLanguage = 15;

    public long Id { get; internal set; }

    public long Version { get; private set; } = 1;

    public required long TenantId { get; init; }

    /// <summary>Null when no channel told it yet.</summary>
    public string? Name { get; set; }

    public string? FirstName { get; set; }

    public string? LastName { get; set; }

    /// <summary>E.164 digits without plus, as WhatsApp writes them.</summary>
    public string? Phone { get; set; }

    public string? Email { get; set; }

    /// <summary>The person said so and nobody checked it: shown, and never a reason to take two for one.</summary>
    public bool IsEmailClaimed { get; set; }

    /// <summary>A BCP 47 tag such as <c>pt-BR</c>.</summary>
    public string? Language { get; set; }

    /// <summary>A JSON object by the keys of <see cref="CustomField"/>; null when no field has a value.</summary>
    public string? CustomFields { get; set; }

    /// <summary>Since then messages go to spam without a notification, and nothing is sent.</summary>
    public DateTime? BlockedAt { get; set; }

    public DateTime? OptedInAt { get; set; }

    /// <summary>Null for those who did not opt out, or opted in again. The proof is a <see cref="ContactConsent"/>.</summary>
    public DateTime? OptedOutAt { get; set; }

    /// <summary>
    /// Advertising stopped in the settings of the person's app: no template of that category goes out, all else does. Null
    /// for those who did not, or take it again.
    /// </summary>
    public DateTime? MarketingStoppedAt { get; set; }

    /// <summary>The person who made it here, and sees it also before there is a conversation; null for all others.</summary>
    public long? CreatedById { get; init; }

    /// <summary>The one that it became part of.</summary>
    public long? MergedIntoId { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Of the last edit; null when nobody changed it.</summary>
    public DateTime? UpdatedAt { get; set; }

    /// <summary>When a linked system last changed it, by that system's clock.</summary>
    public DateTime? ExternalUpdatedAt { get; set; }

    public DateTime? DeletedAt { get; set; }

    /// <summary>What the person said last counts: an older word that is told late is a proof and changes nothing.</summary>
    /// <returns>Whether it counts.</returns>
    public bool Consent(bool isIn, DateTime at)
    {
        if (at < OptedInAt || at < OptedOutAt || (isIn && at < MarketingStoppedAt))
        {
            return false;
        }

        (OptedInAt, OptedOutAt) = (isIn ? at : OptedInAt, isIn ? null : at);
        MarketingStoppedAt = isIn ? null : MarketingStoppedAt;
        return true;
    }

    /// <inheritdoc cref="Consent(bool, DateTime)"/>
    public bool Consent(ContactConsent said) => said is { OfMarketing: true, IsIn: false } ? StopMarketing(said.At) : Consent(said.IsIn, said.At);

    private bool StopMarketing(DateTime at)
    {
        if (at < OptedInAt || at < MarketingStoppedAt)
        {
            return false;
        }

        MarketingStoppedAt = at;
        return true;
    }

    /// <summary>What to call somebody: the name, else an address; null where none is known.</summary>
    public static string? Called(string? name, string? phone, string? email) => name ?? (phone is null ? email : $"+{phone}");

    /// <summary>How to greet somebody: the first name, else the first word of the name; null where neither is known.</summary>
    public static string? Greeted(string? firstName, string? name) => firstName ?? name?.Split(' ')[0];
}

file sealed class ContactMap : IEntityTypeConfiguration<Contact>
{
    public void Configure(EntityTypeBuilder<Contact> contact)
    {
        contact.ToTable("Contacts");
        contact.HasAlternateKey(c => new { c.TenantId, c.Id });
        contact.Property(c => c.Phone).HasMaxLength(Contact.LongestPhone);
        contact.Property(c => c.Language).HasMaxLength(Contact.LongestLanguage);
        contact.Property(c => c.CustomFields).HasMaxLength(-1);
        contact.HasIndex(c => new { c.TenantId, c.Phone });
        contact.HasIndex(c => new { c.TenantId, c.Email });
        contact.HasIndex(c => new { c.TenantId, c.CreatedAt, c.Id });
        contact.HasQueryFilter(Filters.Deleted, c => c.DeletedAt == null);
        contact.HasOne<Tenant>().WithMany().HasForeignKey(c => c.TenantId);
    }
}
