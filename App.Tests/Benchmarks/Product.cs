using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Inbox.Tests.Benchmarks;

/// <summary>The product as its own process on a fresh SQLite file with one WhatsApp number, looked at from outside.</summary>
internal sealed class Product : IAsyncDisposable
{
    public const string PhoneNumberId = "100000000001";
    public const string Secret = "app-secret-of-the-benchmark";

    private readonly TestStore _store;
    private readonly AppProcess _app;

    private Product(TestStore store, AppProcess app) => (_store, _app) = (store, app);

    public AppProcess App => _app;

    public static async Task<Product> StartAsync()
    {
        var store = await TestStore.CreateAsync(TestDatabase.Sqlite);
        var tenant = await store.GivenTenant("benchmark");
        await store.GivenWhatsApp(tenant.Id, PhoneNumberId);
        return new Product(store, await AppProcess.StartAsync(new AppProcessOptions
        {
            DataDirectory = store.Storage.DataDirectory,
            Environment = "Production",
            Settings = new Dictionary<string, string> { ["Inbox:Meta:AppSecret"] = Secret },
        }));
    }

    /// <summary>Returns when everything in the ledger is processed.</summary>
    public Task DrainedAsync() => Eventually.Async(() => Task.FromResult(Backlog() == 0), TimeSpan.FromMinutes(10), "the ledger is processed");

    public long LastDelivery() => Number("SELECT COALESCE(MAX(Id), 0) FROM InboundDeliveries");

    public long Backlog() => Number("SELECT COUNT(*) FROM InboundDeliveries WHERE State = 0");

    /// <summary>How many deliveries after the given one were processed, and when the last of them was.</summary>
    public (long Count, DateTime Last) ProcessedAfter(long delivery)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*), MAX(ProcessedAt) FROM InboundDeliveries WHERE Id > @after AND State = 1";
        command.Parameters.AddWithValue("@after", delivery);
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.IsDBNull(1) ? default : DateTime.Parse(row.GetString(1), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal));
    }

    /// <summary>Messages of the run, and all statuses and reactions.</summary>
    public long Items(string run)
        => Messages(run).Messages + Number("SELECT COUNT(*) FROM MessageStatuses") + Number("SELECT COUNT(*) FROM Reactions");

    public (long Messages, long Different) Messages(string run)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*), COUNT(DISTINCT ExternalId) FROM Messages WHERE ExternalId LIKE @run";
        command.Parameters.AddWithValue("@run", $"wamid.{run}.%");
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _store.DisposeAsync();
    }

    private long Number(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_store.Storage.DataDirectory, "inbox.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }
}
