using Radzen;

namespace Inbox.Shell.Ui;

/// <summary>Short messages at the corner of the screen. Errors stay until they are closed.</summary>
public sealed class Toasts(NotificationService notifications)
{
    public void Done(string text) => Show(NotificationSeverity.Success, text, 6000);

    public void Tell(string text) => Show(NotificationSeverity.Info, text, 6000);

    public void Failed(string text) => Show(NotificationSeverity.Error, text, int.MaxValue);

    private void Show(NotificationSeverity severity, string text, double milliseconds)
        => notifications.Notify(new NotificationMessage { Severity = severity, Summary = text, Duration = milliseconds, ShowProgress = false });
}
