using System.Runtime.CompilerServices;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <summary>Gives out contacts as CSV, page by page. A column of the file is read by the import under the same name.</summary>
public sealed class ContactExport(IDbContextFactory<InboxDb> dbs, ContactLists lists, CustomFields fields)
{
    private const int PageRows = 200;

    /// <summary>Writes down that the caller takes an export. It comes before the first line: what was begun was seen.</summary>
    /// <exception cref="ForbiddenException">The caller may not export contacts.</exception>
    public async Task RecordAsync(Caller caller, ContactFilter filter, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        caller.Require(ContactPermissions.Export);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        db.Audit(caller, "contacts.exported", new AuditObject("export", null), after: new { filter });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    /// <summary>A line of names, then a line for each contact that both reading and exporting reach.</summary>
    public async IAsyncEnumerable<string> LinesAsync(Caller caller, ContactFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var own = await fields.ListAsync(caller, cancellation);
        yield return Csv.Line([.. ContactColumns.Fixed, "tags", "identities", "opted_in_at", "opted_out_at", "marketing_stopped_at", "blocked_at", "created_at", .. own.Select(field => ContactFields.Custom + field.Key)]);
        Cursor? after = null;
        do
        {
            var page = await lists.PageAsync(caller, filter, after, PageRows, cancellation, ContactPermissions.Export);
            foreach (var row in page.Items)
            {
                yield return Line(row, own);
            }

            after = Cursor.Parse(page.NextCursor);
        }
        while (after is not null);
    }

    private static string Line(ContactRow row, IReadOnlyList<CustomField> own)
    {
        var contact = row.Contact;
        var values = CustomFieldValues.Parse(contact.CustomFields);
        return Csv.Line(
        [
            contact.Id, contact.Name, contact.FirstName, contact.LastName, contact.Phone, contact.Email, contact.Language,
            string.Join(", ", row.Tags.Select(tag => tag.Name)), string.Join(", ", row.Addresses.Select(address => $"{address.ChannelKind}:{address.Address}")),
            contact.OptedInAt, contact.OptedOutAt, contact.MarketingStoppedAt, contact.BlockedAt, contact.CreatedAt,
            .. own.Select(field => CustomFieldValues.Shown(values[field.Key])),
        ]);
    }
}

/// <summary>The columns of files of contacts.</summary>
internal static class ContactColumns
{
    public static IReadOnlyList<string> Fixed { get; } = ["id", "name", "first_name", "last_name", "phone", "email", "language"];
}
