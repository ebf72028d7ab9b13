namespace Inbox.Data;

/// <summary>
/// SQLite has one writer. Inside the process writers queue here, first come, first served, instead of polling the file;
/// urgent ones (the ledger) go before the others. Other databases use <see cref="Open"/>, which never waits.
/// </summary>
public sealed class WriterGate
{
    // A turn is some 50 ms, and a few hundred may wait. Who waits longer stands behind one that does not leave.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _urgent = new();
    private readonly Queue<Waiter> _others = new();
    private readonly bool _closed;
    private readonly TimeSpan _patience;
    private bool _taken;

    public WriterGate() : this(Patience)
    {
    }

    internal WriterGate(TimeSpan patience) : this(closed: true) => _patience = patience;

    private WriterGate(bool closed) => _closed = closed;

    /// <summary>A gate that lets everybody through, for databases with many writers.</summary>
    public static WriterGate Open { get; } = new(closed: false);

    /// <summary>How many stand in line now.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _urgent.Count + _others.Count;
            }
        }
    }

    /// <exception cref="WriterBusyException">The turn did not come.</exception>
    public async ValueTask<IDisposable> EnterAsync(bool urgent, CancellationToken cancellation)
    {
        if (!_closed)
        {
            return Turn.None;
        }

        var waiter = new Waiter();
        lock (_lock)
        {
            if (!_taken)
            {
                _taken = true;
                return new Turn(this);
            }

            (urgent ? _urgent : _others).Enqueue(waiter);
        }

        try
        {
            return await waiter.Task.WaitAsync(_patience, cancellation);
        }
        catch (Exception) when (!waiter.TrySetCanceled(cancellation))
        {
            return await waiter.Task;   // the turn came at that very moment
        }
        catch (TimeoutException)
        {
            throw new WriterBusyException();
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            while (_urgent.TryDequeue(out var next) || _others.TryDequeue(out next))
            {
                if (next.TrySetResult(new Turn(this)))
                {
                    return;
                }
            }

            _taken = false;
        }
    }

    private sealed class Waiter() : TaskCompletionSource<IDisposable>(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Turn(WriterGate? gate) : IDisposable
    {
        public static readonly Turn None = new(null);

        private WriterGate? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Leave();
    }
}

/// <summary>The database's writer was not free for long. Answered as 503 with code <c>unavailable</c>.</summary>
public sealed class WriterBusyException() : Exception("The database is busy. Try again in a moment.");
