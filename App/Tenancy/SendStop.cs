using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Tenancy;

/// <summary>While the row is there nothing goes out to customers of that business. What is to be sent waits in its queue.</summary>
public sealed class SendStop
{
    /// <summary>The row for all businesses at once.</summary>
    public const long Everybody = 0;

    /// <summary>The business, or <see cref="Everybody"/>.</summary>
    public required long Business { get; init; }

    public required DateTime At { get; init; }

    /// <summary>Who stopped it, as people know them.</summary>
    public required string By { get; init; }
}

file sealed class SendStopMap : IEntityTypeConfiguration<SendStop>
{
    public void Configure(EntityTypeBuilder<SendStop> stop)
    {
        stop.ToTable("SendStops");
        stop.HasKey(s => s.Business);
        stop.Property(s => s.Business).ValueGeneratedNever();
    }
}
