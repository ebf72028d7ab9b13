using Inbox.Channels.Outbound;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Health;

/// <summary>How a channel does.</summary>
/// <param name="State">ok; resting (it sends nothing for a moment); broken (its platform does not answer); stopped (a person must act); off.</param>
/// <param name="SuccessRate">0 to 1: what the platform took of the last 200 sends; null while there was none since the start.</param>
/// <param name="P95Milliseconds">The platform's time to answer, for 95 of 100 of them.</param>
/// <param name="Queued">Messages that wait to be sent.</param>
/// <param name="OldestQueuedSeconds">How long the oldest of them has waited; 0 when none waits.</param>
/// <param name="LastReceivedAt">When the platform last told us something, to the minute.</param>
public sealed record ChannelHealthRow(
    long Id, string Kind, string Name, string State, string? StoppedReason, double? SuccessRate, int? P95Milliseconds, int Queued, long OldestQueuedSeconds, SendError? LastError, DateTime? LastReceivedAt);

/// <summary>The channels of a business with what this node knows of their sends, and what waits for them in the database.</summary>
public sealed class ChannelHealth(IDbContextFactory<InboxDb> dbs, SendLanes lanes, TimeProvider clock)
{
    public async Task<IReadOnlyList<ChannelHealthRow>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var channels = await db.Set<Channel>().AsNoTracking().OrderBy(channel => channel.Id).ToListAsync(cancellation);
        var ids = channels.ConvertAll(channel => channel.Id);
        var queues = await db.Set<OutboxItem>().Where(item => item.State == OutboxState.Queued && ids.Contains(item.ChannelId))
            .GroupBy(item => item.ChannelId).Select(items => new { Channel = items.Key, Count = items.Count(), Oldest = items.Min(item => item.CreatedAt) })
            .ToDictionaryAsync(queue => queue.Channel, cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        return
        [
            .. from channel in channels
               let lane = lanes.Find(channel.Id)
               let figures = lane?.Recent.Figures
               let queue = queues.GetValueOrDefault(channel.Id)
               select new ChannelHealthRow(
                   channel.Id, channel.Kind, channel.Name, StateOf(channel, lane), channel.StoppedReason, figures?.SuccessRate, (int?)figures?.P95?.TotalMilliseconds,
                   queue?.Count ?? 0, queue is null ? 0 : (long)Math.Max(0, (now - queue.Oldest).TotalSeconds), figures?.LastError, channel.LastReceivedAt),
        ];
    }

    private static string StateOf(Channel channel, SendLane? lane) => channel switch
    {
        { IsActive: false } => "off",
        { StoppedAt: not null } => "stopped",
        _ when lane?.IsBroken == true => "broken",
        _ when lane?.ClosedFor > TimeSpan.FromSeconds(1) => "resting",
        _ => "ok",
    };
}
