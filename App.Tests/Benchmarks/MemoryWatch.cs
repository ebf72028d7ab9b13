namespace Inbox.Tests.Benchmarks;

/// <summary>The most resident memory of a process while this lives, looked at twice a second.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly Timer _timer;
    private readonly AppProcess _app;
    private long _most;

    public MemoryWatch(AppProcess app)
    {
        _app = app;
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    public double MostMegabytes => _most / 1024.0 / 1024.0;

    public void Dispose() => _timer.Dispose();

    private void Look() => _most = Math.Max(_most, _app.Resident);
}
