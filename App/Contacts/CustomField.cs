using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Contacts;

public enum CustomFieldKind
{
    Text = 0,
    Number = 1,
    Date = 2,

    /// <summary>One of <see cref="CustomField.Choices"/>.</summary>
    List = 3,

    /// <summary>An address that begins with http or https.</summary>
    Link = 4,
    Checkbox = 5,
}

/// <summary>A field that a business keeps of its contacts beside those that everybody keeps.</summary>
public sealed class CustomField : ITenantOwned, INumbered, IVersioned
{
    public const int LongestKey = 40;
    public const int LongestName = 80;
    public const int MostChoices = 100;
    public const int LongestChoice = 100;

    public long Id { get; private set; }

    public long Version { get; private set; } = 1;

    public required long TenantId { get; init; }

    /// <summary>Names it in the API and in files; lower case, never changes.</summary>
    public required string Key { get; init; }

    public required string Name { get; set; }

    /// <summary>Never changes: the values of contacts are of it.</summary>
    public required CustomFieldKind Kind { get; init; }

    /// <summary>What a list offers, a line each; empty for the other kinds.</summary>
    public string ChoiceLines { get; set; } = "";

    public IReadOnlyList<string> Choices => ChoiceLines.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Smaller ones first; those with the same by name.</summary>
    public int Position { get; set; }

    public required DateTime CreatedAt { get; init; }
}

file sealed class CustomFieldMap : IEntityTypeConfiguration<CustomField>
{
    public void Configure(EntityTypeBuilder<CustomField> field)
    {
        field.ToTable("CustomFields");
        field.Property(f => f.Key).HasMaxLength(CustomField.LongestKey);
        field.Property(f => f.Name).HasMaxLength(CustomField.LongestName);
        field.Property(f => f.ChoiceLines).HasMaxLength(-1);
        field.HasIndex(f => new { f.TenantId, f.Key }).IsUnique();
        field.HasOne<Tenant>().WithMany().HasForeignKey(f => f.TenantId);
    }
}
