using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.Health;

/// <summary>When the installation calls itself degraded or not ready, section <c>Inbox:Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>Below this share of free space on the disk of the data directory the node is not ready.</summary>
    [Range(0, 100)]
    public double MinimumFreeDiskPercent { get; set; } = 5;

    /// <summary>A received delivery or a due send that waits longer makes the installation degraded.</summary>
    [Range(1, 86400)]
    public int OldestWaitingSeconds { get; set; } = 60;
}

[OptionsValidator]
public sealed partial class HealthOptionsValidator : IValidateOptions<HealthOptions>;
