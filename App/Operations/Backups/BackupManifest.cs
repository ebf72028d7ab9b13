using System.Text.Json;

namespace Inbox.Operations.Backups;

/// <summary>What an archive holds. It is the last readable part; the sealed keys also prove that nobody changed it.</summary>
/// <param name="Format">Raised when an older version could not read the archive any more.</param>
/// <param name="Version">Of the product that wrote it.</param>
/// <param name="Migration">The newest migration in its database.</param>
/// <param name="Rows">Numbers of rows, for people.</param>
public sealed record BackupManifest(
    int Format, string Version, DateTime CreatedAt, string Migration, IReadOnlyList<BackupPart> Parts, IReadOnlyDictionary<string, long> Rows)
{
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="BackupException">It is no manifest, or one of a later format.</exception>
    public static BackupManifest Read(byte[] bytes)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(bytes, Json);
            return manifest switch
            {
                { Format: > CurrentFormat } => throw new BackupException($"The archive was written by version {manifest.Version}, which is newer than this one. Restore it with that version or a later one."),
                { Format: > 0, Parts: not null, Rows: not null, Migration: not null } => manifest,
                _ => throw new BackupException("The archive's manifest cannot be read."),
            };
        }
        catch (JsonException error)
        {
            throw new BackupException("The archive's manifest cannot be read.", error);
        }
    }
}

/// <param name="Name">Path inside the archive.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record BackupPart(string Name, long Size, string Sha256);

/// <summary>A backup or restore cannot go on; the message is for the person at the keyboard.</summary>
public sealed class BackupException(string message, Exception? cause = null) : Exception(message, cause);
