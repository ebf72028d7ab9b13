using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Channels.Sandbox;

/// <summary>A WhatsApp number that talks to the built-in stand-in.</summary>
internal sealed class SampleSandbox(SandboxChannels channels) : ISampleData
{
    public int Order => 20;

    public Task AddAsync(InboxDb db, Tenant tenant, User owner, CancellationToken cancellation)
        => channels.AddAsync(db, tenant.Id, "Orders", cancellation);
}
