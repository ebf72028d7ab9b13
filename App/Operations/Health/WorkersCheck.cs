using Inbox.Data;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Inbox.Operations.Health;

/// <summary>Every worker's loop went round lately.</summary>
internal sealed class WorkersCheck(Heartbeats heartbeats) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var all = heartbeats.All;
        var late = all.Count(beat => beat.IsLate);
        var figures = all.ToDictionary(beat => beat.Worker, beat => (object)$"{beat.Silence.TotalSeconds:0} s ago");
        return Task.FromResult(late == 0
            ? HealthCheckResult.Healthy($"{all.Count} running", figures)
            : HealthCheckResult.Degraded($"{late} of {all.Count} silent for more than {Heartbeats.Alarm.TotalSeconds:0} s", data: figures));
    }
}
