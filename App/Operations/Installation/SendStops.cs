using Inbox.Channels.Outbound;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.Installation;

/// <summary>The switch that stops all sending of the installation at once. What is to be sent waits in its queue; what is on its way arrives.</summary>
public sealed class SendStops(IDbContextFactory<InboxDb> dbs, OutboundSignal outbound, LiveFeed feed, TimeProvider clock)
{
    private const long Installation = 0;

    /// <returns>Null while messages go out. Everybody may know: their messages wait.</returns>
    public async Task<SendStop?> FindAsync(CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<SendStop>().AsNoTracking().SingleOrDefaultAsync(stop => stop.Business == SendStop.Everybody, cancellation);
    }

    /// <summary>Nothing begins to be sent after this returned, on any node.</summary>
    public Task StopAsync(Caller caller, CancellationToken cancellation)
        => ChangeAsync(caller, "sends.stopped", async db =>
        {
            if (!await db.Set<SendStop>().AnyAsync(stop => stop.Business == SendStop.Everybody, cancellation))
            {
                db.Add(new SendStop { Business = SendStop.Everybody, At = clock.GetUtcNow().UtcDateTime, By = caller.Name });
            }
        }, cancellation);

    public Task ResumeAsync(Caller caller, CancellationToken cancellation)
        => ChangeAsync(caller, "sends.resumed", db => db.Set<SendStop>().Where(stop => stop.Business == SendStop.Everybody).ExecuteDeleteAsync(cancellation), cancellation);

    private async Task ChangeAsync(Caller caller, string action, Func<InboxDb, Task> change, CancellationToken cancellation)
    {
        if (!caller.IsSuperAdmin)
        {
            throw new ForbiddenException("installation");
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await change(db);
        db.Audit(caller, action, new AuditObject("installation", null), tenantId: Installation);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        outbound.Raise();
        feed.Publish(Topics.Sends);
    }
}
