using Inbox.Channels.Outbound;

namespace Inbox.Tests.Channels.Outbound;

public sealed class RetryScheduleTests
{
    private static readonly SendResult.Retry Busy = new("busy", "Busy.");

    [Fact]
    public void It_waits_longer_each_time_and_gives_up_after_a_day()
    {
        var waits = Enumerable.Range(1, 29).Select(attempt => RetrySchedule.After(attempt, Busy)!.Value).ToList();
        Assert.Equal(TimeSpan.FromSeconds(30), waits[0]);
        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait), TimeSpan.FromHours(22), TimeSpan.FromHours(25));
        Assert.Null(RetrySchedule.After(30, Busy));
    }

    [Fact]
    public void It_waits_as_long_as_the_platform_asks_but_no_less_than_by_itself_and_no_more_than_a_day()
    {
        Assert.Equal(TimeSpan.FromMinutes(10), RetrySchedule.After(1, Busy with { After = TimeSpan.FromMinutes(10) }));
        Assert.Equal(TimeSpan.FromSeconds(30), RetrySchedule.After(1, Busy with { After = TimeSpan.FromSeconds(1) }));
        Assert.Equal(TimeSpan.FromDays(1), RetrySchedule.After(1, Busy with { After = TimeSpan.FromDays(9) }));
    }

    [Fact]
    public void The_last_attempt_ends_as_a_failure()
    {
        Assert.Same(Busy, RetrySchedule.Final(29, Busy));
        Assert.Equal("busy", Assert.IsType<SendResult.Refused>(RetrySchedule.Final(30, Busy)).Code);
        Assert.IsType<SendResult.Refused>(RetrySchedule.Final(4, Busy with { AtMost = 4 }));
    }
}
