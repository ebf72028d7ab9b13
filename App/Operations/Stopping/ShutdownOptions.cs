using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.Stopping;

/// <summary>How the process ends, section <c>Inbox:Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    /// <summary>How long requests are still taken after readiness says no, so that load balancers notice. 0 in Development.</summary>
    [Range(0, 20)]
    public double DrainSeconds { get; set; } = 2;
}

[OptionsValidator]
public sealed partial class ShutdownOptionsValidator : IValidateOptions<ShutdownOptions>;
