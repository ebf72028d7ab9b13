using System.Globalization;
using System.Security.Cryptography;
using Inbox.Data;

namespace Inbox.Media;

/// <summary>What was written.</summary>
/// <param name="Key">The random name under which it lies.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Head">The first bytes, for finding out what it is.</param>
public sealed record StoredBytes(string Key, long Size, string Sha256, byte[] Head);

/// <summary>
/// The bytes of files, on disk under random names in the folder of their business, which goes with the business. A file is
/// there whole or not at all.
/// </summary>
public sealed class MediaStore(DataDirectory data)
{
    private const int HeadLength = 4096;
    private const string Media = "media";
    private const string PartEnding = ".part";

    /// <summary>Writes the content as it comes.</summary>
    /// <param name="most">Bytes; above it nothing is kept.</param>
    /// <returns>Null when there is more than that.</returns>
    public async Task<StoredBytes?> WriteAsync(long tenantId, Stream content, long most, CancellationToken cancellation)
    {
        var key = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var path = Path.Combine(data.Folder(Folder(tenantId, key)), key);
        var part = $"{path}{PartEnding}";
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var head = new MemoryStream(HeadLength);
            long size = 0;
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
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
            }

            File.Move(part, path);
            return new StoredBytes(key, size, Convert.ToHexStringLower(hash.GetHashAndReset()), head.ToArray());
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <returns>Null when it is not there.</returns>
    public string? Find(long tenantId, string key) => PathOf(tenantId, key) is var path && File.Exists(path) ? path : null;

    public void Delete(long tenantId, string key) => File.Delete(PathOf(tenantId, key));

    /// <summary>Removes what is left of files whose writing was cut off.</summary>
    /// <param name="before">What was touched since then may still be written, by this process or another.</param>
    public void RemoveParts(DateTime before)
    {
        var media = data.Folder(Media);
        Directory.EnumerateFiles(media, $"*{PartEnding}", SearchOption.AllDirectories).Where(part => File.GetLastWriteTimeUtc(part) < before).ToList().ForEach(File.Delete);
    }

    private string PathOf(long tenantId, string key) => Path.Combine(data.FullPath, Folder(tenantId, key), key);

    // Two letters of the name are a folder, so that none holds too many.
    private static string Folder(long tenantId, string key) => Path.Combine(Media, tenantId.ToString(CultureInfo.InvariantCulture), "files", key[..2]);
}
