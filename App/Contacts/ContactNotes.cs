using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <param name="Author">Null for programs.</param>
public sealed record ContactNoteRow(long Id, string Text, long? AuthorId, string? Author, DateTime CreatedAt);

/// <summary>What colleagues write down of a person.</summary>
public sealed class ContactNotes(IDbContextFactory<InboxDb> dbs, IContactThreads threads, TimeProvider clock)
{
    /// <summary>Newest first.</summary>
    /// <exception cref="RefusedException">contact_not_found.</exception>
    public async Task<Page<ContactNoteRow>> PageAsync(Caller caller, long contactId, Cursor? after, int limit, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        _ = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Read, cancellation);
        var notes = db.Set<ContactNote>().Where(note => note.ContactId == contactId);
        if (after is { } last)
        {
            notes = notes.Where(note => note.CreatedAt < last.At || (note.CreatedAt == last.At && note.Id < last.Id));
        }

        var rows = await (from note in notes
                          join author in db.Set<User>() on note.UserId equals author.Id into authors
                          from author in authors.DefaultIfEmpty()
                          orderby note.CreatedAt descending, note.Id descending
                          select new ContactNoteRow(note.Id, note.Text, note.UserId, author!.Name, note.CreatedAt)).Take(limit + 1).ToListAsync(cancellation);
        return rows.Count <= limit ? new Page<ContactNoteRow>(rows, null) : new Page<ContactNoteRow>(rows[..limit], new Cursor(rows[limit - 1].CreatedAt, rows[limit - 1].Id).ToString());
    }

    /// <exception cref="RefusedException">contact_not_found, note_not_found.</exception>
    public async Task<ContactNoteRow> FindAsync(Caller caller, long contactId, long id, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        _ = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Read, cancellation);
        return await (from note in db.Set<ContactNote>()
                      join author in db.Set<User>() on note.UserId equals author.Id into authors
                      from author in authors.DefaultIfEmpty()
                      where note.Id == id && note.ContactId == contactId
                      select new ContactNoteRow(note.Id, note.Text, note.UserId, author!.Name, note.CreatedAt)).SingleOrDefaultAsync(cancellation) ?? throw RefusedException.NotFound("note");
    }

    /// <exception cref="RefusedException">contact_not_found, invalid_value.</exception>
    public async Task<ContactNoteRow> AddAsync(Caller caller, long contactId, string text, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var contact = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Write, cancellation);
        var note = db.Add(new ContactNote
        {
            TenantId = caller.TenantId,
            ContactId = contactId,
            UserId = caller.UserId,
            Text = text.Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 and <= ContactNote.LongestText } written
                ? written
                : throw new RefusedException("invalid_value", $"A note has 1 to {ContactNote.LongestText} characters.", field: "text"),
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        }).Entity;
        db.AuditRow(caller, "contact_note.added", note, ContactEdits.Target(contact));
        await db.SaveChangesAsync(cancellation);
        return new ContactNoteRow(note.Id, note.Text, note.UserId, caller.Kind == CallerKind.User ? caller.Name : null, note.CreatedAt);
    }

    /// <returns>The note that was there, for who takes that back.</returns>
    /// <exception cref="RefusedException">contact_not_found, note_not_found.</exception>
    public async Task<ContactNote> RemoveAsync(Caller caller, long contactId, long id, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var contact = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Write, cancellation);
        var note = await db.Set<ContactNote>().SingleOrDefaultAsync(row => row.Id == id && row.ContactId == contactId, cancellation) ?? throw RefusedException.NotFound("note");
        db.Remove(note);
        db.AuditRow(caller, "contact_note.removed", note, ContactEdits.Target(contact));
        await db.SaveChangesAsync(cancellation);
        return note;
    }

    /// <summary>Takes a removal back: the note is of who wrote it and of the time when it was written.</summary>
    /// <param name="removed">What <see cref="RemoveAsync"/> gave.</param>
    /// <exception cref="RefusedException">contact_not_found.</exception>
    public async Task RestoreAsync(Caller caller, ContactNote removed, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var contact = await db.ContactForAsync(caller, threads, removed.ContactId, ContactPermissions.Write, cancellation);
        var note = db.Add(new ContactNote { TenantId = caller.TenantId, ContactId = contact.Id, UserId = removed.UserId, Text = removed.Text, CreatedAt = removed.CreatedAt }).Entity;
        db.AuditRow(caller, "contact_note.restored", note, ContactEdits.Target(contact));
        await db.SaveChangesAsync(cancellation);
    }
}
