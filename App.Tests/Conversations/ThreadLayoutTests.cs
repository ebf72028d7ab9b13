using Inbox.Conversations;
using Inbox.Shell.Ui;

namespace Inbox.Tests.Conversations;

public sealed class ThreadLayoutTests
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly ZonedTime Lisbon = new(TimeZoneInfo.Utc, TimeProvider.System);

    [Fact]
    public void Messages_of_one_sender_and_minute_are_one_group()
    {
        var items = Of([Inbound(1, 0), Inbound(2, 20), Inbound(3, 70), Reply(4, 80)]);

        Assert.Equal([(true, false), (false, true), (true, true), (true, true)], Groups(items));
    }

    [Fact]
    public void A_failed_message_stands_alone()
    {
        var items = Of([Reply(1, 0), Reply(2, 1) with { Status = MessageStatus.Failed }, Reply(3, 2)]);

        Assert.Equal([(true, true), (true, true), (true, true)], Groups(items));
    }

    [Fact]
    public void Each_day_begins_with_its_date_in_the_zone_of_the_business()
    {
        var tokyo = new ZonedTime(TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"), TimeProvider.System);
        var before = Inbound(1, 0) with { SentAt = new DateTime(2026, 1, 1, 14, 59, 0, DateTimeKind.Utc) };
        var after = Inbound(2, 0) with { SentAt = new DateTime(2026, 1, 1, 15, 1, 0, DateTimeKind.Utc) };

        var items = ThreadLayout.Of([before, after], [], null, 0, tokyo);

        Assert.Equal([new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 2)], items.OfType<DayItem>().Select(day => day.Day));
    }

    [Fact]
    public void The_divider_stands_before_the_first_unread_message_and_cuts_its_group()
    {
        var items = ThreadLayout.Of([Inbound(1, 0), Inbound(2, 10)], [], unreadFrom: 2, unread: 1, Lisbon);

        Assert.Equal(["DayItem", "MessageItem", "UnreadItem", "MessageItem"], items.Select(item => item.GetType().Name));
        Assert.Equal([(true, true), (true, true)], Groups(items));
    }

    [Fact]
    public void Events_stand_where_they_happened()
    {
        var closed = new ThreadEvent(1, "conversation_closed", Noon.AddSeconds(30), 1, "Ana", null, null);

        var items = ThreadLayout.Of([Inbound(1, 0), Inbound(2, 40)], [closed], null, 0, Lisbon);

        Assert.Equal(["DayItem", "MessageItem", "EventItem", "MessageItem"], items.Select(item => item.GetType().Name));
        Assert.Equal([(true, true), (true, true)], Groups(items));
    }

    [Fact]
    public void Every_item_has_a_key_of_its_own()
    {
        var items = ThreadLayout.Of([Inbound(1, 0), Reply(2, 10), Inbound(3, 90_000)], [new ThreadEvent(1, "conversation_closed", Noon.AddDays(3), 1, "Ana", null, null)], 3, 1, Lisbon);

        Assert.Equal(items.Count, items.Select(item => item.Key).Distinct().Count());
    }

    private static List<ThreadItem> Of(IReadOnlyList<MessageRow> messages) => ThreadLayout.Of(messages, [], null, 0, Lisbon);

    private static IEnumerable<(bool First, bool Last)> Groups(IEnumerable<ThreadItem> items) => items.OfType<MessageItem>().Select(item => (item.First, item.Last));

    private static MessageRow Inbound(long id, int seconds)
        => new(id, 1, 1, MessageDirection.Inbound, "text", "hello", null, MessageStatus.Received, null, null, null, null, SenderKind.Contact, null, null, null, Noon.AddSeconds(seconds), Noon, null, null);

    private static MessageRow Reply(long id, int seconds)
        => Inbound(id, seconds) with { Direction = MessageDirection.Outbound, Status = MessageStatus.Sent, SenderKind = SenderKind.User, SenderId = 1, SenderName = "Ana" };
}
