using Inbox.Conversations;

namespace Inbox.Tests.Conversations;

public sealed class ListSelectionTests
{
    private static readonly long[] Shown = [10, 20, 30, 40, 50];

    private readonly ListSelection _selection = new();

    [Fact]
    public void A_row_is_picked_and_put_back()
    {
        _selection.Toggle(20, range: false, Shown);
        Assert.True(_selection.Active);
        Assert.Equal([20], _selection.Picked);

        _selection.Toggle(20, range: false, Shown);
        Assert.Empty(_selection.Picked);
        Assert.True(_selection.Active);
    }

    [Theory]
    [InlineData(20, 40)]
    [InlineData(40, 20)]
    public void The_shift_key_picks_all_between(long from, long to)
    {
        _selection.Toggle(from, range: false, Shown);
        _selection.Toggle(to, range: true, Shown);

        Assert.Equal([20, 30, 40], _selection.Picked.Order());
    }

    [Fact]
    public void The_shift_key_picks_one_when_the_other_end_has_left_the_list()
    {
        _selection.Toggle(20, range: false, Shown);
        _selection.Toggle(40, range: true, [10, 30, 40, 50]);

        Assert.Equal([20, 40], _selection.Picked.Order());
    }

    [Fact]
    public void Nothing_is_left_of_a_selection_that_ended()
    {
        _selection.Pick(Shown);
        _selection.Drop([10]);
        Assert.Equal(4, _selection.Picked.Count);

        _selection.End();

        Assert.Empty(_selection.Picked);
        Assert.False(_selection.Active);
    }
}
