using System.Globalization;
using System.Text;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <param name="Line">In the file, from 1.</param>
/// <param name="Field">Null where it is the row as a whole.</param>
public sealed record ImportError(int Line, string? Field, string Message);

/// <summary>What an import did, or would do.</summary>
/// <param name="KnownLines">Lines of the first contacts that are known already.</param>
/// <param name="Errors">The first ones; all are in <paramref name="ErrorFile"/>.</param>
/// <param name="ErrorFile">CSV: the rows that were not taken, with a column that says why. Null when all were.</param>
public sealed record ImportReport(bool IsDryRun, int Rows, int Created, int Changed, int Failed, IReadOnlyList<int> KnownLines, IReadOnlyList<ImportError> Errors, string? ErrorFile);

/// <summary>
/// Takes contacts from a CSV file. A row is somebody known by its id, else by phone, else by e-mail; else it is new. What is
/// empty in the file stays as it is. A row that breaks a rule is left out and reported, the others are taken.
/// </summary>
public sealed class ContactImports(IDbContextFactory<InboxDb> dbs, IContactThreads threads, CustomFields fields, TimeProvider clock)
{
    public const int MostRows = 50_000;

    private const int AtOnce = 100;
    private const int MostErrors = 100;

    /// <param name="csv">The first row names the columns.</param>
    /// <param name="dryRun">Only says what would happen.</param>
    /// <exception cref="ForbiddenException">The caller may not import, or not read addresses in full.</exception>
    /// <exception cref="RefusedException">invalid_value.</exception>
    public async Task<ImportReport> RunAsync(Caller caller, string csv, IReadOnlyDictionary<string, string>? mapping, bool dryRun, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Import);
        caller.Require(ContactPermissions.ReadAddresses);   // the report tells which addresses are known
        var own = await fields.ListAsync(caller, cancellation);
        var rows = RowsOf(csv);
        var headers = rows[0].Fields;
        var run = new ImportRun(caller, ImportColumns.Of(headers, mapping, own), own, clock.GetUtcNow().UtcDateTime);
        if (!dryRun)
        {
            await RecordAsync(caller, rows.Count - 1, run.Columns, cancellation);
        }

        var failed = new StringBuilder();
        foreach (var batch in rows.Skip(1).Chunk(AtOnce))
        {
            await using var db = await dbs.CreateDbContextAsync(cancellation);
            await using var write = dryRun ? null : await db.BeginAsync(cancellation);
            if (write is not null)
            {
                // In turn with sends: those of people who opt out are taken back.
                await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
            }

            var before = run.Errors.Count;
            var optedOut = await run.TakeAsync(db, threads, batch, cancellation);
            foreach (var error in run.Errors.Skip(before))
            {
                failed.Append(Csv.Line([.. batch.First(row => row.Line == error.Line).Fields.Select(Csv.Read), error.Line, error.Message]));
            }

            if (write is not null)
            {
                await threads.OptOutAsync(db, optedOut, ofMarketing: false, run.Now, cancellation);
                await db.SaveChangesAsync(cancellation);
                await write.CommitAsync(cancellation);
            }
        }

        return new ImportReport(
            dryRun, rows.Count - 1, run.Created, run.Changed, run.Errors.Count, [.. run.Known.Take(MostErrors)], [.. run.Errors.Take(MostErrors)],
            failed.Length == 0 ? null : Csv.Line([.. headers, "line", "error"]) + failed);
    }

    /// <summary>The columns of a file and its first rows, for whoever maps them.</summary>
    /// <exception cref="RefusedException">invalid_value.</exception>
    public static IReadOnlyList<(int Line, IReadOnlyList<string> Fields)> RowsOf(string csv)
    {
        try
        {
            var rows = Csv.Rows(csv).Take(MostRows + 2).ToList();
            return rows.Count switch
            {
                < 2 => throw Invalid("The file has a row with names of columns, and at least one more."),
                > MostRows + 1 => throw Invalid(string.Create(CultureInfo.InvariantCulture, $"At most {MostRows} contacts are imported at once.")),
                _ => rows,
            };
        }
        catch (FormatException error)
        {
            throw Invalid(error.Message);
        }
    }

    private async Task RecordAsync(Caller caller, int rows, ImportColumns columns, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        db.Audit(caller, "contacts.imported", new AuditObject("import", null), after: new { rows, columns = columns.Fields.ToList() });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    private static RefusedException Invalid(string detail) => new("invalid_value", detail, field: "csv");
}
