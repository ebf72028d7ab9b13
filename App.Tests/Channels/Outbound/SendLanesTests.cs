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
        var now = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        var channel = new Channel { TenantId = 1, Kind = "scripted", Name = "n", ExternalId = "n", CreatedAt = now };
        var item = new OutboxItem
        {
            TenantId = 1,
            ChannelId = channel.Id,
            ConversationId = 1,
            MessageId = 1,
            ToKind = "test",
            To = "anna",
            Text = "hello",
            CreatedAt = now,
            DueAt = now,
        };
        DueItem due = new(item, channel);

        Assert.Single(lanes.Admit([due], 16).Admitted);
        Assert.Empty(lanes.Admit([due], 16).Admitted);

        lanes.Leave(item.Id, channel.Id);
        Assert.Single(lanes.Admit([due], 16).Admitted);
    }
}
