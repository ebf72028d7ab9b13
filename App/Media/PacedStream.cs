using System.Diagnostics;

namespace Inbox.Media;

/// <summary>Reads another stream that has to keep a pace, so that who sends a byte now and then holds no place for hours.</summary>
/// <param name="inner">Disposed with this one.</param>
/// <param name="patience">Before this time no pace is asked for; and without a byte for so long it is over.</param>
internal sealed class PacedStream(Stream inner, TimeSpan patience) : Stream
{
    /// <summary>Bytes a second, on average.</summary>
    public const int Slowest = 20_000;

    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(20);

    private readonly long _began = Stopwatch.GetTimestamp();
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">It came too slowly.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        idle.CancelAfter(patience);
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, idle.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooSlow();
        }

        _read += count;
        var took = Stopwatch.GetElapsedTime(_began);
        return count > 0 && took > patience && _read < (took - patience).TotalSeconds * Slowest ? throw TooSlow() : count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IOException TooSlow() => new("The file came too slowly.");
}
