using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations.Signs;

/// <summary>How somebody feels about a message. One that comes before its message waits under the message's platform id.</summary>
public sealed class Reaction : ITenantOwned, INumbered
{
    /// <summary>The sender key of our own side.</summary>
    public const string Us = "us";

    public const int LongestEmoji = 40;

    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long ChannelId { get; init; }

    /// <summary>The platform's id of the message.</summary>
    public required string Target { get; init; }

    /// <summary>The customer's address, or <see cref="Us"/>.</summary>
    public required string Sender { get; init; }

    /// <summary>Null: taken back. The row stays, so that an older one that comes late changes nothing.</summary>
    public string? Emoji { get; set; }

    /// <summary>The platform's time of what counts; of our own the time when it was given here.</summary>
    public required DateTime At { get; set; }

    /// <summary>When our own is handed to the platform next; null when there is nothing to hand over.</summary>
    public DateTime? DueAt { get; set; }

    /// <summary>How often this one was handed over.</summary>
    public int Attempts { get; set; }

    /// <summary>Why the platform did not take it, in words for an agent.</summary>
    public string? Error { get; set; }

    /// <summary>Ours changes, and the platform is to know.</summary>
    public void Give(string? emoji, DateTime now) => (Emoji, At, DueAt, Attempts, Error) = (emoji, now, now, 0, null);
}

file sealed class ReactionMap : IEntityTypeConfiguration<Reaction>
{
    public void Configure(EntityTypeBuilder<Reaction> reaction)
    {
        reaction.ToTable("Reactions");
        reaction.Property(r => r.Sender).HasMaxLength(200);
        reaction.Property(r => r.Emoji).HasMaxLength(Reaction.LongestEmoji);
        reaction.Property(r => r.Error).HasMaxLength(1000);
        reaction.HasIndex(r => new { r.Target, r.ChannelId, r.Sender }).IsUnique();
        reaction.HasIndex(r => r.DueAt).HasFilter("\"DueAt\" IS NOT NULL");
    }
}
