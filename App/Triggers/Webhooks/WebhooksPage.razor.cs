using Inbox.Tenancy;

namespace Inbox.Triggers.Webhooks;

public sealed partial class WebhooksPage : IDisposable
{
    private const int PageSize = 30;

    private readonly CancellationTokenSource _gone = new();

    private IReadOnlyList<OutgoingWebhook>? _webhooks;
    private List<WebhookDelivery>? _deliveries;
    private string? _next;
    private long? _open;
    private long? _sure;
    private bool _adding;
    private string _url = "";
    private string _types = OutgoingWebhook.Everything;
    private string _description = "";
    private string? _problem;
    private string? _secret;

    private bool MayWrite => Caller.Value.May(WebhookPermissions.Write);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private static string StateOf(OutgoingWebhook webhook) => !webhook.IsActive ? "Off" : webhook.FailingSince is null ? "On" : "Failing";

    private async Task LoadAsync() => _webhooks = await Webhooks.ListAsync(Caller.Value, _gone.Token);

    private async Task AddAsync()
    {
        try
        {
            var types = _types.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            (_, _secret) = await Webhooks.AddAsync(Caller.Value, _url, types, _description.Trim() is { Length: > 0 } text ? text : null, _gone.Token);
            (_adding, _problem, _url, _description) = (false, null, "", "");
            await LoadAsync();
        }
        catch (RefusedException refused)
        {
            _problem = refused.Message;
        }
    }

    private async Task RotateAsync(long id)
    {
        _secret = await Webhooks.RotateAsync(Caller.Value, id, _gone.Token);
        Toasts.Done(Say["For 24 hours messages are signed with both secrets."]);
        await LoadAsync();
    }

    private async Task RemoveAsync(long id)
    {
        if (_sure != id)
        {
            _sure = id;
            return;
        }

        await Webhooks.RemoveAsync(Caller.Value, id, _gone.Token);
        (_sure, _open) = (null, _open == id ? null : _open);
        await LoadAsync();
    }

    private async Task DoAsync(Func<Task> work, long id)
    {
        try
        {
            await work();
        }
        catch (RefusedException refused)
        {
            Toasts.Failed(refused.Message);
        }

        await LoadAsync();
        await LoadLogAsync(id);
    }

    private async Task ShowAsync(long id)
    {
        if (_open == id)
        {
            _open = null;
            return;
        }

        await LoadLogAsync(id);
    }

    private async Task LoadLogAsync(long id)
    {
        var page = await Webhooks.DeliveriesAsync(Caller.Value, id, null, null, PageSize, _gone.Token);
        (_open, _deliveries, _next) = (id, [.. page.Items], page.NextCursor);
    }

    private async Task MoreAsync(long id)
    {
        var page = await Webhooks.DeliveriesAsync(Caller.Value, id, null, _deliveries![^1].Id, PageSize, _gone.Token);
        _deliveries.AddRange(page.Items);
        _next = page.NextCursor;
    }
}
