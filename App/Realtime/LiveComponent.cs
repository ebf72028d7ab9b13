using Microsoft.AspNetCore.Components;

namespace Inbox.Realtime;

/// <summary>A component that reads again when a topic changes, and lets go when its page closes.</summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly Dictionary<string, IDisposable> _topics = [];

    [Inject]
    private LiveFeed Feed { get; set; } = null!;

    /// <summary>Cancelled when the component is disposed.</summary>
    protected CancellationToken Gone { get; }

    protected LiveComponent() => Gone = _gone.Token;

    /// <summary>Call before the first read, so that nothing falls between.</summary>
    protected void Watch(string topic, Func<Task> refresh, TimeSpan atMostEvery = default)
    {
        if (RendererInfo.IsInteractive && !_topics.ContainsKey(topic))
        {
            _topics[topic] = Feed.Subscribe(topic, () => InvokeAsync(() => RefreshAsync(refresh)), atMostEvery);
        }
    }

    protected void Unwatch(string topic)
    {
        if (_topics.Remove(topic, out var subscription))
        {
            subscription.Dispose();
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        foreach (var subscription in _topics.Values)
        {
            subscription.Dispose();
        }

        _gone.Cancel();
        _gone.Dispose();
    }

    private async Task RefreshAsync(Func<Task> refresh)
    {
        try
        {
            if (!_gone.IsCancellationRequested)
            {
                await refresh();
                StateHasChanged();
            }
        }
        catch (Exception) when (_gone.IsCancellationRequested)
        {
            // the page closed while it read
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    }
}
