using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>Runs the automation of each contact, one message at a time and in order. One node does this at a time.</summary>
public sealed partial class ContactQueueWorker(
    IServiceScopeFactory scopes, InboxDbSource source, Node node, Heartbeats heartbeats, TimeProvider clock, ILogger<ContactQueueWorker> log) : BackgroundService
{
    private const string Lease = "automation";
    private const int Batch = 500;
    private const int Attempts = 5;

    private static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await NextTickAsync(timer, stoppingToken))
        {
            heartbeats.Beat(Lease);
            try
            {
                while (await RoundAsync(stoppingToken))
                {
                    heartbeats.Beat(Lease);
                }
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
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        await using var db = source.Create(new CurrentTenant(), []);
        var now = clock.GetUtcNow().UtcDateTime;
        var all = db.Set<ContactQueueItem>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking();
        var due = await all
            .Where(wake => wake.DueAt <= now && wake.Attempts < Attempts)
            .Where(wake => !all.Any(earlier => earlier.ContactId == wake.ContactId && earlier.Id < wake.Id && earlier.DueAt > now && earlier.Attempts < Attempts))
            .OrderBy(wake => wake.Id).Take(Batch).ToListAsync(cancellation);
        if (due.Count == 0)
        {
            return false;
        }

        await using (var write = await db.BeginAsync(cancellation))
        {
            if (!await db.HoldAsync(Lease, source.Provider == DatabaseProvider.Sqlite ? "this" : node.Name, now, LeaseFor, cancellation))
            {
                return false;
            }

            await write.CommitAsync(cancellation);
        }

        var done = new List<long>(due.Count);
        try
        {
            await RunAsync(due, done, cancellation);
        }
        finally
        {
            // Also of a program that stops: what has run is not run again.
            await using var write = await db.BeginAsync(CancellationToken.None);
            await db.Set<ContactQueueItem>().IgnoreQueryFilters([Filters.Tenant]).Where(wake => done.Contains(wake.Id)).ExecuteDeleteAsync(CancellationToken.None);
            await write.CommitAsync(CancellationToken.None);
        }

        return done.Count > 0 && (due.Count == Batch || done.Count < due.Count);
    }

    /// <param name="done">Gets the ids of what has run.</param>
    private async Task RunAsync(List<ContactQueueItem> due, List<long> done, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        var held = new HashSet<long>();
        foreach (var wake in due.Where(wake => !held.Contains(wake.ContactId)))
        {
            if (clock.GetElapsedTime(began) > LeaseFor / 2)
            {
                return;   // the next round holds the lease anew
            }

            if (await RunAsync(wake, cancellation))
            {
                done.Add(wake.Id);
            }
            else if (wake.Attempts + 1 < Attempts)
            {
                // The later messages of this contact wait for this one.
                held.Add(wake.ContactId);
            }
        }
    }

    /// <returns>False when it failed: it is tried again later, or its row stays to be seen.</returns>
    private async Task<bool> RunAsync(ContactQueueItem wake, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(wake.TenantId);
        try
        {
            foreach (var automation in scope.ServiceProvider.GetServices<IAutomation>().OrderBy(automation => automation.Order))
            {
                if (await automation.RunAsync(wake, cancellation))
                {
                    break;
                }
            }

            return true;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            WakeFailed(error, wake.Id);
            await PutOffAsync(wake, error, cancellation);
            return false;
        }
    }

    private async Task PutOffAsync(ContactQueueItem wake, Exception error, CancellationToken cancellation)
    {
        await using var db = source.Create(new CurrentTenant(), []);
        await using var write = await db.BeginAsync(cancellation);
        var dueAt = clock.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(Math.Pow(4, wake.Attempts));
        var reason = error.Message.Cut(1000);
        await db.Set<ContactQueueItem>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == wake.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Attempts, row => row.Attempts + 1).SetProperty(row => row.DueAt, dueAt).SetProperty(row => row.Error, reason),
            cancellation);
        await write.CommitAsync(cancellation);
    }

    private static async Task<bool> NextTickAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "A round over the contacts' queue failed")]
    private partial void RoundFailed(Exception error);

    [LoggerMessage(LogLevel.Error, "The automation for wake-up {WakeId} failed")]
    private partial void WakeFailed(Exception error, long wakeId);
}
