using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Channels.Sandbox;

/// <summary>A number, a page and an Instagram account that talk to the built-in stand-in.</summary>
internal sealed class SampleSandbox(SandboxChannels channels) : ISampleData
{
    public int Order => 20;

    public async Task AddAsync(InboxDb db, Tenant tenant, User owner, CancellationToken cancellation)
    {
        await channels.AddAsync(db, tenant.Id, "Orders", cancellation);
        await channels.AddAsync(db, tenant.Id, "Our page", cancellation, SandboxChannels.Messenger);
        await channels.AddAsync(db, tenant.Id, "beans.and.books", cancellation, SandboxChannels.Instagram);
    }
}
