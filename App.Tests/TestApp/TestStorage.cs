using Inbox.Data;
using Inbox.Data.Providers;
using Inbox.Data.Providers.PostgreSql;
using Inbox.Data.Providers.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Inbox.Tests;

/// <summary>On which database a test class runs. Each class that says something about data runs on both.</summary>
public enum TestDatabase
{
    Sqlite,
    PostgreSql,
}

/// <summary>An empty, migrated database of its own and a data directory. Copied from one that is migrated once a run.</summary>
public sealed class TestStorage : IAsyncDisposable
{
    private static readonly Lazy<Task<byte[]>> SqliteTemplate = new(MigrateSqliteAsync);
    private static readonly Lazy<Task<PostgreSqlCluster>> PostgreSqlTemplate = new(MigratePostgreSqlAsync);
    private static readonly SemaphoreSlim Copying = new(1, 1);
    private static int _databases;

    private readonly TempFolder _folder = new();
    private string? _database;

    private TestStorage(TestDatabase kind) => Kind = kind;

    public TestDatabase Kind { get; }

    public string DataDirectory => _folder.Path;

    public string ConnectionString { get; private set; } = "";

    public DatabaseProvider Provider => Kind == TestDatabase.Sqlite ? DatabaseProvider.Sqlite : DatabaseProvider.PostgreSql;

    public static async Task<TestStorage> CreateAsync(TestDatabase kind)
    {
        var storage = new TestStorage(kind);
        if (kind == TestDatabase.Sqlite)
        {
            var file = storage._folder.File("inbox.db");
            await File.WriteAllBytesAsync(file, await SqliteTemplate.Value);
            storage.ConnectionString = SqliteInboxDb.ConnectionString(file);
        }
        else
        {
            await PostgreSqlCluster.StartedAsync();
            var cluster = await PostgreSqlTemplate.Value;
            storage._database = $"test_{Interlocked.Increment(ref _databases)}";
            await Copying.WaitAsync();
            try
            {
                await cluster.ExecuteAsync($"CREATE DATABASE {storage._database} TEMPLATE inbox_template STRATEGY FILE_COPY");
            }
            finally
            {
                Copying.Release();
            }

            storage.ConnectionString = cluster.ConnectionString(storage._database);
        }

        return storage;
    }

    public async ValueTask DisposeAsync()
    {
        if (Kind == TestDatabase.Sqlite)
        {
            await using var connection = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(connection);
        }
        else if (_database is not null)
        {
            await using (var connection = new NpgsqlConnection(ConnectionString))
            {
                NpgsqlConnection.ClearPool(connection);
            }

            await (await PostgreSqlTemplate.Value).ExecuteAsync($"DROP DATABASE {_database} WITH (FORCE)");
        }

        _folder.Dispose();
    }

    private static async Task<byte[]> MigrateSqliteAsync()
    {
        using var folder = new TempFolder();
        var file = folder.File("template.db");
        var options = new DbContextOptionsBuilder<SqliteInboxDb>();
        SqliteInboxDb.Configure(options, SqliteInboxDb.ConnectionString(file) + ";Pooling=False");
        await using (var db = new SqliteInboxDb(options.Options, DesignTime.Parts))
        {
            await db.Database.MigrateAsync();
        }

        return await File.ReadAllBytesAsync(file);
    }

    private static async Task<PostgreSqlCluster> MigratePostgreSqlAsync()
    {
        var cluster = await PostgreSqlCluster.StartedAsync();
        await cluster.ExecuteAsync("CREATE DATABASE inbox_template");
        var options = new DbContextOptionsBuilder<PostgreSqlInboxDb>();
        PostgreSqlInboxDb.Configure(options, cluster.ConnectionString("inbox_template") + ";Pooling=false");
        await using var db = new PostgreSqlInboxDb(options.Options, DesignTime.Parts);
        await db.Database.MigrateAsync();
        return cluster;
    }
}
