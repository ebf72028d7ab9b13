using System.Globalization;
using Inbox.Access;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Timeline;

/// <param name="Kind">Null: of all kinds.</param>
/// <param name="Text">What a message, a note, the words of a consent or a change must have.</param>
public sealed record TimelineFilter(TimelineKind? Kind = null, string? Text = null)
{
    internal bool Takes(TimelineKind kind) => Kind is null || Kind == kind;
}

/// <summary>
/// All that happened with a contact over all channels in one order, newest first, by key. Messages are those of
/// conversations that the caller may read.
/// </summary>
public sealed class ContactTimelines(IDbContextFactory<InboxDb> dbs, IContactThreads threads)
{
    /// <param name="before">Where the page before ended.</param>
    /// <exception cref="RefusedException">contact_not_found: also when the caller may not see it.</exception>
    public async Task<Page<TimelineEntry>> PageAsync(Caller caller, long contactId, TimelineFilter filter, Cursor? before, int limit, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        _ = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Read, cancellation);
        List<TimelineEntry> found = [];
        if (filter.Takes(TimelineKind.Message))
        {
            found.AddRange(await MessagesAsync(db, caller, contactId, filter.Text, before, limit + 1, cancellation));
        }

        if (filter.Takes(TimelineKind.Note))
        {
            found.AddRange(await NotesAsync(db, contactId, filter.Text, before, limit + 1, cancellation));
        }

        if (filter.Takes(TimelineKind.Consent))
        {
            found.AddRange(await ConsentsAsync(db, contactId, filter.Text, before, limit + 1, cancellation));
        }

        if (filter.Takes(TimelineKind.Change))
        {
            found.AddRange(await ChangesAsync(db, caller, contactId, filter.Text, before, limit + 1, cancellation));
        }

        TimelineEntry[] sorted = [.. found.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Place.Id).Take(limit + 1)];
        var page = sorted.Take(limit).ToList();
        return new Page<TimelineEntry>(page.FindAll(entry => entry.Kind != TimelineKind.Change || entry.Change is not null), sorted.Length <= limit ? null : page[^1].Place.ToString());
    }

    private static async Task<IEnumerable<TimelineEntry>> MessagesAsync(
        InboxDb db, Caller caller, long contactId, string? text, Cursor? before, int limit, CancellationToken cancellation)
    {
        var conversations = await (from c in db.Set<Conversation>().VisibleTo(caller)
                                   join channel in db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]) on c.ChannelId equals channel.Id
                                   where c.ContactId == contactId
                                   select new TimelineThread(c.Id, channel.Kind, channel.Name)).ToDictionaryAsync(thread => thread.Id, cancellation);
        if (conversations.Count == 0)
        {
            return [];
        }

        var ids = conversations.Keys.ToArray();
        var messages = db.Set<Message>().Where(m => ids.Contains(m.ConversationId));
        if (text is not null)
        {
            messages = MessageSearch.Matching(db, messages, text);
        }

        if (before is { } place)
        {
            var (at, id) = TimelineEntry.Before(place, TimelineKind.Message);
            messages = messages.Before(new Cursor(at, id));
        }

        var rows = await Threads.ReadAsync(db, caller, messages.OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(limit), cancellation);
        return rows.Select(row => new TimelineEntry(TimelineKind.Message, row.Id, row.SentAt) { Message = row, Thread = conversations[row.ConversationId] });
    }

    private static async Task<IEnumerable<TimelineEntry>> NotesAsync(InboxDb db, long contactId, string? text, Cursor? before, int limit, CancellationToken cancellation)
    {
        var notes = db.Set<ContactNote>().Where(note => note.ContactId == contactId);
        if (text is not null)
        {
#pragma warning disable CA1304, CA1311, CA1862 // the database lowers it
            notes = notes.Where(note => note.Text.ToLower().Contains(text.ToLower()));
#pragma warning restore CA1304, CA1311, CA1862
        }

        if (before is { } place)
        {
            var (at, id) = TimelineEntry.Before(place, TimelineKind.Note);
            notes = notes.Where(note => note.CreatedAt < at || (note.CreatedAt == at && note.Id < id));
        }

        var rows = await (from note in notes
                          join author in db.Set<User>() on note.UserId equals author.Id into authors
                          from author in authors.DefaultIfEmpty()
                          orderby note.CreatedAt descending, note.Id descending
                          select new ContactNoteRow(note.Id, note.Text, note.UserId, author!.Name, note.CreatedAt)).Take(limit).ToListAsync(cancellation);
        return rows.Select(row => new TimelineEntry(TimelineKind.Note, row.Id, row.CreatedAt) { Note = row, Who = row.Author });
    }

    private static async Task<IEnumerable<TimelineEntry>> ConsentsAsync(InboxDb db, long contactId, string? text, Cursor? before, int limit, CancellationToken cancellation)
    {
        var consents = db.Set<ContactConsent>().AsNoTracking().Where(consent => consent.ContactId == contactId);
        if (text is not null)
        {
#pragma warning disable CA1304, CA1311, CA1862 // the database lowers it
            consents = consents.Where(consent => consent.Words!.ToLower().Contains(text.ToLower()));
#pragma warning restore CA1304, CA1311, CA1862
        }

        if (before is { } place)
        {
            var (at, id) = TimelineEntry.Before(place, TimelineKind.Consent);
            consents = consents.Where(consent => consent.At < at || (consent.At == at && consent.Id < id));
        }

        var rows = await (from consent in consents
                          join user in db.Set<User>() on consent.UserId equals user.Id into users
                          from user in users.DefaultIfEmpty()
                          orderby consent.At descending, consent.Id descending
                          select new { Consent = consent, Who = user!.Name }).Take(limit).ToListAsync(cancellation);
        return rows.Select(row => new TimelineEntry(TimelineKind.Consent, row.Consent.Id, row.Consent.At) { Consent = row.Consent, Who = row.Who });
    }

    /// <summary>Also what was done to those that became part of the contact.</summary>
    private static async Task<IEnumerable<TimelineEntry>> ChangesAsync(
        InboxDb db, Caller caller, long contactId, string? text, Cursor? before, int limit, CancellationToken cancellation)
    {
        var merged = await db.Set<ContactMerge>().Where(merge => merge.IntoId == contactId && merge.UndoneAt == null).Select(merge => merge.FromId).ToListAsync(cancellation);
        string[] ids = [.. merged.Prepend(contactId).Select(id => id.ToString(CultureInfo.InvariantCulture))];
        var changes = db.Set<AuditEvent>().AsNoTracking().Where(row => row.ObjectType == "contact" && ids.Contains(row.ObjectId) && ContactChanges.Actions.Contains(row.Action));
        if (text is not null && !caller.SeesAddresses())
        {
            // What a change was of must not be guessed part by part.
            return [];
        }

        if (text is not null)
        {
#pragma warning disable CA1304, CA1311, CA1862 // the database lowers it
            changes = changes.Where(row => row.Before!.ToLower().Contains(text.ToLower()) || row.After!.ToLower().Contains(text.ToLower()));
#pragma warning restore CA1304, CA1311, CA1862
        }

        if (before is { } place)
        {
            var (at, id) = TimelineEntry.Before(place, TimelineKind.Change);
            changes = changes.Where(row => row.At < at || (row.At == at && row.Sequence < id));
        }

        var rows = await changes.OrderByDescending(row => row.At).ThenByDescending(row => row.Sequence).Take(limit).ToListAsync(cancellation);
        return rows.Select(row => new TimelineEntry(TimelineKind.Change, row.Sequence, row.At) { Change = ContactChanges.Of(row, masked: !caller.SeesAddresses()) });
    }
}
