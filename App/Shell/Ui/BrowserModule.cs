using Microsoft.JSInterop;

namespace Inbox.Shell.Ui;

/// <summary>One mounted object of a browser module: started once, disposed with its component.</summary>
public sealed class BrowserModule(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? _module;
    private IJSObjectReference? _mounted;
    private bool _isGone;

    /// <param name="file">The module's address, as <c>Assets</c> gives it.</param>
    /// <param name="start">The exported function; what it returns has a <c>dispose</c>.</param>
    public async Task StartAsync(string file, string start, CancellationToken cancellation, params object?[] arguments)
    {
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", cancellation, file.StartsWith('/') ? file : $"./{file}");
            if (!_isGone)
            {
                _mounted = await _module.InvokeAsync<IJSObjectReference>(start, cancellation, arguments);
            }

            if (_isGone)
            {
                await EndAsync();   // its component went while it was starting
            }
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            // the tab closed while its page was starting
        }
    }

    /// <summary>Calls a method of what was started; nothing happens before that.</summary>
    public async ValueTask CallAsync(string method, CancellationToken cancellation, params object?[] arguments)
    {
        if (_mounted is not null)
        {
            await _mounted.InvokeVoidAsync(method, cancellation, arguments);
        }
    }

    public ValueTask DisposeAsync()
    {
        _isGone = true;
        return EndAsync();
    }

    private async ValueTask EndAsync()
    {
        if (_mounted is not null)
        {
            await QuietlyAsync(_mounted.InvokeVoidAsync("dispose"));
            await QuietlyAsync(_mounted.DisposeAsync());
        }

        if (_module is not null)
        {
            await QuietlyAsync(_module.DisposeAsync());
        }
    }

    private static async Task QuietlyAsync(ValueTask call)
    {
        try
        {
            await call;
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            // the browser has gone first, and took its side with it
        }
    }
}
