using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Channels.Health;

/// <summary>Has the account of each channel looked at once a day, by whichever node comes first.</summary>
public sealed partial class AccountCheckWorker(IServiceScopeFactory scopes, Heartbeats heartbeats, TimeProvider clock, ILogger<AccountCheckWorker> log) : BackgroundService
{
    private const string Name = "account-checks";
    private const int AtOnce = 20;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CheckedFor = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        var next = clock.GetUtcNow() + Every;   // not while everything starts
        while (await NextAsync(timer, stoppingToken))
        {
            heartbeats.Beat(Name);
            if (clock.GetUtcNow() < next)
            {
                continue;
            }

            next = clock.GetUtcNow() + Every;
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
                await scope.ServiceProvider.GetRequiredService<AccountChecks>().CheckDueAsync(clock.GetUtcNow().UtcDateTime - CheckedFor, AtOnce, () => heartbeats.Beat(Name), stoppingToken);
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

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
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

    [LoggerMessage(LogLevel.Error, "Asking platforms about accounts failed; the next round asks again")]
    private partial void RoundFailed(Exception error);
}
