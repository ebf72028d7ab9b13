using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Inbox.Tests;

/// <summary>Waits for a condition, with a limit. Tests never wait for a time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    public static Task Async(
        Func<bool> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string what = "")
        => Async(() => Task.FromResult(condition()), limit, what);

    public static async Task Async(
        Func<Task<bool>> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string what = "")
        => await Async(async () => await condition() ? "" : null, limit, what);

    /// <returns>The first value that is not null.</returns>
    public static async Task<T> Async<T>(
        Func<Task<T?>> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string what = "")
        where T : class
    {
        var cancellation = TestContext.Current.CancellationToken;
        var started = Stopwatch.GetTimestamp();
        var most = limit ?? Usual;
        while (true)
        {
            if (await condition() is { } value)
            {
                return value;
            }

            if (Stopwatch.GetElapsedTime(started) > most)
            {
                throw new TimeoutException($"Not within {most.TotalSeconds:0.#} s: {what}");
            }

            await Task.Delay(Between, TimeProvider.System, cancellation);
        }
    }
}
