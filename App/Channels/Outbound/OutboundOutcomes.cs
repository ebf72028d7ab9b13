using System.Collections.Concurrent;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Outbound;

/// <summary>
/// Writes outcomes. Those that come together share a transaction: whoever has the turn writes for all that wait. A claim
/// that was lost meanwhile (its fence is an older one) changes nothing.
/// </summary>
public sealed partial class OutboundOutcomes(IServiceScopeFactory scopes, LiveFeed feed, TimeProvider clock, ILogger<OutboundOutcomes> log) : IDisposable
{
    private const int Most = 32;

    private readonly ConcurrentQueue<Waiting> _waiting = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Returns when the outcome is on disk and the screens know.</summary>
    public async Task WriteAsync(Outcome outcome)
    {
        var mine = new Waiting(outcome);
        _waiting.Enqueue(mine);
        await _turn.WaitAsync();
        try
        {
            while (!mine.Written.IsCompleted)
            {
                await WriteNextAsync();
            }
        }
        finally
        {
            _turn.Release();
        }

        await mine.Written;
    }

    public void Dispose() => _turn.Dispose();

    private async Task WriteNextAsync()
    {
        List<Waiting> batch = [];
        while (batch.Count < Most && _waiting.TryDequeue(out var next))
        {
            batch.Add(next);
        }

        try
        {
            await CommitAsync([.. batch.Select(waiting => waiting.Outcome)]);
            batch.ForEach(waiting => waiting.Done());
            return;
        }
        catch (Exception error) when (batch.Count > 1)
        {
            BatchFailed(error, batch.Count);
        }
        catch (Exception error)
        {
            batch[0].Failed(error);
            return;
        }

        // One of them may be the cause: each by itself, so that the others get through.
        foreach (var waiting in batch)
        {
            try
            {
                await CommitAsync([waiting.Outcome]);
                waiting.Done();
            }
            catch (Exception error)
            {
                waiting.Failed(error);
            }
        }
    }

    private async Task CommitAsync(IReadOnlyList<Outcome> outcomes)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        var handler = scope.ServiceProvider.GetRequiredService<IOutboundHandler>();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync();
        HashSet<string> topics = [];
        await using (var write = await db.BeginAsync(CancellationToken.None))
        {
            await EventNumbers.TakeTurnsAsync(db, outcomes.Select(outcome => outcome.Claimed.Item.TenantId), CancellationToken.None);
            foreach (var outcome in outcomes)
            {
                topics.UnionWith(await KeepAsync(db, handler, outcome));
            }

            await db.SaveChangesAsync();
            await write.CommitAsync(CancellationToken.None);
        }

        foreach (var topic in topics)
        {
            feed.Publish(topic);
        }
    }

    private async Task<IReadOnlyCollection<string>> KeepAsync(InboxDb db, IOutboundHandler handler, Outcome outcome)
    {
        var (item, channel, fence, attempt) = outcome.Claimed;
        var (code, detail) = outcome.Error;
        if (outcome.Took is { } took)
        {
            db.Add(new SendAttempt
            {
                TenantId = item.TenantId,
                OutboxItemId = item.Id,
                At = outcome.At,
                DurationMilliseconds = (int)Math.Min(int.MaxValue, took.TotalMilliseconds),
                Result = Outcome.Word(outcome.Result),
                Code = code?.Cut(200),
                Detail = detail?.Cut(1000),
            });
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var dueAt = outcome.Result is SendResult.Retry retry ? now + (RetrySchedule.After(attempt, retry) ?? TimeSpan.Zero) : item.DueAt;
        var mine = await db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant])
            .Where(row => row.Id == item.Id && row.Fence == fence && row.State == OutboxState.Sending)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.State, outcome.State)
                .SetProperty(row => row.DueAt, dueAt)
                .SetProperty(row => row.LeaseUntil, (DateTime?)null)
                .SetProperty(row => row.ErrorCode, code == null ? null : code.Cut(200))
                .SetProperty(row => row.ErrorDetail, detail == null ? null : detail.Cut(1000)));
        if (mine == 0)
        {
            ClaimLost(item.MessageId, Outcome.Word(outcome.Result));
            return [];
        }

        var topics = await handler.EndedAsync(db, item, outcome.Result, CancellationToken.None);
        return outcome.Result is SendResult.Refused { StopsChannel: true } stop && await StopAsync(db, channel, stop, now)
            ? [.. topics, Topics.Channels(channel.TenantId)]
            : topics;
    }

    private async Task<bool> StopAsync(InboxDb db, Channel channel, SendResult.Refused why, DateTime now)
    {
        var stopped = await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == channel.Id && row.StoppedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.StoppedAt, now).SetProperty(row => row.StoppedReason, why.Detail.Cut(1000)));
        if (stopped == 0)
        {
            return false;
        }

        db.Add(new DomainEvent
        {
            TenantId = channel.TenantId,
            Type = "channel_stopped",
            At = now,
            Data = DomainEvent.Json(new { channel_id = channel.Id, code = why.Code, reason = why.Detail }),
        });
        db.Audit(Caller.System(channel.TenantId), "channel.stopped", AuditObject.Of("channel", channel.Id, channel.Name), after: new { why.Code, Reason = why.Detail });
        ChannelStopped(channel.TenantId, channel.Id, why.Code);
        return true;
    }

    private sealed class Waiting(Outcome outcome)
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Outcome Outcome => outcome;

        public Task Written => _written.Task;

        public void Done() => _written.SetResult();

        public void Failed(Exception error) => _written.SetException(error);
    }

    [LoggerMessage(LogLevel.Warning, "{Count} outcomes could not be written together; they are written one by one")]
    private partial void BatchFailed(Exception error, int count);

    [LoggerMessage(LogLevel.Warning, "The claim on message {MessageId} ended before its outcome ({Result}) was written")]
    private partial void ClaimLost(long messageId, string result);

    [LoggerMessage(LogLevel.Error, "Channel {ChannelId} of tenant {TenantId} sends nothing more until a person acts: code {Code}")]
    private partial void ChannelStopped(long tenantId, long channelId, string code);
}
