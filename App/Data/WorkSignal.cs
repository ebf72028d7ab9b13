namespace Inbox.Data;

/// <summary>Wakes a worker; raised any number of times while it works, it wakes once more.</summary>
public abstract class WorkSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // already raised
        }
    }

    /// <summary>Returns when raised, or after the given time.</summary>
    /// <returns>Whether it was raised.</returns>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation) => _raised.WaitAsync(atMost, cancellation);

    public void Dispose()
    {
        _raised.Dispose();
        GC.SuppressFinalize(this);
    }
}
