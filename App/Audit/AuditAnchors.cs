using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Audit;

/// <summary>
/// The ends of all chains as they were on a day, in a signed file of the data directory that backups take along. Whoever
/// holds key and database could sign other rows; a copy of such a file that he does not reach shows it.
/// </summary>
public sealed class AuditAnchors(DataDirectory directory, AuditKeys keys, IServiceScopeFactory scopes, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private string Folder => Path.Combine(directory.FullPath, "keys", "anchors");

    /// <summary>Writes the file of today, unless it is there.</summary>
    /// <returns>The chains that grew since the file before; nothing when today's was there.</returns>
    public async Task<IReadOnlyList<AuditEnd>> WriteAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var path = Path.Combine(directory.Folder("keys/anchors"), $"{now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.json");
        if (File.Exists(path))
        {
            return [];
        }

        var before = Read().LastOrDefault()?.Ends.ToDictionary(end => end.TenantId, end => end.Sequence) ?? [];
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var tips = await db.Set<AuditTip>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().OrderBy(tip => tip.TenantId).ToListAsync(cancellation);
        var ends = tips.Where(tip => AuditHash.IsTrue(tip, keys)).Select(tip => new AuditEnd(tip.TenantId, tip.Sequence, Convert.ToHexStringLower(tip.Hash))).ToList();
        var anchor = new Anchor(now.UtcDateTime, ends, keys.Current.Id, "");
        var unfinished = $"{path}.{Environment.ProcessId}";
        await File.WriteAllTextAsync(unfinished, JsonSerializer.Serialize(anchor with { Signature = Sign(anchor, keys.Current) }, Json), cancellation);
        File.Move(unfinished, path, overwrite: true);
        return [.. ends.Where(end => end.Sequence > before.GetValueOrDefault(end.TenantId))];
    }

    /// <summary>The hashes of rows of a chain by their numbers, as they were anchored. A file that is not signed by us says nothing.</summary>
    public IReadOnlyDictionary<long, byte[]> Of(long tenantId)
    {
        var known = new Dictionary<long, byte[]>();
        foreach (var end in Read().SelectMany(anchor => anchor.Ends).Where(end => end.TenantId == tenantId && end.Sequence > 0))
        {
            known[end.Sequence] = Convert.FromHexString(end.Hash);
        }

        return known;
    }

    /// <summary>The businesses that had a chain.</summary>
    public IEnumerable<long> Tenants() => Read().SelectMany(anchor => anchor.Ends).Select(end => end.TenantId).Distinct();

    private List<Anchor> Read()
        => !Directory.Exists(Folder) ? []
            : [.. from path in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal)
                  let anchor = Parse(File.ReadAllText(path))
                  where anchor is not null
                  select anchor];

    private Anchor? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Anchor>(text, Json) is { Ends: not null, Signature: not null } anchor && keys.Find(anchor.KeyId) is { } key
                && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(Sign(anchor, key)), System.Text.Encoding.ASCII.GetBytes(anchor.Signature))
                ? anchor
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Sign(Anchor anchor, AuditKey key)
        => Convert.ToHexStringLower(HMACSHA256.HashData(key.Bytes, JsonSerializer.SerializeToUtf8Bytes(anchor with { Signature = "inbox-audit-anchor-1" }, Json)));

    private sealed record Anchor(DateTime At, IReadOnlyList<AuditEnd> Ends, long KeyId, string Signature);
}

/// <summary>Where a chain ended.</summary>
/// <param name="Hash">Of its last row, hex.</param>
public sealed record AuditEnd(long TenantId, long Sequence, string Hash);

/// <summary>Writes the anchor of each day: at the start and then every hour where the day has none.</summary>
internal sealed partial class AuditAnchorWorker(AuditAnchors anchors, AuditAnchorMails mails, TimeProvider clock, ILogger<AuditAnchorWorker> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await mails.SendAsync(await anchors.WriteAsync(stoppingToken), stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(error);   // the database or disk may be away; the next hour tries again
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "The audit anchor of today could not be written")]
    private partial void Failed(Exception error);
}
