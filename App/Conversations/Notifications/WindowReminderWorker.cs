using Inbox.Data;

namespace Inbox.Conversations.Notifications;

/// <summary>Looks every ten seconds for reminders that are due.</summary>
public sealed partial class WindowReminderWorker(WindowReminders reminders, Heartbeats heartbeats, TimeProvider clock, ILogger<WindowReminderWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                heartbeats.Beat("reminders");
                while (await reminders.RunDueAsync(stoppingToken))
                {
                    heartbeats.Beat("reminders");
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

            await ((Task)timer.WaitForNextTickAsync(stoppingToken).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Error, "A round over the reminders failed; the next one finds the same rows")]
    private partial void RoundFailed(Exception error);
}
