using System.Runtime.CompilerServices;
using Inbox.Data;

namespace Inbox.Media;

/// <summary>The folder <c>media</c> of the data directory.</summary>
public sealed class DiskPlace(DataDirectory data) : IMediaPlace
{
    public Task KeepAsync(string name, string part, CancellationToken cancellation)
    {
        File.Move(part, PathOf(name));
        return Task.CompletedTask;
    }

    public Task<Stream?> OpenAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaUnavailableException("The file cannot be read.", error);
        }
    }

    public Task<bool> HasAsync(string name, CancellationToken cancellation) => Task.FromResult(File.Exists(PathOf(name)));

    public Task DeleteAsync(string name, CancellationToken cancellation)
    {
        File.Delete(PathOf(name));
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<string> NamesAsync(string beginning, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        var folder = PathOf(beginning);
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
        {
            if (!path.EndsWith(MediaStore.PartEnding, StringComparison.Ordinal))
            {
                yield return Path.GetRelativePath(PathOf(""), path).Replace('\\', '/');
            }
        }
    }

    public Task CheckAsync(CancellationToken cancellation) => Task.CompletedTask;

    private string PathOf(string name) => Path.Combine(data.FullPath, MediaStore.Folder, name);
}
