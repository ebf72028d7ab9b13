using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Contacts;

/// <summary>What colleagues write down of a person, beside all conversations.</summary>
public sealed class ContactNote : ITenantOwned, INumbered
{
    public const int LongestText = 4000;

    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required long ContactId { get; set; }

    /// <summary>Who wrote it; null for programs.</summary>
    public long? UserId { get; init; }

    public required string Text { get; set; }

    public required DateTime CreatedAt { get; init; }
}

/// <summary>A tag on a contact. The words themselves stand where conversations are, which share them.</summary>
public sealed class ContactTag : ITenantOwned
{
    public required long TenantId { get; init; }

    public required long ContactId { get; init; }

    public required long TagId { get; init; }
}

file sealed class ContactNoteMap : IEntityTypeConfiguration<ContactNote>
{
    public void Configure(EntityTypeBuilder<ContactNote> note)
    {
        note.ToTable("ContactNotes");
        note.Property(n => n.Text).HasMaxLength(ContactNote.LongestText);
        note.HasIndex(n => new { n.TenantId, n.ContactId, n.CreatedAt, n.Id });
        note.HasOne<Contact>().WithMany().HasForeignKey(n => new { n.TenantId, n.ContactId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
        note.HasOne<User>().WithMany().HasForeignKey(n => n.UserId).OnDelete(DeleteBehavior.NoAction);
    }
}

file sealed class ContactTagMap : IEntityTypeConfiguration<ContactTag>
{
    public void Configure(EntityTypeBuilder<ContactTag> tag)
    {
        tag.ToTable("ContactTags");
        tag.HasKey(t => new { t.ContactId, t.TagId });
        tag.HasIndex(t => new { t.TenantId, t.TagId, t.ContactId });
        tag.HasOne<Contact>().WithMany().HasForeignKey(t => new { t.TenantId, t.ContactId }).HasPrincipalKey(c => new { c.TenantId, c.Id });
    }
}
