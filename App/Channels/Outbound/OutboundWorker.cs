using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Outbound;

/// <summary>
/// Sends what is queued: many conversations side by side, within a conversation one after the other. "Sending" is on disk
/// before the platform is called, so a send that was cut off is known, and is never repeated by itself.
/// </summary>
public sealed partial class OutboundWorker(
    IServiceScopeFactory scopes,
    InboxDbSource source,
    SendLanes lanes,
    OutboundSends sends,
    OutboundOutcomes outcomes,
    OutboundSignal signal,
    OutboundDepth depth,
    Heartbeats heartbeats,
    LiveFeed feed,
    TimeProvider clock,
    IOptions<OutboundOptions> options,
    ILogger<OutboundWorker> log) : BackgroundService
{
    private static readonly TimeSpan LostEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DepthEvery = TimeSpan.FromSeconds(15);

    // On SQLite all other writers wait while claims are written.
    private readonly int _claimedTogether = source.Provider == DatabaseProvider.Sqlite ? 32 : 64;

    private long _lostAt;
    private long _depthAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Sends of before this start are lost at once where no other process can have them in hand.
        var first = source.Provider == DatabaseProvider.Sqlite;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                heartbeats.Beat("outbound");
                first = await SettleLostAsync(first, stoppingToken) && first;
                while (await RoundAsync(stoppingToken))
                {
                    heartbeats.Beat("outbound");
                }

                await MeasureAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(error);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await ((Task)signal.WaitAsync(Pause(), stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await sends.FinishAsync();
    }

    /// <returns>Whether there may be more that can begin now.</returns>
    private async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        if (lanes.Room == 0)
        {
            return false;
        }

        await using var scope = ForMany();
        var queue = scope.ServiceProvider.GetRequiredService<OutboxQueue>();
        var lookedAt = 2 * _claimedTogether;
        var due = await queue.DueAsync(lanes.Closed, lookedAt, cancellation);
        if (due.Count == 0)
        {
            return false;
        }

        var (admitted, later) = lanes.Admit(due, _claimedTogether);
        if (admitted.Count == 0 && later.Count == 0)
        {
            // Their channels rest now, or are full; there may be others behind them.
            return due.Count == lookedAt;
        }

        IReadOnlyList<DueItem.Claimed> claimed = [];
        bool putOff;
        try
        {
            (claimed, putOff, var topics) = await queue.ClaimAsync(admitted, later, cancellation);
            feed.Publish(topics);
        }
        finally
        {
            var mine = claimed.Select(one => one.Item.Id).ToHashSet();
            foreach (var other in admitted.Where(item => !mine.Contains(item.Id)))
            {
                lanes.Leave(other.Id, other.ChannelId);
            }
        }

        foreach (var one in claimed)
        {
            sends.Begin(one);
        }

        // When the database refused all, the same items would be due at once.
        return claimed.Count > 0 || putOff;
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<bool> SettleLostAsync(bool all, CancellationToken cancellation)
    {
        if (!all && clock.GetElapsedTime(_lostAt) < LostEvery)
        {
            return false;
        }

        _lostAt = clock.GetTimestamp();
        await using var scope = ForMany();
        var lost = await scope.ServiceProvider.GetRequiredService<OutboxQueue>().LostAsync(lanes.InHand, all, cancellation);
        await Task.WhenAll(lost.Select(SettleAsync));
        return lost.Count == OutboxQueue.MostLost;
    }

    /// <summary>One that cannot be written must not hold up the others; it is found again.</summary>
    private async Task SettleAsync(DueItem.Claimed claimed)
    {
        try
        {
            SendLost(claimed.Item.MessageId);
            await outcomes.WriteAsync(new Outcome(
                claimed, new SendResult.Unknown("The program stopped while it sent. The message may have been sent."), clock.GetUtcNow().UtcDateTime, Took: null));
        }
        catch (Exception error)
        {
            NotSettled(error, claimed.Item.MessageId);
        }
    }

    private async Task MeasureAsync(CancellationToken cancellation)
    {
        if (clock.GetElapsedTime(_depthAt) >= DepthEvery)
        {
            _depthAt = clock.GetTimestamp();
            await using var scope = ForMany();
            depth.Queued = await scope.ServiceProvider.GetRequiredService<OutboxQueue>().DepthAsync(cancellation);
        }
    }

    private TimeSpan Pause()
    {
        var poll = TimeSpan.FromSeconds(options.Value.PollSeconds);
        return lanes.NextOpening is { } opening && opening < poll ? opening + TimeSpan.FromMilliseconds(5) : poll;
    }

    private AsyncServiceScope ForMany()
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        return scope;
    }

    [LoggerMessage(LogLevel.Error, "A round over the queue failed; the next one finds the same items")]
    private partial void RoundFailed(Exception error);

    [LoggerMessage(LogLevel.Error, "That message {MessageId} may have been sent could not be written down yet")]
    private partial void NotSettled(Exception error, long messageId);

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} was being sent when its process ended: it is shown as maybe sent")]
    private partial void SendLost(long messageId);
}
