using System.Globalization;
using System.Security.Cryptography;
using Inbox.Data;

namespace Inbox.Media;

/// <summary>What was written.</summary>
/// <param name="Key">The random name under which it lies.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Head">The first bytes, for finding out what it is.</param>
/// <param name="Pixels">Of a picture whose header says it.</param>
public sealed record StoredBytes(string Key, long Size, string Sha256, byte[] Head, PixelSize? Pixels = null);

/// <summary>
/// The bytes of files under random names, each business's by itself. They are written to the disk of this machine first and
/// then handed to their place, so nothing is held in memory and a place that does not answer costs nothing but time.
/// </summary>
public sealed partial class MediaStore(IMediaPlace place, DataDirectory data, ILogger<MediaStore> log)
{
    internal const string Folder = "media";
    internal const string PartEnding = ".part";

    private const int HeadLength = 4096;

    /// <summary>Writes the content as it comes.</summary>
    /// <param name="most">Bytes; above it nothing is kept.</param>
    /// <returns>Null when there is more than that.</returns>
    /// <exception cref="MediaUnavailableException">Its place did not take it; nothing is kept.</exception>
    public async Task<StoredBytes?> WriteAsync(long tenantId, Stream content, long most, CancellationToken cancellation)
    {
        var key = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var name = NameOf(tenantId, key);
        var part = Path.Combine(data.Folder(Path.Combine(Folder, Path.GetDirectoryName(name)!)), $"{key}{PartEnding}");
        try
        {
            if (await WriteAsync(key, part, content, most, cancellation) is not { } stored)
            {
                return null;
            }

            stored = stored with { Pixels = PixelSize.Of(part) };
            await place.KeepAsync(name, part, cancellation);
            return stored;
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <returns>Can be read from any position; null when it is not there.</returns>
    /// <exception cref="MediaUnavailableException">Its place does not answer.</exception>
    public Task<Stream?> OpenAsync(long tenantId, string key, CancellationToken cancellation) => place.OpenAsync(NameOf(tenantId, key), cancellation);

    /// <exception cref="MediaUnavailableException">Its place does not answer.</exception>
    public Task<bool> HasAsync(long tenantId, string key, CancellationToken cancellation) => place.HasAsync(NameOf(tenantId, key), cancellation);

    /// <summary>Removes it; one that stays behind costs room and nothing else.</summary>
    public async Task DeleteAsync(long tenantId, string key)
    {
        try
        {
            await place.DeleteAsync(NameOf(tenantId, key), CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            StaysBehind(error, tenantId, key);
        }
    }

    /// <summary>All files of a business, by names below its folder: <c>files/ab/ab12…</c>.</summary>
    /// <exception cref="MediaUnavailableException">Their place does not answer.</exception>
    public IAsyncEnumerable<string> NamesAsync(long tenantId, CancellationToken cancellation)
        => place.NamesAsync($"{FolderOf(tenantId)}files/", cancellation).Select(name => name[FolderOf(tenantId).Length..]);

    /// <param name="name">One of <see cref="NamesAsync"/>.</param>
    public Task<Stream?> OpenNamedAsync(long tenantId, string name, CancellationToken cancellation) => place.OpenAsync(FolderOf(tenantId) + name, cancellation);

    /// <exception cref="MediaUnavailableException">Some are left.</exception>
    public async Task DeleteAllAsync(long tenantId, CancellationToken cancellation)
    {
        await foreach (var name in place.NamesAsync($"{FolderOf(tenantId)}files/", cancellation))
        {
            await place.DeleteAsync(name, cancellation);
        }
    }

    /// <exception cref="StartRefusedException">Files cannot be kept as it is configured.</exception>
    public Task CheckAsync(CancellationToken cancellation) => place.CheckAsync(cancellation);

    /// <summary>Removes what is left of files whose writing was cut off.</summary>
    /// <param name="before">What was touched since then may still be written, by this process or another.</param>
    public void RemoveParts(DateTime before)
    {
        var media = data.Folder(Folder);
        Directory.EnumerateFiles(media, $"*{PartEnding}", SearchOption.AllDirectories).Where(part => File.GetLastWriteTimeUtc(part) < before).ToList().ForEach(File.Delete);
    }

    private static async Task<StoredBytes?> WriteAsync(string key, string part, Stream content, long most, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var head = new MemoryStream(HeadLength);
        long size = 0;
        await using var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        var buffer = new byte[64 * 1024];
        while (await content.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            size += read;
            if (size > most)
            {
                return null;
            }

            hash.AppendData(buffer, 0, read);
            head.Write(buffer, 0, Math.Min(read, HeadLength - (int)head.Length));
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        file.Flush(flushToDisk: true);
        return new StoredBytes(key, size, Convert.ToHexStringLower(hash.GetHashAndReset()), head.ToArray());
    }

    // Two letters of the name are a folder, so that none holds too many.
    private static string NameOf(long tenantId, string key) => $"{FolderOf(tenantId)}files/{key[..2]}/{key}";

    private static string FolderOf(long tenantId) => $"{tenantId.ToString(CultureInfo.InvariantCulture)}/";

    [LoggerMessage(LogLevel.Warning, "The bytes {Key} of business {TenantId} could not be removed and stay behind")]
    private partial void StaysBehind(Exception error, long tenantId, string key);
}
