using Inbox.Shell.Ui;

namespace Inbox.Tests.Shell;

public sealed class DialogsTests
{
    private readonly Dialogs _dialogs = new();

    [Fact]
    public async Task The_answer_ends_the_question()
    {
        var asked = _dialogs.ConfirmAsync("Remove Orders?", "It is gone then.", "Remove", "Cancel");
        Assert.Equal("Remove Orders?", _dialogs.Asked?.Title);

        _dialogs.Answer(true);

        Assert.True(await asked);
        Assert.Null(_dialogs.Asked);
    }

    [Fact]
    public async Task A_second_question_is_no_to_the_first()
    {
        var first = _dialogs.ConfirmAsync("Remove Orders?", "It is gone then.", "Remove", "Cancel");
        var second = _dialogs.ConfirmAsync("Remove Shop?", "It is gone then.", "Remove", "Cancel");
        _dialogs.Answer(true);

        Assert.False(await first);
        Assert.True(await second);
    }
}
