using Inbox.Channels.Website;
using Inbox.Tenancy;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Channels.Website;

public sealed class WidgetLimitsTests
{
    [Fact]
    public void One_network_leaves_others_their_places_however_slowly_it_sends()
    {
        using var limits = new WidgetLimits(Options.Create(new WidgetLimitOptions { FilesAtOnce = 3, FilesAtOncePerNetwork = 4 }), TimeProvider.System);
        var first = limits.File("anna", "192.0.2.1");
        limits.File("anna", "192.0.2.1");
        limits.File("anna", "192.0.2.1");
        Assert.Equal("rate_limited", Assert.Throws<RefusedException>(() => limits.File("anna", "192.0.2.1")).Code);

        limits.File("ben", "192.0.2.1");
        Assert.Equal("rate_limited", Assert.Throws<RefusedException>(() => limits.File("ben", "192.0.2.1")).Code);
        limits.File("cara", "198.51.100.7");

        first.Dispose();
        limits.File("ben", "192.0.2.1");
    }
}
