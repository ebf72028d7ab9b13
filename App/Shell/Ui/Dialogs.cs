namespace Inbox.Shell.Ui;

/// <summary>Questions before what cannot be taken back. <see cref="DialogHost"/> shows them.</summary>
public sealed class Dialogs
{
    private Question? _asked;

    internal event Action? Changed;

    /// <summary>What is asked now; null when nothing is.</summary>
    internal Question? Asked => _asked;

    /// <param name="title">Names the object: "Remove Orders?".</param>
    /// <param name="text">What happens, in a sentence or two.</param>
    /// <param name="yes">What the button does: "Remove", not "OK".</param>
    /// <param name="no">Usually "Cancel".</param>
    /// <param name="danger">False where yes takes nothing away: its button is not red then.</param>
    /// <returns>False also when the dialog was closed without an answer.</returns>
    public Task<bool> ConfirmAsync(string title, string text, string yes, string no, bool danger = true)
    {
        Answer(false);   // a second question replaces the first
        _asked = new Question(title, text, yes, no, danger);
        Changed?.Invoke();
        return _asked.Answered.Task;
    }

    internal void Answer(bool yes)
    {
        var asked = _asked;
        _asked = null;
        Changed?.Invoke();
        asked?.Answered.TrySetResult(yes);
    }

    internal sealed record Question(string Title, string Text, string Yes, string No, bool Danger)
    {
        public TaskCompletionSource<bool> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
