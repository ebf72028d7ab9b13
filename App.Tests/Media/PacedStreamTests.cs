using System.IO.Pipelines;
using Inbox.Media;

namespace Inbox.Tests.Media;

public sealed class PacedStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_at_once_is_read_whole()
    {
        await using var stream = new PacedStream(new MemoryStream(new byte[100_000]), Patience);
        using var read = new MemoryStream();

        await stream.CopyToAsync(read, Cancellation);

        Assert.Equal(100_000, read.Length);
    }

    [Fact]
    public async Task Who_stops_in_the_middle_is_ended()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[10], Cancellation);
        await using var stream = new PacedStream(pipe.Reader.AsStream(), TimeSpan.FromSeconds(1));
        Assert.Equal(10, await stream.ReadAsync(new byte[100], Cancellation));

        await Assert.ThrowsAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[100], Cancellation));
    }

    [Fact]
    public async Task Who_sends_a_byte_now_and_then_is_ended()
    {
        await using var stream = new PacedStream(new Dripping(), Patience);

        var error = await Assert.ThrowsAsync<IOException>(() => stream.CopyToAsync(Stream.Null, Cancellation));

        Assert.Equal("The file came too slowly.", error.Message);
    }

    [Fact]
    public async Task Who_reads_may_end_it_too()
    {
        var pipe = new Pipe();
        await using var stream = new PacedStream(pipe.Reader.AsStream(), TimeSpan.FromMinutes(1));
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reading = stream.ReadAsync(new byte[100], gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
    }

    /// <summary>A byte each 20 ms, without end.</summary>
    private sealed class Dripping : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            return 1;
        }
    }
}
