using Microsoft.Extensions.Options;

namespace Inbox.Data;

/// <summary>The folder with the database file, media and keys. Only its owner may look inside.</summary>
public sealed class DataDirectory(IOptions<DataDirectoryOptions> options)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string FullPath => options.Value.FullPath;

    /// <exception cref="StartRefusedException">The folder cannot be made.</exception>
    public void Create() => Create(FullPath);

    /// <summary>A folder inside, made when it is missing.</summary>
    public string Folder(string name)
    {
        var path = Path.Combine(FullPath, name);
        Create(path);
        return path;
    }

    private static void Create(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The data directory {path} cannot be made: {error.Message}");
        }
    }
}
