using System.Collections.Frozen;
using System.Globalization;
using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels;

/// <summary>
/// All connected accounts, in memory, for each webhook asks for them; also those that are switched off, as what comes for them
/// is kept. Read again at once when this process changes one, and after a few seconds when another node did.
/// </summary>
public sealed class ChannelDirectory(IServiceScopeFactory scopes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Snapshot? _snapshot;
    private long _version;

    /// <summary>Call after a commit that added, changed or removed a channel or a tenant.</summary>
    public void Changed()
    {
        Interlocked.Increment(ref _version);
        _snapshot = null;
    }

    public async ValueTask<Snapshot> ReadAsync(CancellationToken cancellation)
    {
        if (_snapshot is { } fresh && clock.GetElapsedTime(fresh.ReadAt) < FreshFor)
        {
            return fresh;
        }

        await _reading.WaitAsync(cancellation);
        try
        {
            if (_snapshot is { } meanwhile && clock.GetElapsedTime(meanwhile.ReadAt) < FreshFor)
            {
                return meanwhile;
            }

            await using var scope = scopes.CreateAsyncScope();
            await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
            var (readAt, version) = (clock.GetTimestamp(), Interlocked.Read(ref _version));
            var channels = await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().ToListAsync(cancellation);
            await ForgetRemovedDepartmentsAsync(db, channels, cancellation);
            var tenants = await db.Set<Tenant>().AsNoTracking().Select(tenant => new { tenant.Id, tenant.Slug }).ToListAsync(cancellation);
            var read = new Snapshot(readAt, channels, tenants.ToFrozenDictionary(tenant => tenant.Slug, tenant => tenant.Id));
            // What was read before a change must not outlive it.
            _snapshot = version == Interlocked.Read(ref _version) ? read : null;
            return read;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>A channel of a department that was removed is of none, until the department is brought back.</summary>
    private static async Task ForgetRemovedDepartmentsAsync(InboxDb db, List<Channel> channels, CancellationToken cancellation)
    {
        var named = channels.Select(channel => channel.DepartmentId).OfType<long>().Distinct().ToArray();
        if (named.Length == 0)
        {
            return;
        }

        var there = await db.Set<Department>().IgnoreQueryFilters([Filters.Tenant]).Where(department => named.Contains(department.Id)).Select(department => (long?)department.Id).ToListAsync(cancellation);
        foreach (var channel in channels.Where(channel => !there.Contains(channel.DepartmentId)))
        {
            channel.DepartmentId = null;
        }
    }

    public void Dispose() => _reading.Dispose();

    public sealed class Snapshot(long readAt, IReadOnlyList<Channel> channels, FrozenDictionary<string, long> tenants)
    {
        private readonly FrozenDictionary<(string Kind, string ExternalId), Channel> _byAccount = channels.ToFrozenDictionary(channel => (channel.Kind, channel.ExternalId));
        private readonly FrozenDictionary<long, Channel> _byId = channels.Where(channel => channel.IsActive).ToFrozenDictionary(channel => channel.Id);
        private readonly ILookup<(string Kind, string? GroupId), Channel> _byGroup = channels.ToLookup(channel => (channel.Kind, channel.GroupId));
        private readonly FrozenDictionary<string, Channel[]> _byKind = channels.GroupBy(channel => channel.Kind).ToFrozenDictionary(group => group.Key, group => group.ToArray());

        public long ReadAt => readAt;

        /// <summary>Ids of those that are switched off.</summary>
        public FrozenSet<long> Off { get; } = channels.Where(channel => !channel.IsActive).Select(channel => channel.Id).ToFrozenSet();

        /// <summary>There is more than one business.</summary>
        public bool IsShared => tenants.Count > 1;

        /// <returns>Null also for one that is switched off.</returns>
        public Channel? Find(long id) => _byId.GetValueOrDefault(id);

        /// <summary>May be switched off.</summary>
        public Channel? Find(string kind, string account) => _byAccount.GetValueOrDefault((kind, account));

        /// <summary>Some may be switched off.</summary>
        public IEnumerable<Channel> InGroup(string kind, string group) => _byGroup[(kind, group)];

        /// <summary>All of a kind, also those that are switched off.</summary>
        /// <param name="slug">Null: of all tenants. An unknown one has no channels.</param>
        public IReadOnlyList<Channel> Of(string kind, string? slug)
            => !_byKind.TryGetValue(kind, out var all) ? []
                : slug is null ? all
                : TenantId(slug) is { } tenant ? [.. all.Where(channel => channel.TenantId == tenant)]
                : [];

        /// <summary>A tenant by its slug or its number.</summary>
        public long? TenantId(string slugOrId)
            => tenants.TryGetValue(slugOrId, out var id) ? id
            : long.TryParse(slugOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && tenants.Values.Contains(number) ? number
            : null;
    }
}
