using System.Globalization;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <summary>One import while it goes on: which rows were taken, and which people were in it already.</summary>
internal sealed class ImportRun(Caller caller, ImportColumns columns, IReadOnlyList<CustomField> fields, DateTime now)
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    private readonly List<long> _optedOut = [];

    public ImportColumns Columns => columns;

    public DateTime Now => now;

    public List<ImportError> Errors { get; } = [];

    public int Created { get; private set; }

    public int Changed { get; private set; }

    /// <summary>The lines of those that are contacts already.</summary>
    public List<int> Known { get; } = [];

    /// <summary>Puts rows into a context: those whom they are about are looked up together.</summary>
    /// <returns>The ids of those who want nothing more from now on.</returns>
    public async Task<IReadOnlyCollection<long>> TakeAsync(InboxDb db, IContactThreads threads, IReadOnlyList<(int Line, IReadOnlyList<string> Fields)> rows, CancellationToken cancellation)
    {
        var words = await threads.TagsAsync(db, cancellation);
        var known = await KnownAsync(db, threads, rows, cancellation);
        var ids = known.Select(contact => contact.Id).ToArray();
        var tags = (await db.Set<ContactTag>().AsNoTracking().Where(link => ids.Contains(link.ContactId)).ToListAsync(cancellation)).Select(link => (link.ContactId, link.TagId)).ToHashSet();
        _optedOut.Clear();
        foreach (var (line, row) in rows)
        {
            try
            {
                Take(db, line, row, known, words, tags);
            }
            catch (RefusedException refused)
            {
                Errors.Add(new ImportError(line, refused.Field, refused.Message));
            }
        }

        return _optedOut;
    }

    private void Take(InboxDb db, int line, IReadOnlyList<string> row, List<Contact> known, IReadOnlyList<TagWord> words, HashSet<(long, long)> tags)
    {
        var (id, phone, email) = (Read(row, "id"), PhoneOf(row), EmailOf(row));
        CheckOnce(line, id is null ? null : $"id {id}", phone is null ? null : $"phone {phone}", email is null ? null : $"email {email}");
        var contact = id is not null
            ? known.FirstOrDefault(one => one.Id.ToString(CultureInfo.InvariantCulture) == id) ?? throw ContactValues.Invalid("id", $"There is no contact {id.Cut(20)}.")
            : known.FirstOrDefault(one => phone is not null && one.Phone == phone) ?? known.FirstOrDefault(one => email is not null && one.Email == email && !one.IsEmailClaimed);
        var isNew = contact is null;
        contact ??= ContactEdits.New(caller, now);
        var before = ContactFields.Of(contact);
        var added = TagsOf(row, words);
        var consents = ConsentsOf(row);
        try
        {
            ContactValues.Put(contact, EditOf(row), fields);
            ContactValues.CheckNamed(contact);
        }
        catch
        {
            before.PutInto(contact);   // a row is taken whole or not at all
            throw;
        }

        if (isNew)
        {
            db.Add(contact);
            db.Add(ContactEdits.Happened("contact_created", contact, caller));
            Created++;
        }
        else
        {
            contact.UpdatedAt = now;
            Changed++;
            Known.Add(line);
        }

        // What an export of ours says of consent is no news.
        foreach (var (isIn, at) in consents.Where(said => !Same(said.IsIn ? contact.OptedInAt : contact.OptedOutAt, said.At)).OrderBy(said => said.At))
        {
            db.Add(ContactConsents.Proof(contact, isIn, at, ConsentSources.Import, null, caller.UserId));
            if (contact.Consent(isIn, at))
            {
                db.Add(ContactEdits.Happened(isIn ? "contact_opted_in" : "contact_opted_out", contact, caller));
            }
        }

        if (!isNew && before.OptedOutAt is null && contact.OptedOutAt is not null)
        {
            _optedOut.Add(contact.Id);
        }

        db.AddRange(added.Where(tag => tags.Add((contact.Id, tag))).Select(tag => new ContactTag { TenantId = contact.TenantId, ContactId = contact.Id, TagId = tag }));
    }

    /// <summary>Somebody who is in the file twice would be changed by the second row; which one is right, only a person knows.</summary>
    private void CheckOnce(int line, params string?[] keys)
    {
        foreach (var key in keys.OfType<string>())
        {
            if (_lines.TryGetValue(key, out var first))
            {
                throw ContactValues.Invalid(key.Split(' ')[0], $"Line {first} is about the same person.");
            }
        }

        foreach (var key in keys.OfType<string>())
        {
            _lines[key] = line;
        }
    }

    private async Task<List<Contact>> KnownAsync(InboxDb db, IContactThreads threads, IReadOnlyList<(int Line, IReadOnlyList<string> Fields)> rows, CancellationToken cancellation)
    {
        var ids = rows.Select(row => long.TryParse(Read(row.Fields, "id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0).Distinct().ToArray();
        var phones = rows.Select(row => PhoneOf(row.Fields)).OfType<string>().Distinct().ToArray();
        var emails = rows.Select(row => EmailOf(row.Fields)).OfType<string>().Distinct().ToArray();
        return await db.Set<Contact>().VisibleTo(db, caller, threads).VisibleTo(db, caller, threads, ContactPermissions.Write)
            .Where(contact => ids.Contains(contact.Id) || phones.Contains(contact.Phone) || emails.Contains(contact.Email))
            .OrderBy(contact => contact.Id).ToListAsync(cancellation);
    }

    private ContactEdit EditOf(IReadOnlyList<string> row) => new(
        Read(row, "name"),
        Read(row, "first_name"),
        Read(row, "last_name"),
        Read(row, "phone"),
        Read(row, "email"),
        Read(row, "language"),
        fields.Select(field => (field, Text: Read(row, ContactFields.Custom + field.Key))).Where(value => value.Text is not null)
            .ToDictionary(value => value.field.Key, value => CustomFieldValues.OfText(value.field, value.Text)));

    private List<long> TagsOf(IReadOnlyList<string> row, IReadOnlyList<TagWord> words)
        => [.. (Read(row, "tags") ?? "").Split([',', ';', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name =>
            (words.FirstOrDefault(word => !word.IsArchived && string.Equals(word.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw ContactValues.Invalid("tags", $"There is no tag {name.Cut(40)}.")).Id).Distinct()];

    private List<(bool IsIn, DateTime At)> ConsentsOf(IReadOnlyList<string> row)
    {
        var consents = new List<(bool, DateTime)>();
        foreach (var (field, isIn) in new[] { ("opted_in_at", true), ("opted_out_at", false) })
        {
            if (Read(row, field) is { } text)
            {
                consents.Add(DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && at <= now
                    ? (isIn, at)
                    : throw ContactValues.Invalid(field, "A time that has passed is written as 2026-01-31T12:00:00Z."));
            }
        }

        return consents;
    }

    private static bool Same(DateTime? stored, DateTime at) => stored is { } time && (time - at).Duration() < TimeSpan.FromMilliseconds(1);

    private string? PhoneOf(IReadOnlyList<string> row) => PhoneNumber.DigitsOf(Read(row, "phone"));

    // Two people may have the same mask.
    private string? EmailOf(IReadOnlyList<string> row) => Read(row, "email") is { } email && !AddressMask.IsIn(email) ? email.ToLowerInvariant() : null;

    private string? Read(IReadOnlyList<string> row, string field) => columns.Read(row, field);
}
