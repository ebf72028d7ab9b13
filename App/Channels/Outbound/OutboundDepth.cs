using System.Diagnostics.Metrics;
using Inbox.Data;

namespace Inbox.Channels.Outbound;

/// <summary>How much waits and how much is on its way, for the metrics.</summary>
public sealed class OutboundDepth
{
    private readonly ObservableGauge<long>[] _gauges;

    public OutboundDepth(SendLanes lanes) => _gauges =
    [
        Meters.Inbox.CreateObservableGauge("inbox.outbound.queued", () => Queued, description: "Messages that wait to be sent"),
        Meters.Inbox.CreateObservableGauge("inbox.outbound.sending", () => (long)lanes.Running, description: "Messages on their way to a platform"),
        Meters.Inbox.CreateObservableGauge("inbox.outbound.broken", () => (long)lanes.Broken.Count, description: "Channels whose platform does not answer"),
    ];

    /// <summary>As counted last.</summary>
    public long Queued { get; set; }
}
