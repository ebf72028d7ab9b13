using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Channels.Templates;

public enum TemplateStatus
{
    /// <summary>The platform has not judged it yet.</summary>
    Pending = 0,

    /// <summary>It may be sent.</summary>
    Approved = 1,
    Rejected = 2,

    /// <summary>Customers rated it badly: not for a while.</summary>
    Paused = 3,

    /// <summary>Not any more.</summary>
    Disabled = 4,

    /// <summary>Rejected, and the business asked to judge it again.</summary>
    Appealed = 5,

    /// <summary>It is about to be gone.</summary>
    Removing = 6,

    /// <summary>The platform has a word for it that this version does not know.</summary>
    Unknown = 7,
}

/// <summary>A message that the platform approves before it may be sent, in one language.</summary>
public sealed class MessageTemplate : ITenantOwned, INumbered
{
    public const int LongestName = 512;
    public const int LongestLanguage = 15;
    public const int LongestReason = 1000;

    // The platform's clock is not ours: what it says a moment before we asked may still be news.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    /// <summary>Of <see cref="TemplateAccount"/>.</summary>
    public required long AccountId { get; init; }

    /// <summary>The platform's id of it.</summary>
    public required string ExternalId { get; set; }

    public required string Name { get; init; }

    /// <summary>As the platform names it: <c>en_US</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Lower case: utility, marketing, authentication.</summary>
    public required string Category { get; set; }

    public TemplateStatus Status { get; private set; }

    /// <summary>Why it may not be sent, in the platform's words.</summary>
    public string? Reason { get; private set; }

    /// <summary>What customers think of it, lower case: green, yellow, red; null while nothing is known.</summary>
    public string? Quality { get; private set; }

    /// <summary>The platform's JSON of header, body, footer and buttons.</summary>
    public required string Components { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>When the platform last told of it, asked or by itself.</summary>
    public DateTime UpdatedAt { get; private set; }

    /// <summary>The platform was asked and has it like this. What it told by itself since then says more.</summary>
    /// <param name="asked">When the question began.</param>
    public void Read(PlatformTemplate template, DateTime asked)
    {
        (ExternalId, Components) = (template.ExternalId, template.Components);
        if (UpdatedAt <= asked)
        {
            (Status, Reason, Quality) = (template.Status, template.Reason?.Cut(LongestReason), template.Quality);
            (Category, UpdatedAt) = (template.Category, asked - Skew);
        }
    }

    /// <summary>The platform took it. What it told by itself meanwhile says more than this answer.</summary>
    public void Submitted(SubmittedTemplate submitted, DateTime now)
    {
        if (ExternalId != submitted.ExternalId)
        {
            (ExternalId, Status, Category, UpdatedAt) = (submitted.ExternalId, submitted.Status, submitted.Category ?? Category, now - Skew);
        }
    }

    /// <summary>The platform tells by itself, at its own time; news that newer ones overtook changes nothing.</summary>
    /// <returns>Whether that changed anything.</returns>
    public bool Hear(TemplateNews news, DateTime at)
    {
        if (at < UpdatedAt)
        {
            return false;
        }

        (ExternalId, UpdatedAt) = (news.ExternalId, at);
        if (news.Status is { } status)
        {
            (Status, Reason) = (status, news.Reason?.Cut(LongestReason));
        }
        else if (news.Reason is not null)
        {
            Reason = news.Reason.Cut(LongestReason);
        }

        (Quality, Category) = (news.Quality ?? Quality, news.Category ?? Category);
        return true;
    }
}

file sealed class MessageTemplateMap : IEntityTypeConfiguration<MessageTemplate>
{
    public void Configure(EntityTypeBuilder<MessageTemplate> template)
    {
        template.ToTable("MessageTemplates");
        template.Property(t => t.Name).HasMaxLength(MessageTemplate.LongestName);
        template.Property(t => t.Language).HasMaxLength(MessageTemplate.LongestLanguage);
        template.Property(t => t.ExternalId).HasMaxLength(60);
        template.Property(t => t.Category).HasMaxLength(30);
        template.Property(t => t.Quality).HasMaxLength(20);
        template.Property(t => t.Reason).HasMaxLength(MessageTemplate.LongestReason);
        template.Property(t => t.Components).HasMaxLength(-1);
        template.HasOne<TemplateAccount>().WithMany().HasForeignKey(t => new { t.TenantId, t.AccountId }).HasPrincipalKey(a => new { a.TenantId, a.Id });
        template.HasIndex(t => new { t.AccountId, t.Name, t.Language }).IsUnique();
        template.HasIndex(t => new { t.TenantId, t.CreatedAt, t.Id });
        template.HasIndex(t => new { t.AccountId, t.ExternalId });
    }
}
