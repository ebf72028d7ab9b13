using System.Diagnostics;
using System.Diagnostics.Metrics;
using Inbox.Data;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Outbound;

/// <summary>Performs claimed sends: calls the platform and writes down what came of it.</summary>
public sealed partial class OutboundSends(
    ChannelCatalogue kinds, SendLanes lanes, OutboundOutcomes outcomes, OutboundSignal signal, OutboundFiles files,
    IOptions<OutboundOptions> options, TimeProvider clock, ILogger<OutboundSends> log) : IDisposable
{
    private static readonly Counter<long> Results = Meters.Inbox.CreateCounter<long>("inbox.outbound.sends", description: "Sends by channel kind and result");
    private static readonly Histogram<double> Duration = Meters.Inbox.CreateHistogram<double>("inbox.outbound.duration", "s", "A platform's time to answer a send");
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _hardStop = new();
    private int _running;

    /// <summary>Runs in the background until the outcome is on disk.</summary>
    public void Begin(DueItem.Claimed claimed)
    {
        Interlocked.Increment(ref _running);
        _ = Task.Run(() => RunAsync(claimed));
    }

    /// <summary>Waits for the sends in hand; platforms that do not answer in time leave their messages "maybe sent".</summary>
    public async Task FinishAsync()
    {
        _hardStop.CancelAfter(TimeSpan.FromSeconds(options.Value.StopSeconds));
        while (Volatile.Read(ref _running) > 0)
        {
            await signal.WaitAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
        }
    }

    public void Dispose() => _hardStop.Dispose();

    private async Task RunAsync(DueItem.Claimed claimed)
    {
        var (item, channel, _, attempt) = claimed;
        using var trace = Meters.Traces.StartActivity("send");
        using var scope = log.BeginScope(new Dictionary<string, object> { ["TenantId"] = item.TenantId, ["ChannelId"] = channel.Id, ["MessageId"] = item.MessageId });
        try
        {
            var startedAt = clock.GetUtcNow().UtcDateTime;
            var started = Stopwatch.GetTimestamp();
            var result = RetrySchedule.Final(attempt, await SendAsync(claimed));
            var took = Stopwatch.GetElapsedTime(started);
            lanes.LaneOf(channel).Recent.Add(result, took, startedAt);
            Results.Add(1, new("kind", channel.Kind), new("result", Outcome.Word(result)));
            Duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("kind", channel.Kind));
            if (result is SendResult.Retry { PausesChannel: true } pause)
            {
                lanes.Rest(channel, RetrySchedule.After(attempt, pause) ?? TimeSpan.Zero);
            }

            await WriteAsync(new Outcome(claimed, result, startedAt, took));
        }
        catch (Exception error)
        {
            // The item stays "sending"; once its lease has ended it is shown as "maybe sent".
            OutcomeLost(error, item.MessageId);
        }
        finally
        {
            lanes.Leave(item.Id, channel.Id);
            Interlocked.Decrement(ref _running);
            signal.Raise();
        }
    }

    private async Task<SendResult> SendAsync(DueItem.Claimed claimed)
    {
        var (item, channel, _, _) = claimed;
        if (channel.DeletedAt is not null)
        {
            return new SendResult.Refused("channel_removed", "The channel was removed before the message was sent.");
        }

        if (kinds.Find(channel.Kind) is not { } kind)
        {
            return new SendResult.Refused("unknown_kind", $"This version cannot send over {channel.Kind}.", StopsChannel: true);
        }

        var content = MessageContent.Read(item.Content);
        var cards = content?.Template?.CardMediaIds ?? [];
        List<OutboundFile> found = [];
        foreach (var fileId in cards.Count > 0 ? cards : item.FileId is { } one ? [one] : [])
        {
            try
            {
                if (await files.FindAsync(item.TenantId, fileId, _hardStop.Token) is not { } file)
                {
                    return new SendResult.Refused("media_not_stored", "The file is no longer here.");
                }

                found.Add(file);
            }
            catch (Exception error)
            {
                SendFailed(error, item.MessageId);
                return new SendResult.Retry("no_file", "The file could not be read. The message is sent again by itself.");
            }
        }

        var message = new OutboundMessage(item.MessageId, new ContactAddress(item.ToKind, item.To), item.Text, item.ReplyTo)
        {
            Type = item.Type,
            Content = content,
            File = cards.Count > 0 ? null : found.FirstOrDefault(),
            CardFiles = cards.Count > 0 ? found : [],
        };
        try
        {
            return await lanes.LaneOf(channel).SendAsync(cancellation => kind.SendAsync(channel, message, cancellation), _hardStop.Token);
        }
        catch (Exception error)
        {
            // A fault of ours, or the end of the process, somewhere on the way: nobody knows how far it came.
            SendFailed(error, item.MessageId);
            return new SendResult.Unknown("The send was interrupted. The message may have been sent.");
        }
    }

    // The answer of the platform is known only here: while the database is away, keep it and try again.
    private async Task WriteAsync(Outcome outcome)
    {
        for (var lasts = options.Value.LeaseSeconds; ; lasts--)
        {
            try
            {
                await outcomes.WriteAsync(outcome);
                return;
            }
            catch (Exception error) when (lasts > 0 && !_hardStop.IsCancellationRequested)
            {
                OutcomeNotWritten(error, outcome.Claimed.Item.MessageId);
                await Task.Delay(AgainAfter, clock, _hardStop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Sending message {MessageId} failed inside this program")]
    private partial void SendFailed(Exception error, long messageId);

    [LoggerMessage(LogLevel.Warning, "What became of message {MessageId} could not be written down yet")]
    private partial void OutcomeNotWritten(Exception error, long messageId);

    [LoggerMessage(LogLevel.Error, "What became of message {MessageId} could not be written down")]
    private partial void OutcomeLost(Exception error, long messageId);
}
