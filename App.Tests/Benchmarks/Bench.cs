namespace Inbox.Tests.Benchmarks;

/// <summary><c>bench NAME</c>: one line a figure, and the ratio to a bare baseline measured in the same run.</summary>
internal static class Bench
{
    public static Task<int> RunAsync(string[] arguments)
    {
        Console.Error.WriteLine($"There is no benchmark {string.Join(' ', arguments)}.");
        return Task.FromResult(2);
    }
}
