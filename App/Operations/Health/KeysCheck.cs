using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Inbox.Operations.Health;

/// <summary>The keys are there and open what they closed.</summary>
internal sealed class KeysCheck(IDataProtectionProvider keys) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var protector = keys.CreateProtector("health");
        return Task.FromResult(protector.Unprotect(protector.Protect("inbox")) == "inbox"
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The keys do not open what they closed."));
    }
}
