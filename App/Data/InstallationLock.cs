using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Inbox.Data;

/// <summary>
/// One server to a SQLite file: it counts ids and queues writers in memory. The operating system lets go of the lock when
/// the process ends, however it ends.
/// </summary>
public sealed class InstallationLock(InboxDbSource database, DataDirectory directory) : IDisposable
{
    private readonly List<FileStream> _files = [];

    /// <summary>Does nothing on a database that many processes may share.</summary>
    /// <exception cref="StartRefusedException">Another process has it.</exception>
    public void Take()
    {
        if (database.Provider != DatabaseProvider.Sqlite || _files.Count > 0)
        {
            return;
        }

        directory.Create();
        try
        {
            Take(Path.Combine(directory.FullPath, "inbox.lock"), $"The data directory {directory.FullPath}", "another Inbox:DataDirectory");
            if (DatabaseFile is { } file)
            {
                // Two data directories may name the same database.
                Take(file + ".lock", $"The database {file}", "another database");
            }
        }
        catch (StartRefusedException)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _files.ForEach(file => file.Dispose());
        _files.Clear();
    }

    private string? DatabaseFile
    {
        get
        {
            var connection = new SqliteConnectionStringBuilder(database.ConnectionString);
            return connection.Mode == SqliteOpenMode.Memory || connection.DataSource is "" or ":memory:" || connection.DataSource.StartsWith("file:", StringComparison.Ordinal) ? null : Path.GetFullPath(connection.DataSource);
        }
    }

    private void Take(string path, string what, string other)
    {
        FileStream lockFile;
        try
        {
            lockFile = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StartRefusedException($"{what} cannot be written: {error.Message}");
        }
        catch (DirectoryNotFoundException error)
        {
            throw new StartRefusedException($"{what} cannot be written: {error.Message}");
        }
        catch (IOException)
        {
            throw new StartRefusedException(
                $"Another Inbox process{Holder(path)} already uses {char.ToLowerInvariant(what[0])}{what[1..]}. Stop it first, or give this one {other}.");
        }

        _files.Add(lockFile);
        lockFile.SetLength(0);
        lockFile.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        lockFile.Flush();
    }

    private static string Holder(string path)
    {
        try
        {
            using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return int.TryParse(file.ReadToEnd(), CultureInfo.InvariantCulture, out var id) ? $" (number {id})" : "";
        }
        catch (IOException)
        {
            return "";   // some systems do not let a locked file be read
        }
    }
}
