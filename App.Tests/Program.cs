using Inbox.Tests.Benchmarks;
using Inbox.Tests.Benchmarks.Load;
using Inbox.Tests.Faults;
using Xunit.Runner.InProc.SystemConsole;

namespace Inbox.Tests;

/// <summary>
/// <c>dotnet test</c> runs the tests; <c>dotnet run -c Release --project App.Tests -- bench NAME</c> a benchmark and
/// <c>-- faults kill</c> the full kill test. The other verbs are the processes that those start.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) => args switch
    {
        ["bench", .. var rest] => await Bench.RunAsync(rest),
        ["faults", .. var rest] => await FaultRuns.RunAsync(rest),
        ["load", .. var rest] => await LoadProgram.RunAsync(rest),
        ["baseline", .. var rest] => await Baseline.RunAsync(rest),
        ["api-host", .. var rest] => await ApiHost.MainAsync(rest),
        ["api-baseline", .. var rest] => await ApiBaseline.MainAsync(rest),
        ["api-load", .. var rest] => await ApiLoad.MainAsync(rest),
        _ => await ConsoleRunner.Run(args),
    };
}
