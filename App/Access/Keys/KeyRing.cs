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

        Current = Add(KeyOptions.Read(options.Value.KeyEncryptionKey) ?? KeyFile.ReadOrMake(Path.Combine(directory.Folder("keys"), "kek"), "the stored secrets cannot be read"));
    }

    /// <summary>Encrypts what is written from now on.</summary>
    public EncryptionKey Current { get; }

    public EncryptionKey? Find(uint id) => _keys.GetValueOrDefault(id);

    private EncryptionKey Add(byte[] bytes)
    {
        var key = EncryptionKey.Of(bytes);
        return _keys[key.Id] = key;
    }
}
