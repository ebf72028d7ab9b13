using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Channels.Website;

/// <summary>A working chat, and the page at /widget-demo that shows it.</summary>
internal sealed class SampleWidget(ChannelDirectory directory, TimeProvider clock) : ISampleData
{
    public int Order => 20;

    public async Task AddAsync(InboxDb db, Tenant tenant, User owner, CancellationToken cancellation)
    {
        var channel = db.Add(new Channel
        {
            TenantId = tenant.Id,
            Kind = WebsiteChannel.Key,
            Name = tenant.Name,
            ExternalId = tenant.Slug,
            // Only the demo page, which comes from this installation itself, until the owner names pages.
            Settings = new WebsiteSettings([], "Hi! How can we help?").ToJson(),
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        }).Entity;
        db.AuditRow(Caller.System(tenant.Id), "channel.connected", channel, AuditObject.Of("channel", channel.Id, channel.Name));
        await db.SaveChangesAsync(cancellation);
        directory.Changed();
    }
}
