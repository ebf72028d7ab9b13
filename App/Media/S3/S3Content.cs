using Amazon.Runtime;

namespace Inbox.Media.S3;

/// <summary>An object that is read from where one wants, and from where it broke off.</summary>
/// <param name="open">Asks for the object from a position on.</param>
internal sealed class S3Content(long length, Func<long, CancellationToken, Task<Stream>> open, TimeProvider clock) : Stream
{
    private const int Tries = 3;   // in a row, without a byte between

    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private Stream? _part;
    private long _position;
    private int _failed;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var to = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => length };
        ArgumentOutOfRangeException.ThrowIfNegative(to, nameof(offset));
        if (to != _position)
        {
            Close(ref _part);
            _position = to;
        }

        return to;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_position < length && buffer.Length > 0)
        {
            try
            {
                var read = await ReadPartAsync(buffer, cancellationToken);
                _position += read;
                _failed = 0;
                return read;
            }
            catch (Exception error) when (error is IOException or HttpRequestException or AmazonClientException or ObjectDisposedException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                Close(ref _part);
                if (++_failed >= Tries)
                {
                    throw error as MediaUnavailableException ?? new MediaUnavailableException("The store of files broke off.", error);
                }
            }
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // nothing is written
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close(ref _part);
        }

        base.Dispose(disposing);
    }

    private async Task<int> ReadPartAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        using var over = new CancellationTokenSource(LongestSilence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        _part ??= await open(_position, either.Token);
        var read = await _part.ReadAsync(buffer[..(int)Math.Min(buffer.Length, length - _position)], either.Token);
        return read > 0 ? read : throw new EndOfStreamException();
    }

    private static void Close(ref Stream? part)
    {
        part?.Dispose();
        part = null;
    }
}
