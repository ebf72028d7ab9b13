namespace Inbox.Tests.Benchmarks;

/// <summary>From the platform's POST to the message in the agent's browser.</summary>
internal static class LiveBench
{
    public static Task<int> RunAsync(Arguments arguments)
    {
        _ = arguments;
        Console.Error.WriteLine("The inbox screen is not there yet.");
        return Task.FromResult(2);
    }
}
