using Inbox.Channels;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Channels.Outbound;

public sealed class SendLanesTests
{
    [Fact]
    public void An_item_that_has_not_left_does_not_enter_again()
    {
        using var lanes = new SendLanes(new ChannelCatalogue([new ScriptedChannel()]), Options.Create(new OutboundOptions()), TimeProvider.System);
        var due = new DueItem(Id: 1, TenantId: 1, ChannelId: 7, "scripted", "anna");

        Assert.Single(lanes.Admit([due], 16).Admitted);
        Assert.Empty(lanes.Admit([due], 16).Admitted);

        lanes.Leave(due.Id, due.ChannelId);
        Assert.Single(lanes.Admit([due], 16).Admitted);
    }
}
