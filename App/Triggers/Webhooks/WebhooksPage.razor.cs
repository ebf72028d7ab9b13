using Inbox.Access.Http;
using Inbox.Tenancy;

namespace Inbox.Triggers.Webhooks;

public sealed partial class WebhooksPage
{
    private IReadOnlyList<OutgoingWebhook>? _webhooks;
    private OutgoingWebhook? _open;
    private OutgoingWebhook? _edited;
    private bool _isFormOpen;
    private string? _secret;

    private bool MayWrite => Caller.Value.May(WebhookPermissions.Write);

    protected override Task OnInitializedAsync() => LoadAsync();

    private static string StateOf(OutgoingWebhook webhook) => !webhook.IsActive ? "Paused" : webhook.FailingSince is null ? "On" : "Failing";

    private async Task LoadAsync()
    {
        _webhooks = await Webhooks.ListAsync(Caller.Value, default);
        _open = _webhooks.FirstOrDefault(webhook => webhook.Id == _open?.Id);
    }

    private void Open(OutgoingWebhook? webhook) => (_edited, _isFormOpen) = (webhook, true);

    private Task SavedAsync(string? secret)
    {
        (_isFormOpen, _secret) = (false, secret);
        if (secret is null)
        {
            Toasts.Done(Say["Saved"]);
        }

        return LoadAsync();
    }

    private async Task RotateAsync(OutgoingWebhook webhook)
    {
        if (await Dialogs.ConfirmAsync(Say["Make a new secret?"], Say["The one before signs for 24 hours more and never again. Your software needs the new one until then."], Say["New secret"], Say["Cancel"], danger: false))
        {
            await TryAsync(async () =>
            {
                _secret = await Webhooks.RotateAsync(Caller.Value, webhook.Id, default);
                Toasts.Done(Say["For 24 hours messages are signed with both secrets."]);
            });
        }
    }

    private async Task SwitchAsync(OutgoingWebhook webhook)
    {
        if (!webhook.IsActive || await Dialogs.ConfirmAsync(Say["Pause this webhook?"], Say["What happens in the meantime is not sent later."], Say["Pause"], Say["Cancel"], danger: false))
        {
            await DoAsync(null, () => Webhooks.ChangeAsync(Caller.Value, webhook.Id, null, null, null, !webhook.IsActive, version => IfMatch.Same(webhook.Version, version), default));
        }
    }

    private async Task RemoveAsync(OutgoingWebhook webhook)
    {
        if (await Dialogs.ConfirmAsync(Say["Remove this webhook?"], Say["{0} is told nothing more, and its log goes too.", webhook.Url], Say["Remove"], Say["Cancel"]))
        {
            await DoAsync(null, () => Webhooks.RemoveAsync(Caller.Value, webhook.Id, default));
        }
    }

    /// <param name="open">Whose log shows what came of it; null leaves the log.</param>
    private async Task DoAsync(OutgoingWebhook? open, Func<Task> work)
    {
        try
        {
            await work();
            _open = open ?? _open;
        }
        catch (RefusedException refused)
        {
            Toasts.Failed(refused.Message);
        }

        await LoadAsync();
    }
}
