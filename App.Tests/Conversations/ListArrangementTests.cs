using Inbox.Conversations;

namespace Inbox.Tests.Conversations;

public sealed class ListArrangementTests
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly ListArrangement _list = new();

    [Fact]
    public void Rows_stand_as_they_were_read()
    {
        Take(1, 2, 3);

        Assert.Equal([1, 2, 3], Shown());
    }

    [Fact]
    public void While_the_pointer_rests_on_the_list_rows_change_in_place_and_new_ones_wait()
    {
        Take(1, 2, 3);
        _list.Held = true;
        Take(9, 3, 1, 2);

        Assert.Equal([1, 2, 3], Shown());
        Assert.Equal(1, _list.Waiting);

        _list.Held = false;

        Assert.Equal([9, 3, 1, 2], Shown());
        Assert.Equal(0, _list.Waiting);
    }

    [Fact]
    public void The_open_conversation_stays_at_its_place_when_it_leaves_the_filter()
    {
        Take(1, 2, 3);
        _list.Open = 2;
        Leave(2, 1, 3);

        Assert.Equal([1, 2, 3], Shown());
        Assert.True(_list.Rows![1].Left);
    }

    [Fact]
    public void It_goes_when_another_one_is_opened()
    {
        Take(1, 2, 3);
        _list.Open = 2;
        Leave(2, 1, 3);
        _list.Open = 3;

        Assert.Equal([1, 3], Shown());
    }

    [Fact]
    public void It_is_a_row_like_any_other_when_it_comes_back()
    {
        Take(1, 2, 3);
        _list.Open = 2;
        Leave(2, 1, 3);
        Take(2, 1, 3);

        Assert.Equal([2, 1, 3], Shown());
        Assert.DoesNotContain(_list.Rows!, row => row.Left);
    }

    [Fact]
    public void A_conversation_that_was_never_in_the_list_does_not_leave_it()
    {
        Take(1, 3);
        _list.Open = 2;

        Assert.False(_list.OpenLeaves([Row(1), Row(3)]));
    }

    [Fact]
    public void Later_pages_stay_behind_the_first_one_and_nothing_shows_twice()
    {
        Take(1, 2, 3);
        _list.Append([Row(3), Row(4), Row(5)]);
        _list.Take([Row(5), Row(1), Row(2)], null, complete: false);

        Assert.Equal([5, 1, 2, 4], Shown());
    }

    private void Take(params long[] ids) => _list.Take([.. ids.Select(Row)], null, complete: true);

    private void Leave(long left, params long[] ids)
    {
        Assert.True(_list.OpenLeaves([.. ids.Select(Row)]));
        _list.Take([.. ids.Select(Row)], Row(left), complete: true);
    }

    private IEnumerable<long> Shown() => _list.Rows!.Select(row => row.Row.Id);

    private static ConversationRow Row(long id)
        => new(
            id, 1, "whatsapp", "Orders", id, $"Contact {id}", null, null, ConversationStatus.Open, null, null, Noon, Noon, null, Noon,
            "text", "hello", MessageDirection.Inbound, MessageStatus.Received, Noon, 0, null);
}
