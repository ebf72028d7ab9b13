using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Inbox.Operations.Health;

/// <summary>The tables are those of this version. Asked until it is so, then remembered.</summary>
internal sealed class MigrationsCheck(IServiceScopeFactory scopes) : IHealthCheck
{
    private volatile bool _done;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!_done)
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellationToken);
            _done = !(await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any();
        }

        return _done ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The tables are not those of this version yet.");
    }
}
