using Inbox.Data;
using Inbox.Media;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Outbound;

/// <summary>Finds the stored file of a message that goes out.</summary>
public sealed class OutboundFiles(IServiceScopeFactory scopes, MediaStore store)
{
    /// <returns>Null when it is no longer here.</returns>
    /// <exception cref="MediaUnavailableException">Nobody knows now.</exception>
    public async Task<OutboundFile?> FindAsync(long tenantId, long fileId, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var file = await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().SingleOrDefaultAsync(row => row.TenantId == tenantId && row.Id == fileId, cancellation);
        return file is { StorageKey: { } key } && await store.HasAsync(tenantId, key, cancellation)
            ? new OutboundFile(file.Id, file.Kind, file.MimeType ?? MediaType.Unknown, FileNames.Safe(file.FileName, file.Kind, file.MimeType ?? MediaType.Unknown), file.Size ?? 0, key)
            : null;
    }
}
