using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Media;

/// <summary>Takes files in, whoever brings them: room, type by content, bytes that are here already.</summary>
public sealed class FileIntake(MediaStore store, IOptions<MediaOptions> options)
{
    private const long Megabyte = 1_000_000;

    /// <summary>The largest file, in bytes.</summary>
    public long Largest => options.Value.LargestMegabytes * Megabyte;

    /// <summary>The business has used up its room.</summary>
    public async Task<bool> IsFullAsync(InboxDb db, long tenantId, CancellationToken cancellation)
        => options.Value.QuotaMegabytes > 0
            && await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).Where(file => file.TenantId == tenantId && file.State == MediaState.Stored)
                .SumAsync(file => file.Size ?? 0, cancellation) >= options.Value.QuotaMegabytes * Megabyte;

    /// <summary>Makes the written bytes the file's. Files of a business with the same content share their bytes.</summary>
    /// <param name="said">The type that the sender named.</param>
    public async Task KeepAsync(InboxDb db, MediaFile file, StoredBytes stored, string? said, CancellationToken cancellation)
    {
        // Not with an upload that nobody sent yet: it goes after a day, and its bytes with it.
        var same = await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant])
            .Where(other => other.TenantId == file.TenantId && other.Sha256 == stored.Sha256 && other.StorageKey != null && other.MessageId != null)
            .Select(other => other.StorageKey).FirstOrDefaultAsync(cancellation);
        if (same is not null && store.Find(file.TenantId, same) is not null)
        {
            store.Delete(file.TenantId, stored.Key);
        }
        else
        {
            same = stored.Key;
        }

        (file.State, file.StorageKey, file.Size, file.Sha256, file.ErrorCode, file.ErrorDetail) = (MediaState.Stored, same, stored.Size, stored.Sha256, null, null);
        file.MimeType = MediaType.Of(stored.Head, said ?? file.MimeType);
    }
}
