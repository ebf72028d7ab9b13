using System.Collections.Concurrent;

namespace Inbox.Data;

/// <summary>When each worker's loop last went round. A worker beats in every round, idle rounds too.</summary>
public sealed class Heartbeats(TimeProvider clock)
{
    /// <summary>A loop that is silent for longer hangs, or has ended.</summary>
    public static readonly TimeSpan Alarm = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, DateTime> _last = new();

    /// <param name="name">The worker, for example <c>inbound</c>.</param>
    public void Beat(string name) => _last[name] = clock.GetUtcNow().UtcDateTime;

    public IReadOnlyList<Heartbeat> All
    {
        get
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return [.. _last.OrderBy(beat => beat.Key, StringComparer.Ordinal).Select(beat => new Heartbeat(beat.Key, now - beat.Value))];
        }
    }
}

/// <param name="Silence">The time since the last beat.</param>
public sealed record Heartbeat(string Worker, TimeSpan Silence)
{
    public bool IsLate => Silence > Heartbeats.Alarm;
}
