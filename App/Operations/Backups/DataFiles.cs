using Inbox.Data;
using Microsoft.Data.Sqlite;

namespace Inbox.Operations.Backups;

/// <summary>What an installation keeps on its own disk: the SQLite file, media, keys.</summary>
public sealed class DataFiles(InboxDbSource source, DataDirectory directory)
{
    public string Folder => directory.FullPath;

    public string Database => Path.GetFullPath(new SqliteConnectionStringBuilder(source.ConnectionString).DataSource);

    public string Media => Path.Combine(Folder, "media");

    public string Keys => Path.Combine(Folder, "keys");

    /// <exception cref="BackupException">The database is a server's.</exception>
    public void RequireSqlite(string command)
    {
        if (source.Provider != DatabaseProvider.Sqlite)
        {
            throw new BackupException(
                $"'{command}' is for SQLite. This installation uses {source.Provider}, which has backups of its own that are consistent while it runs and can be restored to a point in time. "
                + $"Use {(source.Provider == DatabaseProvider.PostgreSql ? "pg_dump and pg_restore" : "BACKUP DATABASE and RESTORE DATABASE")}, and copy the folders {Media} and {Keys} beside it. docs/operations.md shows how.");
        }
    }

    /// <summary>Each file below a folder with its name relative to it, with forward slashes.</summary>
    public static IEnumerable<(string Name, string Path)> Below(string folder)
        => Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => (Path.GetRelativePath(folder, file).Replace('\\', '/'), file))
            : [];

    /// <summary>A file that only its owner may read.</summary>
    public static FileStream CreatePrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>A folder that only its owner may enter.</summary>
    public static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
