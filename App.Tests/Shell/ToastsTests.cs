using Inbox.Shell.Ui;

namespace Inbox.Tests.Shell;

public sealed class ToastsTests
{
    private readonly Toasts _toasts = new();

    [Fact]
    public void Errors_stay_and_the_rest_passes()
    {
        _toasts.Done("Saved");
        _toasts.Failed("The channel refused it");

        Assert.Equal([TimeSpan.FromSeconds(6), null], _toasts.Shown.Select(toast => toast.Life));
    }

    [Fact]
    public void The_same_again_is_one_but_each_undo_stays_its_own()
    {
        _toasts.Done("Saved");
        _toasts.Done("Saved");
        _toasts.Undo("Ana was removed", () => Task.CompletedTask);
        _toasts.Undo("Ana was removed", () => Task.CompletedTask);

        Assert.Equal(["Saved", "Ana was removed", "Ana was removed"], _toasts.Shown.Select(toast => toast.Text));
    }

    [Fact]
    public void At_most_five_are_shown_and_the_oldest_goes()
    {
        for (var number = 1; number <= 6; number++)
        {
            _toasts.Tell($"{number}");
        }

        Assert.Equal(["2", "3", "4", "5", "6"], _toasts.Shown.Select(toast => toast.Text));
    }
}
