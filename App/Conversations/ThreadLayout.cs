using Inbox.Shell.Ui;

namespace Inbox.Conversations;

/// <summary>One thing in the thread, top to bottom.</summary>
public abstract record ThreadItem(string Key);

public sealed record DayItem(DateTime At, DateOnly Day) : ThreadItem($"day {Day:O}");

public sealed record UnreadItem(int Count) : ThreadItem("unread");

public sealed record EventItem(ThreadEvent Happened) : ThreadItem($"event {Happened.Id}");

/// <param name="First">Starts a group of bubbles of one sender and minute.</param>
/// <param name="Last">Ends it: shows the time and who it was.</param>
public sealed record MessageItem(MessageRow Message, bool First, bool Last) : ThreadItem($"message {Message.Id}");

/// <summary>Puts messages and events into the order of the screen, with days, groups and the unread divider between.</summary>
public static class ThreadLayout
{
    /// <param name="messages">Oldest first.</param>
    /// <param name="unreadFrom">The divider stands before this message; null: none.</param>
    public static List<ThreadItem> Of(IReadOnlyList<MessageRow> messages, IReadOnlyList<ThreadEvent> events, long? unreadFrom, int unread, ZonedTime times)
    {
        List<ThreadItem> items = [];
        var next = 0;
        DateOnly? day = null;

        void Day(DateTime at)
        {
            if (times.Day(at) is var now && now != day)
            {
                day = now;
                items.Add(new DayItem(at, now));
            }
        }

        void Events(DateTime until)
        {
            for (; next < events.Count && events[next].At <= until; next++)
            {
                Day(events[next].At);
                items.Add(new EventItem(events[next]));
            }
        }

        for (var at = 0; at < messages.Count; at++)
        {
            var message = messages[at];
            Events(message.SentAt);
            Day(message.SentAt);
            if (message.Id == unreadFrom)
            {
                items.Add(new UnreadItem(unread));
            }

            var first = at == 0 || items[^1] is not MessageItem || !Together(messages[at - 1], message);
            var last = at == messages.Count - 1 || !Together(message, messages[at + 1]) || messages[at + 1].Id == unreadFrom
                || (next < events.Count && events[next].At <= messages[at + 1].SentAt);
            items.Add(new MessageItem(message, first, last));
        }

        Events(DateTime.MaxValue);
        return items;

        bool Together(MessageRow one, MessageRow other)
            => one.Direction == other.Direction && one.Direction != MessageDirection.Note
                && one.SenderKind == other.SenderKind && one.SenderId == other.SenderId
                && !IsTrouble(one) && !IsTrouble(other)
                && one.SentAt.Ticks / TimeSpan.TicksPerMinute == other.SentAt.Ticks / TimeSpan.TicksPerMinute
                && times.Day(one.SentAt) == times.Day(other.SentAt);
    }

    /// <summary>A sentence stands below it, so it is a group of its own.</summary>
    private static bool IsTrouble(MessageRow message) => message.Status is MessageStatus.Failed or MessageStatus.Unknown;
}
