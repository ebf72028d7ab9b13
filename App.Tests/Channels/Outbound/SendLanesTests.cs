using System.Diagnostics;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Channels.Outbound;

public sealed class SendLanesTests
{
    [Fact]
    public void An_item_that_has_not_left_does_not_enter_again()
    {
        using var lanes = Lanes(new ScriptedChannel());
        var due = new DueItem(Id: 1, TenantId: 1, ChannelId: 7, "scripted", "anna", "text");

        Assert.Single(lanes.Admit([due], 16).Admitted);
        Assert.Empty(lanes.Admit([due], 16).Admitted);

        lanes.Leave(due.Id, due.ChannelId);
        Assert.Single(lanes.Admit([due], 16).Admitted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task A_channel_begins_no_more_in_a_second_than_its_platform_takes(int together)
    {
        using var lanes = Lanes(Limited(new SendLimits(PerSecond: 100, RecipientBurst: 1, TimeSpan.FromSeconds(1))));
        List<(TimeSpan Before, TimeSpan After)> begun = [];
        var started = Stopwatch.GetTimestamp();

        await Eventually.Async(() =>
        {
            var due = Enumerable.Range(begun.Count, together).Select(number => Item(number, "text")).ToList();
            var before = Stopwatch.GetElapsedTime(started);
            var admitted = lanes.Admit(due, together).Admitted;
            var after = Stopwatch.GetElapsedTime(started);
            foreach (var item in admitted)
            {
                lanes.Leave(item.Id, item.ChannelId);
                begun.Add((before, after));
            }

            return Task.FromResult(begun.Count >= 150);
        });

        Assert.All(begun.Skip(101).Zip(begun), pair => Assert.True(pair.First.After - pair.Second.Before > TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Recordings_that_the_platform_takes_slowly_hold_up_no_text()
    {
        using var lanes = Lanes(Limited(new SendLimits(PerSecond: 100, RecipientBurst: 1, TimeSpan.FromSeconds(1), RecordingsPerSecond: 10)));

        var (admitted, later) = lanes.Admit([Item(1, "video"), Item(2, "voice"), Item(3, "audio"), Item(4, "text")], 16);

        Assert.Equal([1, 4], admitted.Select(item => item.Id));
        Assert.Equal([2, 3], later.Select(put => put.Due.Id));
    }

    [Fact]
    public void Recordings_that_wait_begin_one_after_the_other_as_fast_as_the_platform_takes_them()
    {
        using var lanes = Lanes(Limited(new SendLimits(PerSecond: 100, RecipientBurst: 1, TimeSpan.FromSeconds(1), RecordingsPerSecond: 10)));

        var (_, later) = lanes.Admit([.. Enumerable.Range(1, 20).Select(number => Item(number, "voice"))], 32);

        var times = later.Select(put => put.At).ToList();
        Assert.All(times.Skip(1).Zip(times), pair => Assert.InRange((pair.First - pair.Second).TotalSeconds, 0.1, 0.2));
    }

    private static SendLanes Lanes(ScriptedChannel channel) => new(new ChannelCatalogue([channel]), Options.Create(new OutboundOptions()), TimeProvider.System);

    private static ScriptedChannel Limited(SendLimits limits)
    {
        var channel = new ScriptedChannel();
        channel.Capabilities = channel.Capabilities with { Limits = limits };
        return channel;
    }

    private static DueItem Item(int number, string type) => new(number, TenantId: 1, ChannelId: 7, "scripted", $"customer {number}", type);
}
