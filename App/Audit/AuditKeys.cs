using System.Globalization;
using System.Security.Cryptography;
using Inbox.Access.Keys;
using Inbox.Data;
using Microsoft.Extensions.Options;

namespace Inbox.Audit;

/// <summary>A key that signs audit rows, and the number by which its rows name it.</summary>
public sealed record AuditKey(long Id, byte[] Bytes)
{
    public static AuditKey Of(byte[] bytes) => new(BitConverter.ToUInt32(SHA256.HashData(bytes)), bytes);
}

/// <summary>
/// The keys of the audit chains: the current one from the configuration or from the file <c>keys/audit</c>, which is made
/// at the first use, and earlier ones from the configuration or from files <c>keys/audit.NUMBER</c>.
/// </summary>
public sealed class AuditKeys(IOptions<KeyOptions> options, DataDirectory directory)
{
    internal const string FileName = "audit";

    private Lazy<Ring> _ring = new(() => Read(options.Value, directory));

    /// <summary>Signs what is written from now on.</summary>
    public AuditKey Current => _ring.Value.Current;

    /// <returns>Null when the key is not here.</returns>
    public AuditKey? Find(long id) => _ring.Value.All.GetValueOrDefault(id);

    private static Ring Read(KeyOptions options, DataDirectory directory)
    {
        var folder = directory.Folder("keys");
        var current = AuditKey.Of(KeyOptions.Read(options.AuditKey) ?? KeyFile.ReadOrMake(FileOf(folder), "the audit rows cannot be verified"));
        var earlier = options.PreviousAuditKeys.Select(text => KeyOptions.Read(text)!)
            .Concat(Directory.EnumerateFiles(folder, $"{Path.GetFileName(FileOf(folder))}.*").Select(KeyFile.Read).OfType<byte[]>())
            .Select(AuditKey.Of);
        return new Ring(current, earlier.Append(current).DistinctBy(key => key.Id).ToDictionary(key => key.Id));
    }

    /// <summary>Makes a new key in the place of the file's; the old one stays beside it under its number.</summary>
    /// <returns>False when the key comes from the configuration.</returns>
    internal bool Rotate()
    {
        if (KeyOptions.Read(options.Value.AuditKey) is not null)
        {
            return false;
        }

        var path = FileOf(directory.Folder("keys"));
        KeyFile.Write(string.Create(CultureInfo.InvariantCulture, $"{path}.{Current.Id}"), Current.Bytes);
        KeyFile.Replace(path);
        _ring = new Lazy<Ring>(() => Read(options.Value, directory));
        return true;
    }

    private static string FileOf(string folder) => Path.Combine(folder, FileName);

    private sealed record Ring(AuditKey Current, IReadOnlyDictionary<long, AuditKey> All);
}
