using Microsoft.AspNetCore.Components;
using Radzen;

namespace Inbox.Shell.Ui;

/// <summary>Questions that stand before the page until they are answered.</summary>
public sealed class Dialogs(DialogService dialogs)
{
    /// <returns>False also when the dialog was closed without an answer.</returns>
    public async Task<bool> ConfirmAsync(string title, string text, string yes, string no)
        => await dialogs.Confirm(text, title, new ConfirmOptions { OkButtonText = yes, CancelButtonText = no, CloseDialogOnEsc = true }) == true;

    /// <summary>Shows a component until it, or the person, closes the dialog.</summary>
    /// <returns>What the component gave to <see cref="Close"/>; false when the person closed it.</returns>
    public async Task<bool> ShowAsync<TComponent>(string title, IReadOnlyDictionary<string, object?> parameters) where TComponent : ComponentBase
        => await dialogs.OpenAsync<TComponent>(title, parameters.ToDictionary(), new DialogOptions { CloseDialogOnEsc = true, AutoFocusFirstElement = true }) is true;

    public void Close(bool answer) => dialogs.Close(answer);
}
