using System.Diagnostics;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Inbox.Operations.Health;

/// <summary>A write of one small row is on disk within a second.</summary>
internal sealed partial class DatabaseWriteCheck(IServiceScopeFactory scopes, TimeProvider clock, ILogger<DatabaseWriteCheck> log) : IHealthCheck
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1);

    // Anybody may ask, and each answer is a write: those who ask together share one.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<HealthCheckResult>? _last;
    private long _startedAt;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_last is null || (_last.IsCompleted && Stopwatch.GetElapsedTime(_startedAt) > Fresh))
            {
                _startedAt = Stopwatch.GetTimestamp();
                _last = Task.Run(ProbeAsync, CancellationToken.None);
            }

            return AnswerAsync(_last, _startedAt, cancellationToken);
        }
    }

    private static async Task<HealthCheckResult> AnswerAsync(Task<HealthCheckResult> probe, long startedAt, CancellationToken cancellation)
    {
        // SQLite's calls cannot be cancelled, so the wait ends and not the write; a later answer still finds it running.
        var left = Within - Stopwatch.GetElapsedTime(startedAt);
        try
        {
            return await probe.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation);
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Unhealthy("A write took longer than a second.");
        }
    }

    private async Task<HealthCheckResult> ProbeAsync()
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync();
            await using var write = await db.BeginAsync(CancellationToken.None, urgent: true);
            await WriteAsync(db, clock.GetUtcNow().UtcDateTime);
            await write.CommitAsync(CancellationToken.None);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error)
        {
            WriteFailed(error);
            return HealthCheckResult.Unhealthy("The database cannot be written.");
        }
    }

    private static async Task WriteAsync(InboxDb db, DateTime now)
    {
        const string name = "health";
        var changed = await db.Set<WorkerLease>().Where(lease => lease.Name == name)
            .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.Until, now).SetProperty(lease => lease.Fence, lease => lease.Fence + 1));
        if (changed == 0)
        {
            await db.InsertAsync([new WorkerLease { Name = name, Owner = name, Until = now }], CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Error, "The health check could not write to the database")]
    private partial void WriteFailed(Exception error);
}
