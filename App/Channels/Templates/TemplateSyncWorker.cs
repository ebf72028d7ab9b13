using Inbox.Data;

namespace Inbox.Channels.Templates;

/// <summary>Looks every ten seconds for accounts whose templates are to be read.</summary>
public sealed partial class TemplateSyncWorker(TemplateSyncs syncs, Heartbeats heartbeats, TimeProvider clock, ILogger<TemplateSyncWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // Not while everything starts.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        var first = clock.GetUtcNow() + FirstAfter;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Beat();
                await syncs.RunDueAsync(clock.GetUtcNow().UtcDateTime, daily: clock.GetUtcNow() >= first, stoppingToken, Beat);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(error);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ((Task)timer.WaitForNextTickAsync(stoppingToken).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Beat() => heartbeats.Beat("template-syncs");

    [LoggerMessage(LogLevel.Error, "Reading templates by itself failed; the next round finds the same accounts")]
    private partial void RoundFailed(Exception error);
}
