using Inbox.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.Backups;

/// <summary>What a restore put in place.</summary>
/// <param name="MovedTo">Where the old files went; null when there were none.</param>
/// <param name="MaybeSent">Sends that were waiting when the backup was made.</param>
public sealed record Restored(BackupManifest Manifest, string? MovedTo, int MaybeSent);

/// <summary>
/// Puts an archive in the place of the installation's files. Everything is unpacked and proven beside them first; then
/// files change places by renaming, and a failure renames them back.
/// </summary>
public sealed class Restore(DataFiles files, InstallationLock installation, IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    /// <param name="replace">Move an existing database aside instead of refusing.</param>
    /// <exception cref="BackupException">It cannot be restored; the installation is as it was.</exception>
    public async Task<Restored> RunAsync(string archivePath, string passphrase, bool replace, CancellationToken cancellation)
    {
        files.RequireSqlite("restore");
        HoldInstallation();
        if (File.Exists(files.Database) && !replace)
        {
            throw new BackupException($"There is a database at {files.Database}. With --replace it is moved aside, and the archive takes its place.");
        }

        var stamp = clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture);
        var staging = Path.Combine(files.Folder, $"restoring-{stamp}-{Guid.NewGuid():N}");
        // The database may be on another file system than the data directory, and a rename cannot cross.
        var besideDatabase = Path.Combine(Path.GetDirectoryName(files.Database)!, Path.GetFileName(staging));
        var stagedDatabase = Path.Combine(besideDatabase, Backup.DatabaseName);
        try
        {
            using var archive = await ArchiveReader.OpenAsync(Path.GetFullPath(archivePath), passphrase, cancellation);
            await RequireKnownAsync(archive.Manifest, cancellation);
            DataFiles.CreatePrivateFolder(staging);
            await archive.ExtractAsync(name => name == Backup.DatabaseName ? besideDatabase : staging, cancellation);
            await KeysAsync(archive, Path.Combine(staging, "keys"), cancellation);
            var database = new SqliteFile(stagedDatabase);
            database.Check();
            var waiting = database.Prepare();
            database.Close();
            return new Restored(archive.Manifest, Exchange(staging, stagedDatabase, $"replaced-{stamp}"), waiting);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new BackupException($"The archive could not be restored: {error.Message}", error);
        }
        finally
        {
            foreach (var folder in new[] { staging, besideDatabase }.Where(Directory.Exists))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private void HoldInstallation()
    {
        try
        {
            installation.Take();
        }
        catch (StartRefusedException error)
        {
            throw new BackupException($"{string.Join(' ', error.Problems)} Nothing was changed.", error);
        }
    }

    // A later version may have changed what rows mean; an earlier one's tables are brought up to date by the next start.
    private async Task RequireKnownAsync(BackupManifest manifest, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (!db.Database.GetMigrations().Contains(manifest.Migration))
        {
            throw new BackupException($"The archive was written by version {manifest.Version}, whose tables this version does not know. Restore it with that version or a later one.");
        }
    }

    private static async Task KeysAsync(ArchiveReader archive, string folder, CancellationToken cancellation)
    {
        foreach (var (name, content) in archive.Keys)
        {
            var path = ArchiveReader.Inside(folder, name);
            DataFiles.CreatePrivateFolder(Path.GetDirectoryName(path)!);
            await using var file = DataFiles.CreatePrivate(path);
            await file.WriteAsync(content, cancellation);
            file.Flush(flushToDisk: true);
        }
    }

    private void CloseOld()
    {
        try
        {
            new SqliteFile(files.Database).Close();
        }
        catch (SqliteException)
        {
            // A damaged database is what a restore is for; its log is moved aside with it.
        }
    }

    /// <returns>Where the old files are; null when there were none.</returns>
    private string? Exchange(string staging, string stagedDatabase, string asideName)
    {
        if (File.Exists(files.Database))
        {
            CloseOld();
        }

        using var moves = new Moves();
        var aside = Path.Combine(files.Folder, asideName);
        var asideDatabase = Path.Combine(Path.GetDirectoryName(files.Database)!, asideName);
        foreach (var path in new[] { files.Media, files.Keys })
        {
            moves.Move(path, Path.Combine(aside, Path.GetFileName(path)));
        }

        foreach (var path in new[] { files.Database + "-wal", files.Database + "-shm", files.Database })
        {
            moves.Move(path, Path.Combine(asideDatabase, Path.GetFileName(path)));
        }

        moves.Move(Path.Combine(staging, "media"), files.Media);
        moves.Move(Path.Combine(staging, "keys"), files.Keys);
        moves.Move(stagedDatabase, files.Database);
        moves.Keep();
        return new[] { asideDatabase, aside }.FirstOrDefault(Directory.Exists);
    }
}
