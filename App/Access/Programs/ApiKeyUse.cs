using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Programs;

/// <summary>Finds the key of a request. Asks the database every time: a revoked key is refused from its next request on, on every node.</summary>
public sealed class ApiKeyUse(IServiceScopeFactory scopes, TimeProvider clock)
{
    private static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    /// <returns>The key and the person who made it, in whose name it acts; null when it is unknown, revoked or past its end.</returns>
    public async Task<(ApiKey Key, Principal? Maker)?> FindAsync(string secret, CancellationToken cancellation)
    {
        var hash = InternalKey.Hash(secret);
        var now = clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        // The key says for which business it is, so no business is chosen yet.
        var keys = db.Set<ApiKey>().IgnoreQueryFilters([Filters.Tenant]);
        var found = await (
            from row in keys.AsNoTracking()
            where row.Hash == hash && row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now)
            join user in db.Set<User>() on row.CreatedById equals user.Id into makers
            from maker in makers.DefaultIfEmpty()
            select new { Key = row, Name = maker == null ? null : maker.Name == "" ? maker.Email : maker.Name }).SingleOrDefaultAsync(cancellation);
        if (found is null)
        {
            return null;
        }

        var key = found.Key;
        if (key.LastUsedAt is null || key.LastUsedAt + NotedEvery < now)
        {
            await using var write = await db.BeginAsync(cancellation);
            await keys.Where(row => row.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), cancellation);
            await write.CommitAsync(cancellation);
        }

        return (key, key.CreatedById is { } id ? new Principal(id, found.Name) : null);
    }
}
