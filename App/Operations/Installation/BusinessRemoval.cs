using Inbox.Access.Keys;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.Installation;

/// <summary>
/// Removes the businesses whose grace is over, with all their rows and files, in short transactions. Stopped at any point, the
/// next round goes on: the business itself goes last.
/// </summary>
public sealed partial class BusinessRemoval(
    IServiceScopeFactory scopes, Node node, DataDirectory directory, MediaStore media, OpenBusinesses open, DataKeys keys, TimeProvider clock, ILogger<BusinessRemoval> log) : BackgroundService
{
    private const string Lease = "business-removal";
    private const int BatchSize = 200;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeaseFor = TimeSpan.FromMinutes(2);

    /// <summary>Removes what is due now.</summary>
    /// <returns>How many businesses are gone.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var removed = 0;
        foreach (var tenant in await DueAsync(cancellation))
        {
            if (!await RemoveAsync(tenant, cancellation))
            {
                break;
            }

            removed++;
            Removed(tenant);
        }

        await keys.ForgetRemovedAsync(cancellation);
        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(error);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        while (await Next(timer, stoppingToken));
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<List<long>> DueAsync(CancellationToken cancellation)
    {
        await using var scope = Scope(0);
        await using var db = await DbAsync(scope, cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        return await db.Set<Tenant>().Where(tenant => tenant.State == TenantState.Leaving && tenant.RemoveAt <= now).Select(tenant => tenant.Id).ToListAsync(cancellation);
    }

    /// <returns>False when another node is at it, or the business was restored meanwhile.</returns>
    private async Task<bool> RemoveAsync(long tenant, CancellationToken cancellation)
    {
        await using var scope = Scope(tenant);
        await using var db = await DbAsync(scope, cancellation);
        foreach (var type in OwnedTables.Of(db))
        {
            int? removed;
            do
            {
                removed = await BatchAsync(tenant, db => OwnedTables.For<Task<int>>(typeof(BusinessRemoval), nameof(DeleteAsync), type, db, cancellation), cancellation);
            }
            while (removed == BatchSize);

            if (removed is null)
            {
                return false;
            }
        }

        await media.DeleteAllAsync(tenant, cancellation);
        if (OwnedTables.Files(directory, tenant) is var files && Directory.Exists(files))
        {
            Directory.Delete(files, recursive: true);
        }

        var gone = await BatchAsync(tenant, async db =>
        {
            await db.Set<DataKey>().ExecuteDeleteAsync(cancellation);
            await db.Set<SendStop>().Where(stop => stop.Business == tenant).ExecuteDeleteAsync(cancellation);
            db.Audit(Caller.System(0), "business.removed", AuditObject.Of("business", tenant));
            return await db.Set<Tenant>().Where(row => row.Id == tenant).ExecuteDeleteAsync(cancellation);
        }, cancellation);
        open.Changed();
        return gone == 1;
    }

    private async Task<int?> BatchAsync(long tenant, Func<InboxDb, Task<int>> remove, CancellationToken cancellation)
    {
        await using var scope = Scope(tenant);
        await using var db = await DbAsync(scope, cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        if (!await db.HoldAsync(Lease, node.Name, now, LeaseFor, cancellation)
            || !await db.Set<Tenant>().AnyAsync(row => row.Id == tenant && row.State == TenantState.Leaving && row.RemoveAt <= now, cancellation))
        {
            return null;
        }

        var removed = await remove(db);
        await write.CommitAsync(cancellation);
        return removed;
    }

    private static async Task<int> DeleteAsync<T>(InboxDb db, CancellationToken cancellation) where T : class
    {
        var rows = db.Set<T>().IgnoreQueryFilters([Filters.Deleted]);
        // The keys go with the business itself, so that no secret that is still there meets a missing key.
        if (typeof(T) == typeof(AuditTip) || typeof(T) == typeof(DataKey))
        {
            return 0;
        }

        if (typeof(T) == typeof(AuditEvent))
        {
            // What was done stays provable; who did it and to whom is erased.
            await db.Set<AuditEvent>().ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.ActorName, (string?)null)
                    .SetProperty(row => row.OnBehalfOfName, (string?)null)
                    .SetProperty(row => row.Address, (string?)null)
                    .SetProperty(row => row.Session, (string?)null)
                    .SetProperty(row => row.ObjectName, (string?)null)
                    .SetProperty(row => row.Before, (string?)null)
                    .SetProperty(row => row.After, (string?)null)
                    .SetProperty(row => row.Salt, (byte[]?)null),
                cancellation);
            return 0;
        }

        if (!typeof(T).IsAssignableTo(typeof(INumbered)))
        {
            // Tables without an id of their own are small: they hold settings.
            await rows.ExecuteDeleteAsync(cancellation);
            return 0;
        }

        var ids = await rows.Select(row => EF.Property<long>(row, nameof(INumbered.Id))).OrderBy(id => id).Take(BatchSize).ToListAsync(cancellation);
        return await rows.Where(row => ids.Contains(EF.Property<long>(row, nameof(INumbered.Id)))).ExecuteDeleteAsync(cancellation);
    }

    private AsyncServiceScope Scope(long tenant)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenant);
        return scope;
    }

    private static Task<InboxDb> DbAsync(AsyncServiceScope scope, CancellationToken cancellation)
        => scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);

    [LoggerMessage(LogLevel.Information, "Business {TenantId} and all it had is removed")]
    private partial void Removed(long tenantId);

    [LoggerMessage(LogLevel.Error, "Removing businesses failed; the next round goes on")]
    private partial void RoundFailed(Exception error);
}
