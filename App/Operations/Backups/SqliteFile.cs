using Microsoft.Data.Sqlite;

namespace Inbox.Operations.Backups;

/// <summary>A database file that no server has open, or a consistent copy of one that has.</summary>
internal sealed class SqliteFile(string path)
{
    private static readonly string[] Counted = ["Tenants", "Users", "Conversations", "Messages", "InboundDeliveries"];

    public string Path => path;

    /// <summary>
    /// Writes a copy that holds every commit made before the call. VACUUM INTO reads one snapshot and lets writers go on;
    /// the backup API would start over with each write of another process.
    /// </summary>
    public void CopyTo(string copy)
    {
        using var connection = Open(SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = "VACUUM INTO $copy";
        command.Parameters.AddWithValue("$copy", copy);
        command.ExecuteNonQuery();
    }

    /// <exception cref="BackupException">The file is damaged.</exception>
    public void Check()
    {
        using var connection = Open(SqliteOpenMode.ReadWrite);
        var integrity = Text(connection, "PRAGMA integrity_check(5)");
        if (integrity != "ok")
        {
            throw new BackupException($"The database is damaged: {integrity}");
        }

        var orphan = Text(connection, "PRAGMA foreign_key_check");
        if (orphan is not null)
        {
            throw new BackupException($"The database is damaged: a row of {orphan} points to one that is not there.");
        }
    }

    public IReadOnlyDictionary<string, long> Rows()
    {
        using var connection = Open(SqliteOpenMode.ReadOnly);
        return Counted.ToDictionary(table => table, table => Number(connection, $"SELECT COUNT(*) FROM \"{table}\""));
    }

    public string NewestMigration()
    {
        using var connection = Open(SqliteOpenMode.ReadOnly);
        return Text(connection, "SELECT MAX(\"MigrationId\") FROM \"__EFMigrationsHistory\"") ?? "";
    }

    /// <summary>
    /// Makes a copy fit to be served: the log mode that commits rely on, and sends that were waiting when it was taken are
    /// "maybe sent", since the old installation went on sending.
    /// </summary>
    /// <returns>How many sends were waiting.</returns>
    public int Prepare()
    {
        using var connection = Open(SqliteOpenMode.ReadWrite);
        Text(connection, "PRAGMA journal_mode = WAL");
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            UPDATE "Conversations" SET "LastMessageStatus" = 4
             WHERE "LastMessageId" IN (SELECT "MessageId" FROM "OutboxItems" WHERE "State" IN (0, 1)) AND "LastMessageStatus" IN (1, 2, 3);
            UPDATE "Messages" SET "Status" = 4, "ErrorCode" = 'restored', "ErrorDetail" = 'Was waiting to be sent when the backup was made.'
             WHERE "Id" IN (SELECT "MessageId" FROM "OutboxItems" WHERE "State" IN (0, 1)) AND "Status" IN (1, 2, 3);
            """;
        command.ExecuteNonQuery();
        command.CommandText = """UPDATE "OutboxItems" SET "State" = 4, "LeaseUntil" = NULL, "ErrorCode" = 'restored' WHERE "State" IN (0, 1)""";
        var waiting = command.ExecuteNonQuery();
        transaction.Commit();
        return waiting;
    }

    /// <summary>Merges the log into the file, so that the file alone is the database.</summary>
    public void Close()
    {
        using var connection = Open(SqliteOpenMode.ReadWrite);
        Text(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        // Not pooled: an open handle would keep the file's log alive while the file is moved.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }

#pragma warning disable CA2100 // the statements are constants of this class
    private static string? Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        return command.ExecuteScalar() as string;
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
#pragma warning restore CA2100
}
