namespace Inbox.Shell.Ui;

/// <summary>Short messages at the corner of the screen, at most five. Errors stay until they are closed. <see cref="ToastHost"/> shows them.</summary>
public sealed class Toasts
{
    private const int Most = 5;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan ForUndo = TimeSpan.FromSeconds(10);

    private readonly List<Toast> _shown = [];

    internal event Action? Changed;

    /// <summary>The oldest first.</summary>
    internal IReadOnlyList<Toast> Shown => [.. _shown];

    public void Done(string text) => Show(new Toast(ToastKind.Done, text, Usual));

    public void Tell(string text) => Show(new Toast(ToastKind.Told, text, Usual));

    /// <summary>Tells of something elsewhere, with a way to it.</summary>
    /// <param name="address">Of a page of ours.</param>
    public void Tell(string text, string address, string go) => Show(new Toast(ToastKind.Told, text, Usual) { Way = (address, go) });

    /// <param name="text">What did not work, and why, in words.</param>
    /// <param name="details">What support wants to know, such as a trace id; it can be copied.</param>
    public void Failed(string text, string? details = null) => Show(new Toast(ToastKind.Failed, text, null) { Details = details });

    /// <summary>Says what was done and takes it back within ten seconds.</summary>
    public void Undo(string text, Func<Task> takeBack) => Show(new Toast(ToastKind.Done, text, ForUndo) { TakeBack = takeBack });

    internal void Close(Toast toast)
    {
        _shown.Remove(toast);
        Changed?.Invoke();
    }

    private void Show(Toast toast)
    {
        _shown.RemoveAll(other => other.Kind == toast.Kind && other.Text == toast.Text && other.TakeBack is null);   // the same again is one
        _shown.Add(toast);
        if (_shown.Count > Most)
        {
            _shown.RemoveAt(0);
        }

        Changed?.Invoke();
    }
}

internal enum ToastKind
{
    Done,
    Told,
    Failed,
}

/// <param name="Life">Null: until it is closed.</param>
internal sealed record Toast(ToastKind Kind, string Text, TimeSpan? Life)
{
    /// <summary>Also makes two toasts with one text two things.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    public string? Details { get; init; }

    public Func<Task>? TakeBack { get; init; }

    /// <summary>Where it leads, and the word for going there.</summary>
    public (string Address, string Go)? Way { get; init; }
}
