using System.Collections.Concurrent;
using Inbox.Audit;
using Inbox.Channels.Templates;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Outbound;

/// <summary>
/// Writes outcomes. Those that come together share a transaction: whoever has the turn writes for all that wait. A claim
/// that was lost meanwhile (its fence is an older one) changes nothing.
/// </summary>
public sealed partial class OutboundOutcomes(IServiceScopeFactory scopes, InboxDbSource source, ChannelDirectory directory, TemplateSyncs templates, LiveFeed feed, TimeProvider clock, ILogger<OutboundOutcomes> log) : IDisposable
{
    private static readonly string[] ChangedByEnd =
        [nameof(OutboxItem.State), nameof(OutboxItem.DueAt), nameof(OutboxItem.LeaseUntil), nameof(OutboxItem.ErrorCode), nameof(OutboxItem.ErrorDetail)];

    // On SQLite all other writers wait while these are written.
    private readonly int _most = source.Provider == DatabaseProvider.Sqlite ? 64 : 128;

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
        while (batch.Count < _most && _waiting.TryDequeue(out var next))
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
        IReadOnlyCollection<string> stopped = [];
        await using (var write = await db.BeginAsync(CancellationToken.None))
        {
            await EventNumbers.TakeTurnsAsync(db, outcomes.Select(outcome => outcome.Claimed.Item.TenantId), CancellationToken.None);
            await db.InsertAsync(AttemptsOf(db, outcomes), CancellationToken.None);
            var mine = await MineAsync(db, outcomes);
            if (mine.Count > 0)
            {
                await EndAsync(db, mine);
                topics.UnionWith(await handler.EndedAsync(db, mine, CancellationToken.None));
                stopped = await StopAsync(db, mine);
                topics.UnionWith(await AlertAsync(db, mine));
            }

            await db.SaveChangesAsync();
            await write.CommitAsync(CancellationToken.None);
        }

        if (stopped.Count > 0)
        {
            directory.Changed();
        }

        foreach (var channel in outcomes.Where(outcome => outcome.Result is SendResult.Refused { TemplateWrong: true }).Select(outcome => outcome.Claimed.Channel.Id).Distinct())
        {
            templates.Want(channel);
        }

        feed.Publish([.. topics, .. stopped]);
    }

    private static List<SendAttempt> AttemptsOf(InboxDb db, IReadOnlyList<Outcome> outcomes)
    {
        List<SendAttempt> attempts = [];
        foreach (var outcome in outcomes)
        {
            if (outcome.Took is { } took)
            {
                attempts.Add(new SendAttempt
                {
                    Id = db.Ids.Next<SendAttempt>(db),
                    TenantId = outcome.Claimed.Item.TenantId,
                    OutboxItemId = outcome.Claimed.Item.Id,
                    At = outcome.At,
                    DurationMilliseconds = (int)Math.Min(int.MaxValue, took.TotalMilliseconds),
                    Result = Outcome.Word(outcome.Result),
                    Code = outcome.Error.Code?.Cut(200),
                    Detail = outcome.Error.Detail?.Cut(1000),
                });
            }
        }

        return attempts;
    }

    /// <returns>Those whose claim still holds.</returns>
    private async Task<List<Outcome>> MineAsync(InboxDb db, IReadOnlyList<Outcome> outcomes)
    {
        var ids = outcomes.Select(outcome => outcome.Claimed.Item.Id).ToArray();
        var claims = await db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(item => ids.Contains(item.Id) && (item.State == OutboxState.Sending || item.State == OutboxState.Unknown))
            .Select(item => new { item.Id, item.Fence, item.State }).ToDictionaryAsync(item => item.Id);
        var mine = new List<Outcome>(outcomes.Count);
        foreach (var outcome in outcomes)
        {
            // Another node may have given it up as unknown meanwhile; who knows better says so.
            if (claims.TryGetValue(outcome.Claimed.Item.Id, out var claim) && claim.Fence == outcome.Claimed.Fence
                && (claim.State == OutboxState.Sending || outcome.Result is SendResult.Sent or SendResult.Refused))
            {
                mine.Add(outcome);
            }
            else
            {
                ClaimLost(outcome.Claimed.Item.MessageId, Outcome.Word(outcome.Result));
            }
        }

        return mine;
    }

    private async Task EndAsync(InboxDb db, List<Outcome> outcomes)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var outcome in outcomes)
        {
            var (item, _, _, attempt) = outcome.Claimed;
            var dueAt = outcome.Result is SendResult.Retry retry ? now + (RetrySchedule.After(attempt, retry) ?? TimeSpan.Zero) : item.DueAt;
            item.End(outcome.State, dueAt, outcome.Error.Code, outcome.Error.Detail);
        }

        await db.UpdateAsync(outcomes.ConvertAll(outcome => outcome.Claimed.Item), ChangedByEnd, CancellationToken.None);
    }

    /// <summary>Channels whose platform takes nothing more until a person acts.</summary>
    private async Task<IReadOnlyCollection<string>> StopAsync(InboxDb db, List<Outcome> outcomes)
    {
        HashSet<string> topics = [];
        foreach (var (claimed, result, _, _) in outcomes)
        {
            if (result is SendResult.Refused { StopsChannel: true } why && await ChannelStops.StopAsync(db, claimed.Channel, why.Code, why.Detail, clock.GetUtcNow().UtcDateTime, CancellationToken.None))
            {
                ChannelStopped(claimed.Channel.TenantId, claimed.Channel.Id, why.Code);
                topics.Add(Topics.Channels(claimed.Channel.TenantId));
            }
        }

        return topics;
    }

    /// <summary>Channels of which the platform wants less.</summary>
    private async Task<IReadOnlyCollection<string>> AlertAsync(InboxDb db, List<Outcome> outcomes)
    {
        HashSet<string> topics = [];
        foreach (var (claimed, result, _, _) in outcomes)
        {
            if (result is SendResult.Retry { NeedsPerson: true } why
                && await ChannelAlerts.AddLimitedAsync(db, claimed.Channel, why.Code, why.Detail, clock.GetUtcNow().UtcDateTime, CancellationToken.None))
            {
                topics.Add(Topics.Channels(claimed.Channel.TenantId));
            }
        }

        return topics;
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
