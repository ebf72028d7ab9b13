using Inbox.Data;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.Health;

/// <summary>Room on the disk of the data directory: a full disk stops every acknowledgement.</summary>
internal sealed class DiskCheck(IOptions<DataDirectoryOptions> directory, IOptions<HealthOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var drive = new DriveInfo(directory.Value.FullPath);
        var free = drive.TotalSize == 0 ? 0 : Math.Round(100.0 * drive.AvailableFreeSpace / drive.TotalSize, 1);
        var figures = new Dictionary<string, object> { ["free_bytes"] = drive.AvailableFreeSpace, ["total_bytes"] = drive.TotalSize };
        return Task.FromResult(free >= options.Value.MinimumFreeDiskPercent
            ? HealthCheckResult.Healthy(FormattableString.Invariant($"{free} % free"), figures)
            : HealthCheckResult.Unhealthy(FormattableString.Invariant($"{free} % free, at least {options.Value.MinimumFreeDiskPercent} % is needed"), data: figures));
    }
}
