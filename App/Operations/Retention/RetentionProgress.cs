using System.Diagnostics.Metrics;
using Inbox.Operations.Telemetry;

namespace Inbox.Operations.Retention;

/// <summary>How far the job is, for the health page and the metrics.</summary>
public sealed class RetentionProgress
{
    private readonly Counter<long> _removed;

    public RetentionProgress(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryExport.Own);
        _removed = meter.CreateCounter<long>("inbox.retention.removed", "{row}", "What was past its time and is gone");
        meter.CreateObservableGauge("inbox.retention.left", () => Left, "{row}", "What is past its time and still there");
    }

    /// <summary>Null before the first run of this process.</summary>
    public DateTime? StartedAt { get; private set; }

    /// <summary>Null while it runs.</summary>
    public DateTime? FinishedAt { get; private set; }

    public bool Failed { get; private set; }

    public long Left { get; private set; }

    public long Bodies { get; private set; }

    public long SendAttempts { get; private set; }

    public void Start(DateTime now, long left) => (StartedAt, FinishedAt, Failed, Left, Bodies, SendAttempts) = (now, null, false, left, 0, 0);

    public void RemovedBodies(int count)
    {
        Bodies += count;
        Left = Math.Max(0, Left - count);
        _removed.Add(count, KeyValuePair.Create<string, object?>("kind", "body"));
    }

    public void RemovedSendAttempts(int count)
    {
        SendAttempts += count;
        Left = Math.Max(0, Left - count);
        _removed.Add(count, KeyValuePair.Create<string, object?>("kind", "send_attempt"));
    }

    public void Finish(DateTime now, bool failed) => (FinishedAt, Failed) = (now, failed);
}
