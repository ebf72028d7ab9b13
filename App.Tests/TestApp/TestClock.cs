namespace Inbox.Tests;

/// <summary>The system's clock, moved. Timers run in real time.</summary>
public sealed class TestClock : TimeProvider
{
    private static readonly DateTime LastPayload = new(2026, 12, 1, 0, 0, 0, DateTimeKind.Utc);

    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public DateTime UtcNow => GetUtcNow().UtcDateTime;

    /// <summary>Of a time when all payloads of the tests have been, and early in an hour: some things count once an hour.</summary>
    public static TestClock AfterAllPayloads()
    {
        var clock = new TestClock();
        var now = clock.UtcNow;
        var from = now < LastPayload ? LastPayload : now;
        clock.Advance(from.Date.AddHours(from.Hour + 1) - now);
        return clock;
    }

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
