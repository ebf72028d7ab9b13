using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Sandbox;

public sealed class SandboxDeskTests : AppTests
{
    [Fact]
    public async Task Who_may_only_see_channels_does_not_write_as_a_customer()
    {
        var reader = new Caller(CallerKind.User, 1, 1, "Reader", new Dictionary<string, PermissionScope> { [ChannelPermissions.Read] = PermissionScope.All });
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(1);

        await Assert.ThrowsAsync<ForbiddenException>(() => scope.ServiceProvider.GetRequiredService<SandboxDesk>().WriteAsync(reader, 1, new SandboxLetter { Text = "Hi" }, Cancellation));
    }
}
