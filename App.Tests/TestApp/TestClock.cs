namespace Inbox.Tests;

/// <summary>The system's clock, moved. Timers run in real time.</summary>
public sealed class TestClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public DateTime UtcNow => GetUtcNow().UtcDateTime;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
