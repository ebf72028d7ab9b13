using System.Globalization;
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
/// The installation's key-encryption keys: the current one from the configuration or from the file <c>keys/kek</c>, which
/// is made at the first start, and earlier ones from the configuration or from files <c>keys/kek.NUMBER</c>.
/// </summary>
public sealed class KeyRing
{
    public const int KeySize = 32;

    private const string FileName = "kek";

    private readonly Dictionary<uint, EncryptionKey> _keys = [];
    private readonly string _path;
    private readonly bool _isConfigured;

    public KeyRing(IOptions<KeyOptions> options, DataDirectory directory)
    {
        var folder = directory.Folder("keys");
        _path = Path.Combine(folder, FileName);
        var earlier = options.Value.PreviousKeys.Select(text => KeyOptions.Read(text)!)
            .Concat(Directory.EnumerateFiles(folder, $"{FileName}.*").Select(KeyFile.Read).OfType<byte[]>());
        foreach (var key in earlier)
        {
            Add(key);
        }

        _isConfigured = KeyOptions.Read(options.Value.KeyEncryptionKey) is not null;
        Current = Add(KeyOptions.Read(options.Value.KeyEncryptionKey) ?? KeyFile.ReadOrMake(_path, "the stored secrets cannot be read"));
    }

    /// <summary>Encrypts what is written from now on.</summary>
    public EncryptionKey Current { get; private set; }

    public IReadOnlyCollection<EncryptionKey> All => _keys.Values;

    public EncryptionKey? Find(uint id) => _keys.GetValueOrDefault(id);

    /// <summary>Makes a new key in the place of the file's; the old one stays beside it under its number.</summary>
    /// <returns>False when the key comes from the configuration.</returns>
    internal bool Rotate()
    {
        if (_isConfigured)
        {
            return false;
        }

        KeyFile.Write(string.Create(CultureInfo.InvariantCulture, $"{_path}.{Current.Id}"), Current.Bytes);
        Current = Add(KeyFile.Replace(_path));
        return true;
    }

    private EncryptionKey Add(byte[] bytes)
    {
        var key = EncryptionKey.Of(bytes);
        return _keys[key.Id] = key;
    }
}
