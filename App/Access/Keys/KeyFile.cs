using System.Security.Cryptography;
using System.Text;
using Inbox.Data;

namespace Inbox.Access.Keys;

/// <summary>A key of 32 bytes as Base64 in a file that only its owner may read.</summary>
internal static class KeyFile
{
    /// <summary>Reads the key, and makes one where there is no file.</summary>
    /// <param name="without">What cannot be done without the key, to end the sentence of a refusal: "the stored secrets cannot be read".</param>
    /// <exception cref="StartRefusedException">The file holds no key.</exception>
    public static byte[] ReadOrMake(string path, string without)
    {
        if (!File.Exists(path))
        {
            Write(path, RandomNumberGenerator.GetBytes(KeyRing.KeySize));
        }

        return Read(path) ?? throw new StartRefusedException($"The key file {path} is damaged. Put it back from a backup: without it {without}.");
    }

    /// <returns>Null when the file holds no key.</returns>
    public static byte[]? Read(string path) => KeyOptions.Read(File.ReadAllText(path));

    /// <summary>Puts a new key in the place of the file's; a process that is killed here leaves one of the two.</summary>
    public static byte[] Replace(string path)
    {
        var key = RandomNumberGenerator.GetBytes(KeyRing.KeySize);
        var next = $"{path}.next";
        File.Delete(next);
        Write(next, key);
        File.Move(next, path, overwrite: true);
        return key;
    }

    /// <summary>Writes the key unless a file is there already.</summary>
    public static void Write(string path, byte[] key)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Under another name first: a process that is killed here must not leave half a key.
        var unfinished = $"{path}.{Environment.ProcessId}";
        File.Delete(unfinished);
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(key)));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(unfinished, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(unfinished);   // another process was first
        }
    }
}
