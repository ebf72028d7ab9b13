using System.Globalization;
using Inbox.Tests.Benchmarks;

namespace Inbox.Tests.Faults;

/// <summary>The long forms of the fault tests.</summary>
internal static class FaultRuns
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["kill", .. var rest]:
                return await KillAsync(new Arguments(rest));
            case ["sends", .. var rest]:
                return await SendsAsync(new Arguments(rest));
            default:
                Console.Error.WriteLine("""
                    faults kill [--kills 20] [--seed N] [--database sqlite|postgresql]          kill -9 at random moments under load
                    faults sends [--messages 2000] [--seed N] [--database sqlite|postgresql]    a platform that fails in every fifth answer
                    """);
                return 2;
        }
    }

    private static async Task<int> SendsAsync(Arguments options)
    {
        var seed = options.Number("seed", Random.Shared.Next(1_000_000));
        var database = Enum.Parse<TestDatabase>(options.Text("database", "sqlite"), ignoreCase: true);
        var messages = options.Number("messages", 2000);
        Console.WriteLine($"faults sends --messages {messages} --seed {seed} --database {database}");
        await using var cluster = new PostgreSqlCluster();
        var result = await SendFaultRun.RunAsync(database, messages, seed);
        Console.WriteLine(result);
        return result.IsClean ? 0 : 1;
    }

    private static async Task<int> KillAsync(Arguments options)
    {
        var seed = options.Number("seed", Random.Shared.Next(1_000_000));
        var database = Enum.Parse<TestDatabase>(options.Text("database", "sqlite"), ignoreCase: true);
        var kills = options.Number("kills", 20);
        Console.WriteLine($"faults kill --kills {kills} --seed {seed} --database {database}");
        await using var cluster = new PostgreSqlCluster();
        var result = await KillRun.RunAsync(database, kills, seed);
        var ready = result.ReadyAgain.Select(time => time.TotalSeconds).Order().ToList();
        Console.WriteLine(result.Check);
        Console.WriteLine($"answers: {string.Join(", ", result.Answers.OrderBy(answer => answer.Key).Select(answer => $"{(answer.Key == 0 ? "broken" : answer.Key)} {answer.Value}"))}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready again after p50 {Figures.Percentile(ready, 0.5):0.0} s, p95 {Figures.Percentile(ready, 0.95):0.0} s"));
        return result.Check.IsClean ? 0 : 1;
    }
}
