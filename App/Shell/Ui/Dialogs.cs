using Radzen;

namespace Inbox.Shell.Ui;

/// <summary>Questions before what cannot be taken back.</summary>
public sealed class Dialogs(DialogService dialogs)
{
    /// <returns>False also when the dialog was closed without an answer.</returns>
    public async Task<bool> ConfirmAsync(string title, string text, string yes, string no)
        => await dialogs.Confirm(text, title, new ConfirmOptions { OkButtonText = yes, CancelButtonText = no, CloseDialogOnEsc = true }) == true;
}
