using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access;

/// <summary>A key that protects cookies and tokens, itself encrypted with the installation's key; all nodes share them.</summary>
public sealed class DataProtectionKey : INumbered
{
    public long Id { get; private set; }

    public required string Name { get; init; }

    public required byte[] Xml { get; set; }
}

file sealed class DataProtectionKeyMap : IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<DataProtectionKey> key)
    {
        key.ToTable("DataProtectionKeys");
        key.HasIndex(k => k.Name).IsUnique();
    }
}
