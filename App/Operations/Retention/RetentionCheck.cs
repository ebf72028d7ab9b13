using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Inbox.Operations.Retention;

internal sealed class RetentionCheck(RetentionProgress progress) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (progress.StartedAt is not { } started)
        {
            return Task.FromResult(HealthCheckResult.Healthy("Not run since the start."));
        }

        var figures = new Dictionary<string, object>
        {
            ["started_at"] = started,
            ["removed_bodies"] = progress.Bodies,
            ["removed_send_attempts"] = progress.SendAttempts,
            ["removed_orphans"] = progress.Orphans,
            ["left"] = progress.Left,
        };
        return Task.FromResult(progress switch
        {
            { Failed: true } => HealthCheckResult.Degraded($"The last run stopped, {progress.Left} rows are left; the log says why.", data: figures),
            { FinishedAt: null } => HealthCheckResult.Healthy($"Running, {progress.Left} rows are left.", figures),
            _ => HealthCheckResult.Healthy($"Removed {progress.Bodies + progress.SendAttempts + progress.Orphans} rows.", figures),
        });
    }
}
