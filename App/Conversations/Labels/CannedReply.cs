using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations.Labels;

public enum ReplyScope
{
    /// <summary>Everybody in the business uses it.</summary>
    All = 0,
    Department = 1,

    /// <summary>Only who wrote it.</summary>
    Personal = 2,
}

/// <summary>A text that agents send often, by its shortcut.</summary>
public sealed class CannedReply : ITenantOwned, INumbered
{
    public const int LongestShortcut = 40;
    public const int LongestText = 4000;

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public ReplyScope Scope { get; set; }

    /// <summary>The person or the department, after <see cref="Scope"/>; 0 for the whole business.</summary>
    public long OwnerId { get; set; }

    /// <summary>Lower case; what is typed behind the slash.</summary>
    public required string Shortcut { get; set; }

    /// <summary>May hold <c>{{name}}</c>, <c>{{first_name}}</c> and <c>{{agent}}</c>.</summary>
    public required string Text { get; set; }

    public int Uses { get; set; }

    public DateTime? LastUsedAt { get; set; }

    public required DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; set; }

    public long Version => Fingerprint.Of(Scope, OwnerId, Shortcut, Text);
}

/// <summary>How often a reply was used on one day (UTC).</summary>
public sealed class CannedReplyUse : ITenantOwned
{
    public required long TenantId { get; init; }

    public required long ReplyId { get; init; }

    public required DateOnly Day { get; init; }

    public int Count { get; set; }
}

file sealed class CannedReplyUseMap : IEntityTypeConfiguration<CannedReplyUse>
{
    public void Configure(EntityTypeBuilder<CannedReplyUse> use)
    {
        use.ToTable("CannedReplyUses");
        use.HasKey(u => new { u.ReplyId, u.Day });
        use.HasOne<CannedReply>().WithMany().HasForeignKey(u => u.ReplyId);
        use.HasIndex(u => u.TenantId);
    }
}

file sealed class CannedReplyMap : IEntityTypeConfiguration<CannedReply>
{
    public void Configure(EntityTypeBuilder<CannedReply> reply)
    {
        reply.ToTable("CannedReplies");
        reply.Property(r => r.Shortcut).HasMaxLength(CannedReply.LongestShortcut);
        reply.Property(r => r.Text).HasMaxLength(CannedReply.LongestText);
        reply.HasIndex(r => new { r.TenantId, r.Scope, r.OwnerId, r.Shortcut }).IsUnique();
        reply.HasOne<Tenant>().WithMany().HasForeignKey(r => r.TenantId);
    }
}
