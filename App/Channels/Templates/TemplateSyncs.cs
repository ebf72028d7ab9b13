using System.Collections.Concurrent;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Templates;

/// <summary>How the templates of an account stand.</summary>
/// <param name="Id">Null before it was read for the first time.</param>
/// <param name="Name">Of the channel that they are read over.</param>
/// <param name="SyncedAt">When all were read the last time; null: never.</param>
/// <param name="Problem">Why they could not be read since then.</param>
public sealed record TemplateAccountState(long? Id, string Name, DateTime? SyncedAt, string? Problem);

/// <summary>
/// Reads the templates of all accounts by itself: daily, and soon after a platform told that one changed. One node does it
/// at a time, one account after the other, and not all at the same minute of the day.
/// </summary>
public sealed partial class TemplateSyncs(IServiceScopeFactory scopes, InboxDbSource source, ChannelCatalogue kinds, Node node, TimeProvider clock, ILogger<TemplateSyncs> log)
{
    private const string Lease = "template-syncs";
    private const int SpreadMinutes = 120;

    // What a platform tells comes in bursts: one reading answers many.
    private const int SoonestSeconds = 5;
    private const int LatestSeconds = 60;

    private static readonly TimeSpan LeaseFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, DateTime> _wanted = new();
    private readonly ConcurrentDictionary<(long Tenant, string Kind, string Account), (DateTime At, string Detail)> _failed = new();

    /// <summary>The platform told of a template of this channel's account: it is read within a minute.</summary>
    public void Want(long channelId) => _wanted.TryAdd(channelId, clock.GetUtcNow().UtcDateTime.AddSeconds(Random.Shared.Next(SoonestSeconds, LatestSeconds)));

    /// <summary>Why the account was not read the last time; null where it was.</summary>
    public string? ProblemOf(long tenant, string kind, string account) => _failed.TryGetValue((tenant, kind, account), out var failure) ? failure.Detail : null;

    /// <summary>Reads the accounts whose time has come.</summary>
    /// <param name="daily">Also those of which nothing was told.</param>
    /// <param name="begun">Told of each account before it is read: a platform may take its time.</param>
    /// <returns>How many were read.</returns>
    public async Task<int> RunDueAsync(DateTime now, bool daily, CancellationToken cancellation, Action? begun = null)
    {
        if (!daily && _wanted.IsEmpty)
        {
            return 0;
        }

        var read = 0;
        foreach (var account in await DueAsync(now, daily, cancellation))
        {
            if (!await HoldAsync(cancellation))
            {
                break;
            }

            begun?.Invoke();
            read += await ReadAsync(account, now, cancellation) ? 1 : 0;
        }

        return read;
    }

    private async Task<IReadOnlyList<Account>> DueAsync(DateTime now, bool daily, CancellationToken cancellation)
    {
        var kept = kinds.All.OfType<ITemplateChannel>().ToDictionary(kind => kind.Kind);
        var known = kept.Keys.ToArray();
        await using var scope = Many();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var channels = await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().Where(channel => channel.IsActive && known.Contains(channel.Kind)).OrderBy(channel => channel.Id).ToListAsync(cancellation);
        var synced = await db.Set<TemplateAccount>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().ToDictionaryAsync(row => (row.TenantId, row.Kind, row.ExternalId), row => row.SyncedAt, cancellation);
        return
        [
            .. from channel in channels
               let external = kept[channel.Kind].TemplateAccountOf(channel)
               where external is not null
               group channel by (channel.TenantId, channel.Kind, external!) into shared
               let last = synced.GetValueOrDefault(shared.Key)
               let wanted = shared.Any(channel => _wanted.TryGetValue(channel.Id, out var at) && at <= now)
               let aged = daily && (last ?? DateTime.MinValue) + Every + TimeSpan.FromMinutes(shared.First().Id % SpreadMinutes) <= now
               where (wanted || aged) && !(_failed.TryGetValue(shared.Key, out var failure) && failure.At + AgainAfter > now)
               orderby last
               select new Account(shared.Key, shared.First().Id, [.. shared.Select(channel => channel.Id)]),
        ];
    }

    private async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        await using var scope = Many();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var held = await db.HoldAsync(Lease, source.Provider == DatabaseProvider.Sqlite ? "this" : node.Name, clock.GetUtcNow().UtcDateTime, LeaseFor, cancellation);
        await write.CommitAsync(cancellation);
        return held;
    }

    private async Task<bool> ReadAsync(Account account, DateTime now, CancellationToken cancellation)
    {
        foreach (var channel in account.Channels)
        {
            _wanted.TryRemove(channel, out _);
        }

        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(account.Key.Tenant);
        try
        {
            await scope.ServiceProvider.GetRequiredService<MessageTemplates>().SyncAsync(Caller.System(account.Key.Tenant), account.ChannelId, cancellation);
            _failed.TryRemove(account.Key, out _);
            return true;
        }
        catch (RefusedException refused)
        {
            _failed[account.Key] = (now, refused.Message);
            NotRead(account.Key.Tenant, account.ChannelId, refused.Code);
            return false;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // What is wrong with one account must not hold up those behind it.
            _failed[account.Key] = (now, "Reading them failed inside this program. They are read again within an hour.");
            ReadingFailed(error, account.Key.Tenant, account.ChannelId);
            Want(account.ChannelId);
            return false;
        }
    }

    private AsyncServiceScope Many()
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        return scope;
    }

    private sealed record Account((long Tenant, string Kind, string External) Key, long ChannelId, IReadOnlyList<long> Channels);

    [LoggerMessage(LogLevel.Error, "Reading the templates of channel {ChannelId} of tenant {TenantId} failed; they are read again in an hour")]
    private partial void ReadingFailed(Exception error, long tenantId, long channelId);

    [LoggerMessage(LogLevel.Warning, "The templates of channel {ChannelId} of tenant {TenantId} could not be read ({Code}); they are read again in an hour")]
    private partial void NotRead(long tenantId, long channelId, string code);
}
