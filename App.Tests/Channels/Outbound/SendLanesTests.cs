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

        var (admitted, later) = lanes.Admit([.. Enumerable.Range(1, 7).Select(number => Item(number, number % 2 == 0 ? "video" : "voice")), Item(8, "text")], 16);

        Assert.Equal([1, 2, 3, 8], admitted.Select(item => item.Id));
        Assert.Equal([4, 5, 6, 7], later.Select(put => put.Due.Id));
    }

    [Fact]
    public async Task Recordings_that_wait_begin_at_their_times_as_fast_as_the_platform_takes_them()
    {
        using var lanes = Lanes(Limited(new SendLimits(PerSecond: 100, RecipientBurst: 1, TimeSpan.FromSeconds(1), RecordingsPerSecond: 10)));
        var waiting = Enumerable.Range(1, 30).ToDictionary(number => Item(number, "voice"), _ => DateTime.MinValue);
        List<(TimeSpan Before, TimeSpan After)> begun = [];
        var started = Stopwatch.GetTimestamp();

        await Eventually.Async(() =>
        {
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            var before = Stopwatch.GetElapsedTime(started);
            var (admitted, later) = lanes.Admit([.. waiting.Where(one => one.Value <= now).OrderBy(one => one.Value).ThenBy(one => one.Key.Id).Select(one => one.Key)], 64);
            foreach (var (due, at) in later)
            {
                Assert.True(at > now, "It would be asked again at once.");
                waiting[due] = at;
            }

            foreach (var item in admitted)
            {
                waiting.Remove(item);
                lanes.Leave(item.Id, item.ChannelId);
                begun.Add((before, Stopwatch.GetElapsedTime(started)));
            }

            return Task.FromResult(waiting.Count == 0);
        });

        Assert.All(begun.Skip(11).Zip(begun), pair => Assert.True(pair.First.After - pair.Second.Before > TimeSpan.FromSeconds(1)));
        Assert.InRange(begun[^1].After, TimeSpan.FromSeconds(2.7), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void The_worker_wakes_when_the_next_recording_may_begin()
    {
        using var lanes = Lanes(Limited(new SendLimits(PerSecond: 100, RecipientBurst: 1, TimeSpan.FromSeconds(1), RecordingsPerSecond: 10)));

        var (_, later) = lanes.Admit([.. Enumerable.Range(1, 20).Select(number => Item(number, "voice"))], 32);

        Assert.NotEmpty(later);
        Assert.InRange(lanes.NextOpening!.Value, TimeSpan.Zero, later.Min(put => put.At) - TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromMilliseconds(100));
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
