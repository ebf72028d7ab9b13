using Inbox.Realtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Inbox.Tests.Realtime;

public sealed class TypingTests
{
    [Fact]
    public void Who_stopped_without_a_word_is_forgotten_with_the_conversation()
    {
        var clock = new Ticks();
        var typing = new Typing(new LiveFeed(clock, NullLogger<LiveFeed>.Instance), clock);
        typing.Set(1, 7, "customer", null, active: true);
        Assert.Single(typing.In(1, 7));

        clock.Now += (long)((Typing.Lasts.TotalSeconds + 1) * clock.TimestampFrequency);

        Assert.Empty(typing.In(1, 7));
        Assert.Equal(0, typing.Conversations);
    }

    private sealed class Ticks : TimeProvider
    {
        public long Now { get; set; } = 1;

        public override long GetTimestamp() => Now;
    }
}
