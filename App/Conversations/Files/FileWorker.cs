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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                heartbeats.Beat("files");
                while (await RoundAsync(stoppingToken))
                {
                    heartbeats.Beat("files");
                }

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
    }

    /// <returns>Whether there may be more that is due.</returns>
    private async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        var claimed = await ClaimAsync(cancellation);
        await Parallel.ForEachAsync(claimed, new ParallelOptions { MaxDegreeOfParallelism = options.Value.AtOnce, CancellationToken = cancellation }, async (file, token) =>
        {
            try
            {
                await using var scope = ForMany();
                if (await fetch.RunAsync(scope.ServiceProvider.GetRequiredService<InboxDb>(), file, token) is { } topic)
                {
                    feed.Publish(topic);
                }
            }
            catch (Exception error) when (!token.IsCancellationRequested)
            {
                // The lease ends and the file is tried again.
                FetchFailed(error, file);
            }
        });
        return claimed.Count == options.Value.AtOnce;
    }

    private async Task<List<long>> ClaimAsync(CancellationToken cancellation)
    {
        await using var scope = ForMany();
        var db = scope.ServiceProvider.GetRequiredService<InboxDb>();
        var now = clock.GetUtcNow().UtcDateTime;
        var due = await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant])
            .Where(file => file.State == MediaState.Pending && file.DueAt <= now && (file.LeaseUntil == null || file.LeaseUntil < now))
            .OrderBy(file => file.DueAt).ThenBy(file => file.Id).Select(file => file.Id).Take(options.Value.AtOnce).ToListAsync(cancellation);
        if (due.Count == 0)
        {
            return [];
        }

        List<long> mine = [];
        var until = now + Lease;
        await using var write = await db.BeginAsync(cancellation);
        foreach (var id in due)
        {
            if (await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant])
                .Where(file => file.Id == id && file.State == MediaState.Pending && (file.LeaseUntil == null || file.LeaseUntil < now))
                .ExecuteUpdateAsync(set => set.SetProperty(file => file.LeaseUntil, until), cancellation) == 1)
            {
                mine.Add(id);
            }
        }

        await write.CommitAsync(cancellation);
        return mine;
    }

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
