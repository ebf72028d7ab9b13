namespace Inbox.Data;

/// <summary>
/// SQLite has one writer. Inside the process writers queue here, first come, first served, instead of polling the file;
/// urgent ones (the ledger) go before the others. Other databases use <see cref="Open"/>, which never waits.
/// </summary>
public sealed class WriterGate
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _urgent = new();
    private readonly Queue<Waiter> _others = new();
    private readonly bool _closed;
    private bool _taken;

    public WriterGate() : this(closed: true)
    {
    }

    private WriterGate(bool closed) => _closed = closed;

    /// <summary>A gate that lets everybody through, for databases with many writers.</summary>
    public static WriterGate Open { get; } = new(closed: false);

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

        await using (cancellation.UnsafeRegister(static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter))
        {
            return await waiter.Task;
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
