using Inbox.Data;
using Inbox.Media;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Conversations.Files;

/// <summary>
/// Fetches the files of messages from their platforms, some at a time, again and again for as long as the platform keeps
/// them. A node claims a file by a lease, so several may work.
/// </summary>
public sealed partial class FileWorker(
    IServiceScopeFactory scopes, FileFetch fetch, LiveFeed feed, Heartbeats heartbeats, TimeProvider clock, IOptions<MediaOptions> options, ILogger<FileWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How many files of one business are fetched at once: one whose platform is slow leaves places to the others.</summary>
    private int MostOfBusiness => Math.Max(1, options.Value.AtOnce * 3 / 4);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        var running = new List<Fetching>();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                heartbeats.Beat("files");
                await FillAsync(running, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(error);
                await ((Task)timer.WaitForNextTickAsync(stoppingToken).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(running.Select(one => one.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Gives every free place a file, as long as there are places and files: a slow one holds up its own place only.</summary>
    private async Task FillAsync(List<Fetching> running, CancellationToken cancellation)
    {
        while (true)
        {
            running.RemoveAll(one => one.Task.IsCompleted);
            var free = options.Value.AtOnce - running.Count;
            if (free == 0)
            {
                return;
            }

            var claimed = await ClaimAsync(free, running.CountBy(one => one.TenantId).ToDictionary(), cancellation);
            running.AddRange(claimed.Select(file => new Fetching(FetchAsync(file.Id, cancellation), file.TenantId)));
            if (claimed.Count == 0)
            {
                return;
            }

            await Task.WhenAny(Task.WhenAny(running.Select(one => one.Task)), Task.Delay(Pause, clock, cancellation));
            heartbeats.Beat("files");
        }
    }

    private async Task FetchAsync(long file, CancellationToken cancellation)
    {
        try
        {
            await using var scope = ForMany();
            if (await fetch.RunAsync(scope.ServiceProvider.GetRequiredService<InboxDb>(), file, cancellation) is { } topic)
            {
                feed.Publish(topic);
            }
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            FetchFailed(error, file);
            await PutOffAsync(file, cancellation);
        }
    }

    private async Task PutOffAsync(long file, CancellationToken cancellation)
    {
        try
        {
            await using var scope = ForMany();
            await fetch.PutOffAsync(scope.ServiceProvider.GetRequiredService<InboxDb>(), file, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // The lease ends and the file is tried again.
            FetchFailed(error, file);
        }
    }

    /// <param name="most">At this time.</param>
    /// <param name="running">How many are fetched now, by business.</param>
    /// <param name="cancellation">Ends it.</param>
    private async Task<List<(long Id, long TenantId)>> ClaimAsync(int most, Dictionary<long, int> running, CancellationToken cancellation)
    {
        await using var scope = ForMany();
        var db = scope.ServiceProvider.GetRequiredService<InboxDb>();
        var now = clock.GetUtcNow().UtcDateTime;
        var full = running.Where(of => of.Value >= MostOfBusiness).Select(of => of.Key).ToArray();
        var found = await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant])
            .Where(file => file.State == MediaState.Pending && file.DueAt <= now && (file.LeaseUntil == null || file.LeaseUntil < now) && !full.Contains(file.TenantId))
            .OrderBy(file => file.DueAt).ThenBy(file => file.Id).Select(file => new { file.Id, file.TenantId }).Take(most).ToListAsync(cancellation);
        var due = found.GroupBy(file => file.TenantId).SelectMany(of => of.Take(MostOfBusiness - running.GetValueOrDefault(of.Key))).ToList();
        if (due.Count == 0)
        {
            return [];
        }

        List<(long Id, long TenantId)> mine = [];
        var until = now + Lease;
        await using var write = await db.BeginAsync(cancellation);
        foreach (var next in due)
        {
            if (await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant])
                .Where(file => file.Id == next.Id && file.State == MediaState.Pending && (file.LeaseUntil == null || file.LeaseUntil < now))
                .ExecuteUpdateAsync(set => set.SetProperty(file => file.LeaseUntil, until).SetProperty(file => file.Attempts, file => file.Attempts + 1), cancellation) == 1)
            {
                mine.Add((next.Id, next.TenantId));
            }
        }

        await write.CommitAsync(cancellation);
        return mine;
    }

    private sealed record Fetching(Task Task, long TenantId);

    private AsyncServiceScope ForMany()
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        return scope;
    }

    [LoggerMessage(LogLevel.Error, "A round over the files failed; the next one finds the same")]
    private partial void RoundFailed(Exception error);

    [LoggerMessage(LogLevel.Error, "Fetching file {FileId} failed inside this program")]
    private partial void FetchFailed(Exception error, long fileId);
}
