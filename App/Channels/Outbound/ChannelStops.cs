using Inbox.Audit;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Outbound;

/// <summary>Channels whose platform takes nothing more until a person acts.</summary>
public static class ChannelStops
{
    /// <summary>In the transaction of the caller, who tells the <see cref="ChannelDirectory"/> after the commit.</summary>
    /// <returns>False where it was stopped before.</returns>
    public static async Task<bool> StopAsync(InboxDb db, Channel channel, string code, string reason, DateTime now, CancellationToken cancellation)
    {
        var stopped = await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == channel.Id && row.StoppedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.StoppedAt, now).SetProperty(row => row.StoppedReason, reason.Cut(1000)), cancellation);
        if (stopped == 0)
        {
            return false;
        }

        db.Add(new DomainEvent
        {
            TenantId = channel.TenantId,
            Type = ChannelAlerts.Stopped,
            At = now,
            Data = DomainEvent.Json(new { channel_id = channel.Id, code, reason }),
        });
        db.Audit(Caller.System(channel.TenantId), "channel.stopped", AuditObject.Of("channel", channel.Id, channel.Name), after: new { Code = code, Reason = reason });
        return true;
    }
}
