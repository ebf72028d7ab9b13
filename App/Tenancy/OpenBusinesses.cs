using System.Collections.Frozen;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tenancy;

/// <summary>
/// Which businesses nobody may enter: suspended ones, and those that leave. Asked with each request, so kept for a moment;
/// a change in this process shows at once, one on another node within <see cref="FreshFor"/>.
/// </summary>
public sealed class OpenBusinesses(IServiceScopeFactory scopes, TimeProvider clock)
{
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    private volatile Known? _known;
    private long _version;

    /// <returns>Null when the business is open.</returns>
    public async ValueTask<TenantState?> WhyClosedAsync(long tenantId, CancellationToken cancellation)
        => tenantId != 0 && (await ClosedAsync(cancellation)).TryGetValue(tenantId, out var state) ? state : null;

    /// <summary>All closed ones, each with why.</summary>
    public async ValueTask<FrozenDictionary<long, TenantState>> ClosedAsync(CancellationToken cancellation)
        => (_known is { } known && clock.GetElapsedTime(known.ReadAt) < FreshFor ? known : await ReadAsync(cancellation)).Closed;

    /// <summary>Call after a commit that opened or closed a business.</summary>
    public void Changed()
    {
        Interlocked.Increment(ref _version);
        _known = null;
    }

    private async Task<Known> ReadAsync(CancellationToken cancellation)
    {
        var (readAt, version) = (clock.GetTimestamp(), Interlocked.Read(ref _version));
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var closed = await db.Set<Tenant>().Where(tenant => tenant.State != TenantState.Active).Select(tenant => new { tenant.Id, tenant.State }).ToListAsync(cancellation);
        var read = new Known(closed.ToFrozenDictionary(tenant => tenant.Id, tenant => tenant.State), readAt);
        // What was read before a change must not outlive it.
        _known = version == Interlocked.Read(ref _version) ? read : null;
        return read;
    }

    private sealed record Known(FrozenDictionary<long, TenantState> Closed, long ReadAt);
}
