using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Channels.Templates;

/// <summary>What holds templates at a platform (WhatsApp: the business account), for all channels that belong to it.</summary>
public sealed class TemplateAccount : ITenantOwned, INumbered
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    /// <summary>Key of the kind of channel.</summary>
    public required string Kind { get; init; }

    /// <summary>The platform's id of it.</summary>
    public required string ExternalId { get; init; }

    /// <summary>When all its templates were read the last time; null: never, so that what is missing here may be there.</summary>
    public DateTime? SyncedAt { get; set; }
}

file sealed class TemplateAccountMap : IEntityTypeConfiguration<TemplateAccount>
{
    public void Configure(EntityTypeBuilder<TemplateAccount> account)
    {
        account.ToTable("TemplateAccounts");
        account.HasAlternateKey(a => new { a.TenantId, a.Id });
        account.Property(a => a.Kind).HasMaxLength(20);
        account.HasOne<Tenant>().WithMany().HasForeignKey(a => a.TenantId);
        account.HasIndex(a => new { a.TenantId, a.Kind, a.ExternalId }).IsUnique();
    }
}
