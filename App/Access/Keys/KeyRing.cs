using System.Security.Cryptography;
using Inbox.Data;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Keys;

/// <summary>A key and the name by which what it encrypted finds it again.</summary>
public sealed record EncryptionKey(uint Id, byte[] Bytes)
{
    public static EncryptionKey Of(byte[] bytes) => new(BitConverter.ToUInt32(SHA256.HashData(bytes)), bytes);
}

/// <summary>
/// The installation's key-encryption keys: the current one from the configuration or from a file that is made at the
/// first start, and earlier ones.
/// </summary>
public sealed class KeyRing
{
    public const int KeySize = 32;

    private readonly Dictionary<uint, EncryptionKey> _keys = [];

    public KeyRing(IOptions<KeyOptions> options, DataDirectory directory)
    {
        foreach (var previous in options.Value.PreviousKeys)
        {
            Add(KeyOptions.Read(previous)!);
        }

        Current = Add(KeyOptions.Read(options.Value.KeyEncryptionKey) ?? OfFile(Path.Combine(directory.Folder("keys"), "kek")));
    }

    /// <summary>Encrypts what is written from now on.</summary>
    public EncryptionKey Current { get; }

    public EncryptionKey? Find(uint id) => _keys.GetValueOrDefault(id);

    private EncryptionKey Add(byte[] bytes)
    {
        var key = EncryptionKey.Of(bytes);
        return _keys[key.Id] = key;
    }

    private static byte[] OfFile(string path)
    {
        if (!File.Exists(path))
        {
            Write(path);
        }

        return KeyOptions.Read(File.ReadAllText(path))
            ?? throw new StartRefusedException($"The key file {path} is damaged. Put it back from a backup: without it the stored secrets cannot be read.");
    }

    private static void Write(string path)
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
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize))));
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
