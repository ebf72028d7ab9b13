using System.IO.Compression;
using System.Security.Cryptography;

namespace Inbox.Operations.Backups;

/// <summary>Writes a backup archive (zip): parts, then the manifest with their hashes, then the sealed keys.</summary>
internal sealed class ArchiveWriter(Stream target) : IDisposable
{
    public const string ManifestName = "manifest.json";
    public const string KeysName = "keys.sealed";

    private readonly ZipArchive _zip = new(target, ZipArchiveMode.Create, leaveOpen: true);
    private readonly List<BackupPart> _parts = [];

    public IReadOnlyList<BackupPart> Parts => _parts;

    public async Task AddAsync(string name, Stream content, CompressionLevel compression, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var entry = await _zip.CreateEntry(name, compression).OpenAsync(cancellation);
        var size = await Hashing.CopyAsync(content, entry, hash, cancellation);
        _parts.Add(new BackupPart(name, size, Convert.ToHexStringLower(hash.GetHashAndReset())));
    }

    public async Task FinishAsync(BackupManifest manifest, byte[] keys, string passphrase, CancellationToken cancellation)
    {
        var bytes = manifest.ToBytes();
        await PutAsync(ManifestName, bytes, cancellation);
        await PutAsync(KeysName, Sealed.Close(keys, passphrase, bytes), cancellation);
    }

    public void Dispose() => _zip.Dispose();

    private async Task PutAsync(string name, byte[] bytes, CancellationToken cancellation)
    {
        await using var entry = await _zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(cancellation);
        await entry.WriteAsync(bytes, cancellation);
    }
}

internal static class Hashing
{
    /// <returns>The number of bytes copied.</returns>
    public static async Task<long> CopyAsync(Stream from, Stream to, IncrementalHash hash, CancellationToken cancellation)
    {
        var buffer = new byte[128 * 1024];
        long size = 0;
        int read;
        while ((read = await from.ReadAsync(buffer, cancellation)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
            size += read;
        }

        return size;
    }
}
