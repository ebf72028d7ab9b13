using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Inbox.Access.Keys;
using Inbox.Audit;
using Inbox.Operations.Health;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.Backups;

/// <summary>Writes one archive of database, media and keys while the server runs beside it.</summary>
public sealed class Backup(DataFiles files, IOptions<KeyOptions> keyOptions, TimeProvider clock)
{
    public const string DatabaseName = "inbox.db";
    public const string MediaPrefix = "media/";

    /// <summary>The key-encryption key below the keys folder; see <see cref="KeyRing"/>.</summary>
    private const string KeyFile = "kek";

    /// <param name="target">Must not exist; appears only when it is complete.</param>
    /// <param name="passphrase">Closes the keys; without it they cannot be restored.</param>
    /// <exception cref="BackupException">It cannot be made; nothing is left behind.</exception>
    public async Task<BackupManifest> WriteAsync(string target, string passphrase, CancellationToken cancellation)
    {
        files.RequireSqlite("backup");
        Passphrases.Require(passphrase);
        var path = Path.GetFullPath(target);
        if (File.Exists(path) || Directory.Exists(path))
        {
            throw new BackupException($"{path} exists already. Choose another name: a backup overwrites nothing.");
        }

        if (!File.Exists(files.Database))
        {
            throw new BackupException($"There is no database at {files.Database}.");
        }

        var part = path + ".part";
        var copy = path + ".db";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var manifest = await WriteAsync(part, copy, passphrase, cancellation);
            File.Move(part, path);
            return manifest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            throw new BackupException($"The backup could not be written: {error.Message}", error);
        }
        finally
        {
            File.Delete(copy);
            File.Delete(part);
        }
    }

    private async Task<BackupManifest> WriteAsync(string part, string copy, string passphrase, CancellationToken cancellation)
    {
        File.Delete(part);
        File.Delete(copy);

        // VACUUM INTO writes into an empty file: made first, so that nobody else may read it.
        await DataFiles.CreatePrivate(copy).DisposeAsync();
        new SqliteFile(files.Database).CopyTo(copy);
        var database = new SqliteFile(copy);
        database.Check();

        await using var stream = DataFiles.CreatePrivate(part);
        BackupManifest manifest;
        using (var archive = new ArchiveWriter(stream))
        {
            await AddAsync(archive, DatabaseName, copy, CompressionLevel.Fastest, cancellation);

            // After the database: a row never names a file that came later.
            foreach (var (name, file) in DataFiles.Below(files.Media))
            {
                await AddAsync(archive, MediaPrefix + name, file, CompressionLevel.NoCompression, cancellation);
            }

            manifest = new BackupManifest(
                BackupManifest.CurrentFormat, HealthJson.Version, clock.GetUtcNow().UtcDateTime, database.NewestMigration(), archive.Parts, database.Rows());
            await archive.FinishAsync(manifest, await KeysAsync(cancellation), passphrase, cancellation);
        }

        stream.Flush(flushToDisk: true);
        return manifest;
    }

    private static async Task AddAsync(ArchiveWriter archive, string name, string file, CompressionLevel compression, CancellationToken cancellation)
    {
        await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await archive.AddAsync(name, content, compression, cancellation);
    }

    private async Task<byte[]> KeysAsync(CancellationToken cancellation)
    {
        var keys = new Dictionary<string, byte[]>();
        foreach (var (name, file) in DataFiles.Below(files.Keys))
        {
            keys[name] = await File.ReadAllBytesAsync(file, cancellation);
        }

        if (keyOptions.Value.KeyEncryptionKey is { Length: > 0 } configured)
        {
            // So that the archive opens on a machine without this configuration.
            keys[KeyFile] = Encoding.ASCII.GetBytes(configured.Trim());
        }

        if (keyOptions.Value.AuditKey is { Length: > 0 } audit)
        {
            keys[AuditKeys.FileName] = Encoding.ASCII.GetBytes(audit.Trim());
        }

        return JsonSerializer.SerializeToUtf8Bytes(keys);
    }
}
