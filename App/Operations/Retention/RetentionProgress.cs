using System.Diagnostics.Metrics;
using Inbox.Data;

namespace Inbox.Operations.Retention;

/// <summary>How far the job is, for the health page and the metrics.</summary>
public sealed class RetentionProgress
{
    private static readonly Counter<long> Removed = Meters.Inbox.CreateCounter<long>("inbox.retention.removed", "{row}", "What was past its time and is gone");
    private static readonly Gauge<long> NowLeft = Meters.Inbox.CreateGauge<long>("inbox.retention.left", "{row}", "What is past its time and still there");

    /// <summary>Null before the first run of this process.</summary>
    public DateTime? StartedAt { get; private set; }

    /// <summary>Null while it runs.</summary>
    public DateTime? FinishedAt { get; private set; }

    public bool Failed { get; private set; }

    public long Left { get; private set; }

    public long Bodies { get; private set; }

    public long SendAttempts { get; private set; }

    /// <summary>Changes of messages and reactions whose message is not here.</summary>
    public long Orphans { get; private set; }

    public void Start(DateTime now, long left)
    {
        (StartedAt, FinishedAt, Failed, Left, Bodies, SendAttempts, Orphans) = (now, null, false, left, 0, 0, 0);
        NowLeft.Record(left);
    }

    public void RemovedBodies(int count)
    {
        Bodies += count;
        Count("body", count);
    }

    public void RemovedSendAttempts(int count)
    {
        SendAttempts += count;
        Count("send_attempt", count);
    }

    public void RemovedOrphans(int count)
    {
        Orphans += count;
        Count("orphan", count);
    }

    public void Finish(DateTime now, bool failed) => (FinishedAt, Failed) = (now, failed);

    private void Count(string kind, int count)
    {
        Left = Math.Max(0, Left - count);
        Removed.Add(count, KeyValuePair.Create<string, object?>("kind", kind));
        NowLeft.Record(Left);
    }
}
