using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Inbound;

/// <summary>
/// Writes verified requests to the ledger by group commit: what arrives together is written in one transaction, without
/// an artificial wait. Nothing is acknowledged before it is on disk.
/// </summary>
public sealed partial class InboundWriter(
    InboxDbSource source,
    InboundSignal signal,
    IOptions<InboundOptions> options,
    ILogger<InboundWriter> log) : BackgroundService
{
    private static readonly Counter<long> Accepted = Meters.Inbox.CreateCounter<long>("inbox.inbound.accepted", description: "Requests in the ledger");
    private static readonly Counter<long> Refused = Meters.Inbox.CreateCounter<long>("inbox.inbound.refused", description: "Requests answered 503");
    private static readonly Histogram<int> Commit = Meters.Inbox.CreateHistogram<int>("inbox.inbound.commit_size", description: "Requests per commit");

    private readonly Channel<Waiting> _queue = System.Threading.Channels.Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(options.Value.QueueLength) { SingleReader = true });

    private InboxDb? _db;
    private long _bytes;
    private long _written;

    /// <summary>How many requests this process has written to the ledger.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Returns once the delivery is on disk. Once queued it may be written at any moment, so a sender who leaves changes nothing.</summary>
    /// <returns>False when too much waits already or the disk does not take it; the sender must come again.</returns>
    public Task<bool> AcceptAsync(InboundDelivery delivery)
    {
        var size = delivery.Body!.Length;
        if (Interlocked.Add(ref _bytes, size) > options.Value.QueueMegabytes * 1024L * 1024L)
        {
            return Task.FromResult(Refuse(size));
        }

        var waiting = new Waiting(delivery);
        if (!_queue.Writer.TryWrite(waiting))
        {
            return Task.FromResult(Refuse(size));
        }

        return waiting.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Waiting>(options.Value.CommitSize);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                while (batch.Count < options.Value.CommitSize && _queue.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                }

                if (!await WriteAsync(batch) && batch.Count > 1)
                {
                    // One of them may be the cause: the others must not be refused for it.
                    foreach (var one in batch)
                    {
                        one.TrySetResult(await WriteAsync([one]));
                    }
                }

                foreach (var one in batch)
                {
                    Interlocked.Add(ref _bytes, -one.Delivery.Body!.Length);
                    one.TrySetResult(false);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var left))
            {
                left.TrySetResult(false);
            }
        }
        finally
        {
            await CloseAsync();
        }
    }

    private async Task<bool> WriteAsync(List<Waiting> batch)
    {
        try
        {
            var db = _db ??= await OpenAsync();
            foreach (var waiting in batch)
            {
                waiting.Delivery.Id = db.Ids.Next<InboundDelivery>(db);
            }

            await using (var write = await db.BeginAsync(CancellationToken.None, urgent: true))
            {
                await db.InsertAsync([.. batch.Select(waiting => waiting.Delivery)], CancellationToken.None);
                await write.CommitAsync(CancellationToken.None);
            }

            Volatile.Write(ref _written, _written + batch.Count);
            Accepted.Add(batch.Count);
            Commit.Record(batch.Count);
            foreach (var waiting in batch)
            {
                waiting.TrySetResult(true);
            }

            signal.Raise();
            return true;
        }
        catch (Exception error)
        {
            // The database may be away or the disk full: the senders are told to come again.
            WriteFailed(error, batch.Count);
            await CloseAsync();
            return false;
        }
    }

    // Nothing is tracked in it, and a context and a connection for each commit cost more than a small commit.
    private async Task<InboxDb> OpenAsync()
    {
        var db = source.Create(Nobody.Instance, []);
        try
        {
            await db.Database.OpenConnectionAsync(CancellationToken.None);
            return db;
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    private async Task CloseAsync()
    {
        var db = _db;
        _db = null;
        await (db?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private bool Refuse(int size)
    {
        Interlocked.Add(ref _bytes, -size);
        Refused.Add(1);
        return false;
    }

    [LoggerMessage(LogLevel.Error, "{Count} deliveries could not be written to the ledger together")]
    private partial void WriteFailed(Exception error, int count);

    private sealed class Waiting(InboundDelivery delivery) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public InboundDelivery Delivery => delivery;
    }

    /// <summary>The ledger belongs to no tenant.</summary>
    private sealed class Nobody : ITenantScope
    {
        public static readonly Nobody Instance = new();

        public long Id => 0;
    }
}

/// <summary>Wakes the worker that processes the ledger.</summary>
public sealed class InboundSignal : WorkSignal;
