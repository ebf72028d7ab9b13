using System.Collections.Concurrent;
using System.Linq.Expressions;
using Inbox.Access;
using Inbox.Access.Pictures;
using Inbox.Channels;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.Installation;

/// <param name="Bytes">Of the business's files, those of messages as they were counted within the last minutes.</param>
public sealed record BusinessUsage(Tenant Business, int Users, int Channels, int Conversations, int Messages, long Bytes);

/// <summary>What each business has, for who runs the installation.</summary>
public sealed class Usage(IDbContextFactory<InboxDb> dbs, Businesses businesses, UsageCounts counts)
{
    public async Task<Page<BusinessUsage>> PageAsync(Caller caller, string? search, Cursor? after, int limit, CancellationToken cancellation)
    {
        if (!caller.IsSuperAdmin)
        {
            throw new ForbiddenException("installation");
        }

        var page = await businesses.PageAsync(caller, search, after, limit, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var ids = page.Items.Select(tenant => tenant.Id).ToList();
        var users = await CountAsync<Membership>(db, ids, row => row.TenantId, cancellation);
        var channels = await CountAsync<Channel>(db, ids, row => row.TenantId, cancellation);
        var large = await counts.OfAsync(ids, LargeAsync, cancellation);
        var bytes = await db.Set<Picture>().IgnoreQueryFilters([Filters.Tenant]).Where(picture => ids.Contains(picture.TenantId))
            .GroupBy(picture => picture.TenantId).Select(group => new { group.Key, Bytes = group.Sum(picture => (long)picture.Size) })
            .ToDictionaryAsync(group => group.Key, group => group.Bytes, cancellation);
        return new Page<BusinessUsage>(
            [
                .. page.Items.Select(tenant => new BusinessUsage(
                    tenant, users.GetValueOrDefault(tenant.Id), channels.GetValueOrDefault(tenant.Id), large[tenant.Id].Conversations,
                    large[tenant.Id].Messages, bytes.GetValueOrDefault(tenant.Id) + large[tenant.Id].FileBytes)),
            ],
            page.NextCursor);

        async Task<IReadOnlyDictionary<long, LargeCounts>> LargeAsync(List<long> stale)
        {
            var conversations = await CountAsync<Conversation>(db, stale, row => row.TenantId, cancellation);
            var messages = await CountAsync<Message>(db, stale, row => row.TenantId, cancellation);
            var files = await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).Where(file => stale.Contains(file.TenantId) && file.State == MediaState.Stored)
                .GroupBy(file => file.TenantId).Select(group => new { group.Key, Bytes = group.Sum(file => file.Size ?? 0) }).ToDictionaryAsync(group => group.Key, group => group.Bytes, cancellation);
            return stale.ToDictionary(id => id, id => new LargeCounts(conversations.GetValueOrDefault(id), messages.GetValueOrDefault(id), files.GetValueOrDefault(id)));
        }
    }

    private static async Task<Dictionary<long, int>> CountAsync<T>(InboxDb db, List<long> ids, Expression<Func<T, long>> tenant, CancellationToken cancellation) where T : class, ITenantOwned
        => await db.Set<T>().IgnoreQueryFilters([Filters.Tenant]).Select(tenant).Where(id => ids.Contains(id))
            .GroupBy(id => id).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellation);
}

/// <summary>What takes a walk over a large table to count.</summary>
public sealed record LargeCounts(int Conversations, int Messages, long FileBytes);

/// <summary>Large counts of the last while, so that looking at the page does not walk over all messages each time.</summary>
public sealed class UsageCounts(TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<long, (LargeCounts Counts, DateTimeOffset At)> _known = new();
    private readonly SemaphoreSlim _counting = new(1, 1);

    /// <param name="count">Counts those that are not known well enough; at most once at a time.</param>
    public async Task<IReadOnlyDictionary<long, LargeCounts>> OfAsync(
        IReadOnlyList<long> businesses, Func<List<long>, Task<IReadOnlyDictionary<long, LargeCounts>>> count, CancellationToken cancellation)
    {
        await _counting.WaitAsync(cancellation);
        try
        {
            var now = clock.GetUtcNow();
            var stale = businesses.Where(id => !_known.TryGetValue(id, out var known) || now - known.At > Kept).ToList();
            foreach (var (id, counts) in stale.Count == 0 ? new Dictionary<long, LargeCounts>() : await count(stale))
            {
                _known[id] = (counts, now);
            }

            return businesses.ToDictionary(id => id, id => _known[id].Counts);
        }
        finally
        {
            _counting.Release();
        }
    }

    public void Dispose() => _counting.Dispose();
}
