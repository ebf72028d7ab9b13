using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Channels;

/// <summary>One connected account: a WhatsApp number, a page, a website widget.</summary>
public sealed class Channel : ITenantOwned, INumbered, IVersioned
{
    public const int LongestExternalId = 100;

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    /// <summary>Key of the kind, for example <c>whatsapp</c>; see <see cref="IChannel.Kind"/>.</summary>
    public required string Kind { get; init; }

    public required string Name { get; set; }

    /// <summary>The platform's id of the account (WhatsApp: phone_number_id); for a website the tenant's slug.</summary>
    public required string ExternalId { get; set; }

    /// <summary>The platform's id above the account (WhatsApp: business account id; Instagram: a linked page), by which is routed what names no account.</summary>
    public string? GroupId { get; set; }

    /// <summary>Encrypted JSON of the kind's credentials; never leaves the process.</summary>
    public byte[]? Credentials { get; set; }

    /// <summary>Its deliveries are signed with a secret of its own, so the installation's does not cover it.</summary>
    public bool HasOwnSecret { get; set; }

    /// <summary>JSON of the kind's settings that are no secrets.</summary>
    public string Settings { get; set; } = "{}";

    /// <summary>Where conversations that begin here go at once. Null: they wait for somebody who sees the whole business.</summary>
    public long? DepartmentId { get; set; }

    /// <summary>Customers see that their messages were read and that somebody writes, where the platform shows such.</summary>
    public bool ReadReceipts { get; set; } = true;

    /// <summary>When the platform last told us something, to the minute; null: not yet.</summary>
    public DateTime? LastReceivedAt { get; private set; }

    /// <summary>When its platform was last asked how the account stands.</summary>
    public DateTime? CheckedAt { get; private set; }

    /// <summary>
    /// When its platform first showed that the token here may manage this account. Where several businesses share one app,
    /// only then do messages that the app's secret signed come in by it: the ids of accounts are public, and anybody can type one.
    /// </summary>
    public DateTime? ProvenAt { get; set; }

    /// <summary>The same of <see cref="GroupId"/>: notices about it come in only then.</summary>
    public DateTime? GroupProvenAt { get; set; }

    /// <summary>Its id at the platform was never seen to be right, and may still be corrected.</summary>
    public bool MayBeMistyped => !IsSandbox && LastReceivedAt is null && ProvenAt is null;

    /// <summary>What was wrong then, in words for an administrator.</summary>
    public string? CheckProblem { get; private set; }

    /// <summary>When the access token ends; null: never, or not told.</summary>
    public DateTime? TokenEndsAt { get; private set; }

    /// <summary>How the platform rates what it sends: green, yellow or red; null where it says nothing of it.</summary>
    public string? Quality { get; private set; }

    /// <summary>How many people it may begin to write to within a day: a number, or <c>unlimited</c>; null where the platform says nothing of it.</summary>
    public string? DailyLimit { get; private set; }

    /// <summary>What the platform last warned of, in plain words; null when nothing was, or it took it back.</summary>
    public string? Warning { get; private set; }

    /// <summary>When the platform warned, or took a warning back.</summary>
    public DateTime? WarnedAt { get; private set; }

    /// <summary>Talks to the built-in stand-in of the platform.</summary>
    public bool IsSandbox { get; init; }

    public bool IsActive { get; set; } = true;

    /// <summary>Nothing is sent since then, until a person tries again: see <see cref="StoppedReason"/>.</summary>
    public DateTime? StoppedAt { get; private set; }

    /// <summary>Why the platform takes nothing from this account, in plain words.</summary>
    public string? StoppedReason { get; private set; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? DeletedAt { get; set; }

    public long Version { get; private set; } = 1;

    /// <summary>Sending goes on, after a person saw to what stopped it.</summary>
    public void Resume() => (StoppedAt, StoppedReason, CheckProblem) = (null, null, null);
}

file sealed class ChannelMap : IEntityTypeConfiguration<Channel>
{
    public void Configure(EntityTypeBuilder<Channel> channel)
    {
        channel.ToTable("Channels");
        channel.HasAlternateKey(c => new { c.TenantId, c.Id });
        channel.Property(c => c.Kind).HasMaxLength(20);
        channel.Property(c => c.Settings).HasMaxLength(-1);
        channel.Property(c => c.ReadReceipts).HasDefaultValue(true).HasSentinel(true);
        channel.Property(c => c.StoppedReason).HasMaxLength(1000);
        channel.Property(c => c.CheckProblem).HasMaxLength(1000);
        channel.Property(c => c.Quality).HasMaxLength(10);
        channel.Property(c => c.DailyLimit).HasMaxLength(20);
        channel.Property(c => c.Warning).HasMaxLength(AccountNews.Longest);
        channel.HasOne<Tenant>().WithMany().HasForeignKey(c => c.TenantId);
        channel.HasOne<Department>().WithMany().HasForeignKey(c => new { c.TenantId, c.DepartmentId }).HasPrincipalKey(d => new { d.TenantId, d.Id })
            .IsRequired(false).OnDelete(DeleteBehavior.NoAction);
        channel.HasIndex(c => new { c.Kind, c.ExternalId }).IsUnique().HasFilter("\"DeletedAt\" IS NULL");
        channel.HasIndex(c => new { c.Kind, c.GroupId });
        channel.HasQueryFilter(Filters.Deleted, c => c.DeletedAt == null);
    }
}
