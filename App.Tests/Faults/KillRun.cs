using System.Diagnostics;

namespace Inbox.Tests.Faults;

/// <param name="Check">Acknowledged against stored.</param>
/// <param name="ReadyAgain">From each start after a kill to ready.</param>
/// <param name="Answers">How often each status was answered; 0 is a broken connection.</param>
public sealed record KillResult(LedgerCheck Check, IReadOnlyList<TimeSpan> ReadyAgain, IReadOnlyDictionary<int, int> Answers);

/// <summary>SIGKILL of the real process at random moments under load, restart, and the comparison of what was promised with what is there.</summary>
public static class KillRun
{
    public static async Task<KillResult> RunAsync(TestDatabase database, int kills, int seed)
    {
        var random = new Random(seed);
        await using var app = await FaultedApp.StartAsync(database);
        await using var sender = new Sender(app.Numbers, seed);
        sender.Start();

        var ready = new List<TimeSpan>();
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 2500)), TimeProvider.System);
            await app.Process.KillAsync();
            var started = Stopwatch.GetTimestamp();
            await app.Process.StartAsync();
            ready.Add(Stopwatch.GetElapsedTime(started));
        }

        await sender.FinishAsync();
        await app.DrainedAsync();
        return new KillResult(await LedgerCheck.RunAsync(app.Store, sender.Acknowledged), ready, sender.Answers);
    }
}
