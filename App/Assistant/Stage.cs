using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Assistant;

/// <summary>A step of the assistant's conversation plan: how to recognise it, what to extract, how to answer.</summary>
public sealed class Stage : ITenantOwned, INumbered, IVersioned
{
    public const int LongestName = 100;
    public const int LongestDescription = 1000;
    public const int LongestPrompt = 8000;

    public long Id { get; private set; }

    public long Version { get; private set; } = 1;

    public required long TenantId { get; init; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    /// <summary>Tells the assistant when a conversation is in this stage.</summary>
    public string SelectionPrompt { get; set; } = "";

    /// <summary>Tells it which facts to take from the customer's words.</summary>
    public string ExtractionPrompt { get; set; } = "";

    /// <summary>Tells it how to answer.</summary>
    public string ResponsePrompt { get; set; } = "";

    /// <summary>From 1, without gaps.</summary>
    public int Position { get; set; }

    public required DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; set; }
}

file sealed class StageMap : IEntityTypeConfiguration<Stage>
{
    public void Configure(EntityTypeBuilder<Stage> stage)
    {
        stage.ToTable("Stages");
        stage.Property(s => s.Name).HasMaxLength(Stage.LongestName);
        stage.Property(s => s.Description).HasMaxLength(Stage.LongestDescription);
        stage.Property(s => s.SelectionPrompt).HasMaxLength(Stage.LongestPrompt);
        stage.Property(s => s.ExtractionPrompt).HasMaxLength(Stage.LongestPrompt);
        stage.Property(s => s.ResponsePrompt).HasMaxLength(Stage.LongestPrompt);
        stage.HasIndex(s => new { s.TenantId, s.Position });
        stage.HasOne<Tenant>().WithMany().HasForeignKey(s => s.TenantId);
    }
}
