using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Inbox.Operations.Backups;

/// <summary>Reads a backup archive. What it hands out is proven: by hash, and the hashes by the passphrase.</summary>
internal sealed class ArchiveReader : IDisposable
{
    // Far above any real one; keeps a forged archive from filling the memory.
    private const int LargestManifest = 64 * 1024 * 1024;

    private readonly ZipArchive _zip;

    private ArchiveReader(ZipArchive zip, BackupManifest manifest, IReadOnlyDictionary<string, byte[]> keys)
        => (_zip, Manifest, Keys) = (zip, manifest, keys);

    public BackupManifest Manifest { get; }

    /// <summary>Key files by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Keys { get; }

    /// <exception cref="BackupException">It is no complete archive, or the passphrase is wrong.</exception>
    public static async Task<ArchiveReader> OpenAsync(string path, string passphrase, CancellationToken cancellation)
    {
        ZipArchive? zip = null;
        try
        {
            zip = await ZipFile.OpenReadAsync(path, cancellation);
            var manifest = await BytesAsync(zip, ArchiveWriter.ManifestName, cancellation);
            var keys = Sealed.Open(await BytesAsync(zip, ArchiveWriter.KeysName, cancellation), passphrase, manifest);
            var reader = new ArchiveReader(zip, BackupManifest.Read(manifest), JsonSerializer.Deserialize<Dictionary<string, byte[]>>(keys) ?? []);
            zip = null;
            return reader;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new BackupException("The archive is not complete or not a backup. Nothing was restored.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The archive cannot be read: {error.Message}", error);
        }
        finally
        {
            zip?.Dispose();
        }
    }

    /// <summary>Writes every part below the folder for its name and checks it on the way.</summary>
    /// <exception cref="BackupException">A part is missing, longer, or not what the manifest says.</exception>
    public async Task ExtractAsync(Func<string, string> folder, CancellationToken cancellation)
    {
        try
        {
            foreach (var part in Manifest.Parts)
            {
                await ExtractAsync(part, Inside(folder(part.Name), part.Name), cancellation);
            }
        }
        catch (InvalidDataException error)
        {
            throw new BackupException("The archive is damaged. Nothing was restored.", error);
        }
    }

    /// <returns>The path below the folder.</returns>
    /// <exception cref="BackupException">The name leads out of it.</exception>
    public static string Inside(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new BackupException($"The archive holds a part with a name that leads elsewhere: {name}");
    }

    public void Dispose() => _zip.Dispose();

    private async Task ExtractAsync(BackupPart part, string path, CancellationToken cancellation)
    {
        var entry = _zip.GetEntry(part.Name) ?? throw new BackupException($"The archive lacks {part.Name}. Nothing was restored.");
        DataFiles.CreatePrivateFolder(Path.GetDirectoryName(path)!);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var content = await entry.OpenAsync(cancellation);
        await using var file = DataFiles.CreatePrivate(path);
        var size = await Hashing.CopyAsync(content, file, hash, cancellation);
        if (size != part.Size || Convert.ToHexStringLower(hash.GetHashAndReset()) != part.Sha256)
        {
            throw new BackupException($"{part.Name} in the archive is damaged. Nothing was restored.");
        }

        file.Flush(flushToDisk: true);
    }

    private static async Task<byte[]> BytesAsync(ZipArchive zip, string name, CancellationToken cancellation)
    {
        var entry = zip.GetEntry(name);
        if (entry is null or { Length: > LargestManifest })
        {
            throw new InvalidDataException($"No {name}.");
        }

        var bytes = new byte[entry.Length];
        await using var content = await entry.OpenAsync(cancellation);
        await content.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }
}
