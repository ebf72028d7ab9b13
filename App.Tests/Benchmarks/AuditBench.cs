using System.Diagnostics;
using System.Globalization;
using Inbox.Audit;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Benchmarks;

/// <summary>How many rows of a chain a second are verified on both databases, beside a bare read of the same rows.</summary>
internal sealed class AuditBench(Arguments arguments)
{
    private const int Batch = 400;
    private const int Goal = 20_000;

    private readonly int _rows = arguments.Number("rows", 60_000);
    private readonly Figures _figures = new();

    public static async Task<int> RunAsync(Arguments arguments) => await new AuditBench(arguments).RunAsync();

    private async Task<int> RunAsync()
    {
        foreach (var database in (TestDatabase[])[TestDatabase.Sqlite, TestDatabase.PostgreSql])
        {
            await using var store = await TestStore.CreateAsync(database);
            var tenant = (await store.GivenTenant("benchmark")).Id;
            await FillAsync(store, tenant);
            await MeasureAsync(store, tenant);
        }

        return _figures.AllMet ? 0 : 1;
    }

    private async Task FillAsync(TestStore store, long tenant)
    {
        var caller = new Caller(CallerKind.User, tenant, 3, "Anna", Caller.NoRights);
        for (var written = 0; written < _rows; written += Batch)
        {
            await using var db = store.Db(tenant);
            for (var row = written; row < Math.Min(_rows, written + Batch); row++)
            {
                db.Audit(caller, "thing.changed", AuditObject.Of("thing", row, "A thing"), new { name = "before" }, new { name = $"after {row}" });
            }

            await db.SaveChangesAsync();
        }
    }

    /// <summary>Each once to warm up, then once for the figure.</summary>
    private async Task MeasureAsync(TestStore store, long tenant)
    {
        await ReadAsync(store, tenant);
        var read = await PerSecondAsync(() => ReadAsync(store, tenant));
        var verification = store.AuditVerification();
        await verification.VerifyAsync(tenant, CancellationToken.None);
        AuditReport? report = null;
        var used = Environment.CpuUsage.TotalTime;
        var verified = await PerSecondAsync(async () => (report = await verification.VerifyAsync(tenant, CancellationToken.None)).Rows);
        var cpu = (Environment.CpuUsage.TotalTime - used).TotalSeconds;

        var name = store.Storage.Kind;
        Figures.Line($"{name}: rows read, nothing else", read, "/s");
        _figures.Goal($"{name}: rows verified", verified, "/s", verified >= Goal, Goal.ToString("#,0", CultureInfo.InvariantCulture));
        Figures.Line($"{name}: verified / read", verified / read, "");
        Figures.Line($"{name}: rows verified in a second of one core", report!.Rows / cpu, "/s");
        _figures.Goal($"{name}: problems", report.Problems, "", report.IsWhole && report.Rows == _rows, "0");
    }

    private static async Task<double> PerSecondAsync(Func<Task<long>> rows)
    {
        var start = Stopwatch.GetTimestamp();
        var count = await rows();
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<long> ReadAsync(TestStore store, long tenant)
    {
        await using var db = store.Db(tenant);
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = """SELECT * FROM "AuditEvents" WHERE "TenantId" = @tenant ORDER BY "Sequence" """;
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("tenant", tenant);
        command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new object[reader.FieldCount];
        var rows = 0L;
        while (await reader.ReadAsync())
        {
            reader.GetValues(values);
            rows++;
        }

        return rows;
    }
}
