using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations;

/// <summary>How somebody feels about a message. One that comes before its message waits under the message's platform id.</summary>
public sealed class Reaction : ITenantOwned, INumbered
{
    /// <summary>The sender key of our own side.</summary>
    public const string Us = "us";

    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    public required long ChannelId { get; init; }

    /// <summary>The platform's id of the message.</summary>
    public required string Target { get; init; }

    /// <summary>The customer's address, or <see cref="Us"/>.</summary>
    public required string Sender { get; init; }

    /// <summary>Null: taken back. The row stays, so that an older one that comes late changes nothing.</summary>
    public string? Emoji { get; set; }

    /// <summary>The platform's time of what counts.</summary>
    public required DateTime At { get; set; }
}

file sealed class ReactionMap : IEntityTypeConfiguration<Reaction>
{
    public void Configure(EntityTypeBuilder<Reaction> reaction)
    {
        reaction.ToTable("Reactions");
        reaction.Property(r => r.Sender).HasMaxLength(200);
        reaction.Property(r => r.Emoji).HasMaxLength(40);
        reaction.HasIndex(r => new { r.Target, r.ChannelId, r.Sender }).IsUnique();
    }
}
