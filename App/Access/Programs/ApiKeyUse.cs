using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Programs;

/// <summary>Finds the key of a request. Asks the database every time: a revoked key is refused from its next request on, on every node.</summary>
public sealed class ApiKeyUse(IServiceScopeFactory scopes, TimeProvider clock)
{
    private static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    /// <returns>Null when it is unknown, revoked or past its end.</returns>
    public async Task<ApiKey?> FindAsync(string secret, CancellationToken cancellation)
    {
        var hash = InternalKey.Hash(secret);
        var now = clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        // The key says for which business it is, so no business is chosen yet.
        var keys = db.Set<ApiKey>().IgnoreQueryFilters([Filters.Tenant]);
        var key = await keys.AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash && row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now), cancellation);
        if (key is not null && (key.LastUsedAt is null || key.LastUsedAt + NotedEvery < now))
        {
            await using var write = await db.BeginAsync(cancellation);
            await keys.Where(row => row.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), cancellation);
            await write.CommitAsync(cancellation);
        }

        return key;
    }
}
