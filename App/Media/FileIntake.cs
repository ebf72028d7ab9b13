using System.Collections.Concurrent;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Media;

/// <summary>Takes files in, whoever brings them: room, type by content, bytes that are here already.</summary>
public sealed class FileIntake(MediaStore store, TimeProvider clock, IOptions<MediaOptions> options)
{
    /// <summary>A picture of more is a burden for every browser that shows it, however few bytes it has.</summary>
    private const long MostPixels = 100_000_000;

    private const long Megabyte = 1_000_000;
    private const int UploadsAtOnce = 8;
    private const int UploadsOfOne = 3;
    private const int ArrivalsAtOnce = 64;

    // Summed anew after it: other nodes take files in too, and old ones go.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(long Tenant, bool IsArriving, string? Who), int> _uploading = new();
    private readonly ConcurrentDictionary<long, (long Bytes, long SummedAt)> _used = new();

    /// <summary>The largest file, in bytes.</summary>
    public long Largest => options.Value.LargestMegabytes * Megabyte;

    /// <summary>What the business's files take, and what they may.</summary>
    public async Task<StorageUse> UseAsync(InboxDb db, long tenantId, CancellationToken cancellation)
        => new(await Stored(db, tenantId).SumAsync(file => file.Size ?? 0, cancellation), Quota);

    /// <summary>The business has used up its room, as far as this node knew it half a minute ago and has taken in since.</summary>
    public async Task<bool> IsFullAsync(InboxDb db, long tenantId, CancellationToken cancellation)
    {
        if (Quota is not { } quota)
        {
            return false;
        }

        if (!_used.TryGetValue(tenantId, out var known) || clock.GetElapsedTime(known.SummedAt) > FreshFor)
        {
            _used[tenantId] = known = ((await UseAsync(db, tenantId, cancellation)).Used, clock.GetTimestamp());
        }

        return known.Bytes >= quota;
    }

    /// <summary>There is no room for another upload: what people choose and do not send may take a tenth, and the rest is for what customers send.</summary>
    /// <param name="channelId">Of what customers upload, who have a tenth of their own for files whose message has not arrived; null: of people.</param>
    public async Task<bool> IsFullForUploadsAsync(InboxDb db, long tenantId, CancellationToken cancellation, long? channelId = null)
    {
        if (Quota is not { } quota)
        {
            return false;
        }

        var used = await Stored(db, tenantId).GroupBy(file => new { IsUnsent = file.MessageId == null, file.ChannelId })
            .Select(files => new { files.Key.IsUnsent, files.Key.ChannelId, Size = files.Sum(file => file.Size ?? 0) }).ToListAsync(cancellation);
        return used.Sum(part => part.Size) >= quota || used.Where(part => part.IsUnsent && part.ChannelId == channelId).Sum(part => part.Size) >= Math.Max(quota / 10, Largest);
    }

    /// <summary>Room for one more upload of the business that is on its way: none of them counts before it is whole.</summary>
    /// <param name="who">Names the person or the program; null: a customer. Strangers never take the places of the business's own people, and none of these takes all.</param>
    /// <returns>To be disposed when it is here; null when as many are on their way as may be.</returns>
    public IDisposable? Enter(long tenantId, string? who)
    {
        var (all, own) = ((tenantId, who is null, (string?)null), (tenantId, who is null, who));
        if (!TryTake(all, who is null ? ArrivalsAtOnce : UploadsAtOnce))
        {
            return null;
        }

        if (who is null || TryTake(own, UploadsOfOne))
        {
            return new Place(this, who is null ? [all] : [all, own]);
        }

        Leave(all);
        return null;
    }

    private bool TryTake((long, bool, string?) places, int most)
    {
        if (_uploading.AddOrUpdate(places, 1, static (_, count) => count + 1) <= most)
        {
            return true;
        }

        Leave(places);
        return false;
    }

    /// <summary>Writes the bytes of what somebody sends at this moment, who can send it again.</summary>
    /// <returns>Null when there are more of them than <paramref name="largest"/>.</returns>
    /// <exception cref="RefusedException">storage_unavailable.</exception>
    public async Task<StoredBytes?> WriteAsync(long tenantId, Stream content, long largest, CancellationToken cancellation)
    {
        try
        {
            return await store.WriteAsync(tenantId, content, largest, cancellation);
        }
        catch (MediaUnavailableException)
        {
            throw new RefusedException("storage_unavailable", "The store of files does not answer. Send the file again in a moment.", StatusCodes.Status503ServiceUnavailable) { RetryAfter = TimeSpan.FromSeconds(10) };
        }
    }

    /// <summary>Makes the written bytes the file's. Files of a business with the same content share their bytes.</summary>
    /// <param name="said">The type that the sender named.</param>
    /// <exception cref="RefusedException">media_too_large: a picture of too many pixels. The bytes are the caller's to remove.</exception>
    public async Task KeepAsync(InboxDb db, MediaFile file, StoredBytes stored, string? said, CancellationToken cancellation)
    {
        if (stored.Pixels is { Pixels: > MostPixels } pixels)
        {
            throw new RefusedException(
                "media_too_large", $"A picture has at most {MostPixels / 1_000_000} megapixels; this one is {pixels.Width} × {pixels.Height}.", StatusCodes.Status413PayloadTooLarge);
        }

        // Not with an upload that nobody sent yet: it goes after a day, and its bytes with it.
        var same = await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant])
            .Where(other => other.TenantId == file.TenantId && other.Sha256 == stored.Sha256 && other.StorageKey != null && other.MessageId != null)
            .Select(other => other.StorageKey).FirstOrDefaultAsync(cancellation);
        if (same is not null && await IsThereAsync(file.TenantId, same, cancellation))
        {
            await store.DeleteAsync(file.TenantId, stored.Key);
        }
        else
        {
            same = stored.Key;
        }

        (file.State, file.StorageKey, file.Size, file.Sha256, file.ErrorCode, file.ErrorDetail) = (MediaState.Stored, same, stored.Size, stored.Sha256, null, null);
        (file.Width, file.Height) = (stored.Pixels?.Width, stored.Pixels?.Height);
        file.MimeType = MediaType.Of(stored.Head, said ?? file.MimeType);
        while (_used.TryGetValue(file.TenantId, out var known) && !_used.TryUpdate(file.TenantId, (known.Bytes + stored.Size, known.SummedAt), known))
        {
        }

    }

    /// <summary>What nobody can tell now is not shared: the new bytes are here for sure.</summary>
    private async Task<bool> IsThereAsync(long tenantId, string key, CancellationToken cancellation)
    {
        try
        {
            return await store.HasAsync(tenantId, key, cancellation);
        }
        catch (MediaUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Bytes; null: no limit.</summary>
    private long? Quota => options.Value.QuotaMegabytes > 0 ? options.Value.QuotaMegabytes * Megabyte : null;

    private void Leave((long, bool, string?) whose)
    {
        if (_uploading.AddOrUpdate(whose, 0, static (_, count) => count - 1) == 0)
        {
            _uploading.TryRemove(KeyValuePair.Create(whose, 0));
        }
    }

    private static IQueryable<MediaFile> Stored(InboxDb db, long tenantId)
        => db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).Where(file => file.TenantId == tenantId && file.State == MediaState.Stored);

    private sealed class Place(FileIntake intake, IReadOnlyList<(long, bool, string?)> held) : IDisposable
    {
        public void Dispose()
        {
            foreach (var whose in held)
            {
                intake.Leave(whose);
            }
        }
    }
}
