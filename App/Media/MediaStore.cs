using System.Security.Cryptography;
using Inbox.Data;
using Microsoft.Extensions.Options;

namespace Inbox.Media;

/// <summary>What was written.</summary>
/// <param name="Key">The random name under which it lies.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Head">The first bytes, for finding out what it is.</param>
public sealed record StoredBytes(string Key, long Size, string Sha256, byte[] Head);

/// <summary>The bytes of files, on disk under random names. A file is there whole or not at all.</summary>
public sealed class MediaStore(DataDirectory data, IOptions<MediaOptions> options)
{
    private const int HeadLength = 4096;

    /// <summary>Writes the content as it comes.</summary>
    /// <param name="most">Bytes; above it nothing is kept.</param>
    /// <returns>Null when there is more than that.</returns>
    public async Task<StoredBytes?> WriteAsync(Stream content, long most, CancellationToken cancellation)
    {
        var key = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var path = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = $"{path}.part";
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
    public string? Find(string key) => PathOf(key) is var path && File.Exists(path) ? path : null;

    public void Delete(string key) => File.Delete(PathOf(key));

    // Two letters of the name are a folder, so that none holds too many.
    private string PathOf(string key) => Path.Combine(data.FullPath, options.Value.Folder, key[..2], key);
}
