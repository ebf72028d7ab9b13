namespace Inbox.Tests.Faults;

/// <summary>The long forms of the fault tests.</summary>
internal static class FaultRuns
{
    public static Task<int> RunAsync(string[] arguments)
    {
        Console.Error.WriteLine($"There is no fault run {string.Join(' ', arguments)}.");
        return Task.FromResult(2);
    }
}
