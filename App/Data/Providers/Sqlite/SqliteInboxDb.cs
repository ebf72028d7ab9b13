using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using SQLitePCL;

namespace Inbox.Data.Providers.Sqlite;

public sealed class SqliteInboxDb(DbContextOptions<SqliteInboxDb> options, InboxDbParts parts) : InboxDb(options, parts)
{
    public static void Configure(DbContextOptionsBuilder options, string connectionString)
        => options.UseSqlite(connectionString, Providers.Collections.AsOneParameter).AddInterceptors(Durable.Instance);

    public static string ConnectionString(string file)
        => new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = 5 }.ToString();

    internal override long TakeIds(string table, int count)
    {
        using var connection = new SqliteConnection(Database.GetConnectionString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the table name comes from the model
        command.CommandText = $"SELECT COALESCE(MAX(\"Id\"), 0) + 1 FROM \"{table}\"";
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        foreach (var id in modelBuilder.NumberedIds())
        {
            id.SetValueGenerationStrategy(SqliteValueGenerationStrategy.None);
            if (EF.IsDesignTime)
            {
                // A migration's snapshot does not write the strategy None (EF 10) and would be taken for AUTOINCREMENT again.
                id.ValueGenerated = ValueGenerated.Never;
            }
        }
    }

    /// <summary>A commit is on disk when it returns: WAL with a full sync (SQLite documentation, "PRAGMA synchronous").</summary>
    private sealed class Durable : DbConnectionInterceptor
    {
        public static readonly Durable Instance = new();

        // The pool keeps the handle and its settings: each open of a pooled connection would set them again.
        private readonly ConditionalWeakTable<sqlite3, object> _set = [];

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            if (((SqliteConnection)connection).Handle is { } handle && _set.TryGetValue(handle, out _))
            {
                return;
            }

            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;";
            command.ExecuteNonQuery();
            _set.TryAdd(((SqliteConnection)connection).Handle!, this);
        }

        // SQLite has no asynchronous calls: the await would only cost.
        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}

internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteInboxDb>
{
    public SqliteInboxDb CreateDbContext(string[] args)
        => new(new DbContextOptionsBuilder<SqliteInboxDb>().UseSqlite("Data Source=design.db").Options, DesignTime.Parts);
}
