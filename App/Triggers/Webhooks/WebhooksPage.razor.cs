using Inbox.Tenancy;

namespace Inbox.Triggers.Webhooks;

public sealed partial class WebhooksPage
{
    private IReadOnlyList<OutgoingWebhook>? _webhooks;
    private OutgoingWebhook? _open;
    private bool _adding;
    private string? _secret;

    private bool MayWrite => Caller.Value.May(WebhookPermissions.Write);

    protected override Task OnInitializedAsync() => LoadAsync();

    private static string StateOf(OutgoingWebhook webhook) => !webhook.IsActive ? "Off" : webhook.FailingSince is null ? "On" : "Failing";

    private async Task LoadAsync()
    {
        _webhooks = await Webhooks.ListAsync(Caller.Value, default);
        _open = _webhooks.FirstOrDefault(webhook => webhook.Id == _open?.Id);
    }

    private Task MadeAsync(string secret)
    {
        (_adding, _secret) = (false, secret);
        return LoadAsync();
    }

    private Task RotateAsync(long id)
        => TryAsync(async () =>
        {
            _secret = await Webhooks.RotateAsync(Caller.Value, id, default);
            Toasts.Done(Say["For 24 hours messages are signed with both secrets."]);
        });

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
