using Inbox.Channels.Inbound;
using Inbox.Channels.Outbound;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.Health;

/// <summary>
/// Old unfinished work degrades the installation but takes no node out of service: everything is on disk, and a node less
/// would not make it faster.
/// </summary>
internal sealed class QueuesCheck(IServiceScopeFactory scopes, IOptions<HealthOptions> options, TimeProvider clock) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;

        // Ids grow with time, so the first waiting row is the oldest; the filtered index answers both.
        var waiting = db.Set<InboundDelivery>().Where(delivery => delivery.State == DeliveryState.Waiting);
        var received = await waiting.OrderBy(delivery => delivery.Id).Select(delivery => (DateTime?)delivery.ReceivedAt).FirstOrDefaultAsync(cancellationToken);
        var inbound = await waiting.CountAsync(cancellationToken);

        var due = db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant])
            .Where(item => (item.State == OutboxState.Queued || item.State == OutboxState.Sending) && item.DueAt <= now);
        var dueAt = await due.OrderBy(item => item.DueAt).Select(item => (DateTime?)item.DueAt).FirstOrDefaultAsync(cancellationToken);
        var outbound = await due.CountAsync(cancellationToken);

        var oldestInbound = Seconds(now, received);
        var oldestOutbound = Seconds(now, dueAt);
        var detail = $"{inbound} received and not processed, the oldest for {oldestInbound} s; {outbound} due and not sent, the oldest for {oldestOutbound} s";
        var figures = new Dictionary<string, object>
        {
            ["inbound_waiting"] = inbound,
            ["inbound_oldest_seconds"] = oldestInbound,
            ["outbound_due"] = outbound,
            ["outbound_oldest_seconds"] = oldestOutbound,
        };
        return Math.Max(oldestInbound, oldestOutbound) <= options.Value.OldestWaitingSeconds
            ? HealthCheckResult.Healthy(detail, figures)
            : HealthCheckResult.Degraded(detail, data: figures);
    }

    private static long Seconds(DateTime now, DateTime? since) => since is null ? 0 : (long)Math.Max(0, (now - since.Value).TotalSeconds);
}
