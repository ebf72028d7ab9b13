using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Signs;

/// <summary>
/// Hands our reactions to the platforms. A reaction's own row is its queue: the newest one counts, and telling the platform
/// twice does no harm, so what may have arrived is simply told again.
/// </summary>
public sealed partial class ReactionWorker(
    IServiceScopeFactory scopes, ChannelCatalogue kinds, ReactionSignal signal, LiveFeed feed, Heartbeats heartbeats, TimeProvider clock, ILogger<ReactionWorker> log) : BackgroundService
{
    private const int AtOnce = 20;
    private const int MostUnanswered = 4;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            heartbeats.Beat("reactions");
            try
            {
                while (await RoundAsync(stoppingToken) == AtOnce)
                {
                    heartbeats.Beat("reactions");
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(error);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ((Task)signal.WaitAsync(Poll, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How many were due.</returns>
    private async Task<int> RoundAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        var dbs = scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>();
        var due = await DueAsync(dbs, cancellation);
        var claimed = due.Count == 0 ? [] : await ClaimAsync(dbs, due, cancellation);
        await Task.WhenAll(claimed.Select(one => TellAsync(dbs, one, cancellation)));
        return due.Count;
    }

    private async Task<List<Due>> DueAsync(IDbContextFactory<InboxDb> dbs, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await (from reaction in db.Set<Reaction>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
                      where reaction.DueAt != null && reaction.DueAt <= now
                      where !db.Set<SendStop>().Any(stop => stop.Business == SendStop.Everybody || stop.Business == reaction.TenantId)
                      join channel in db.Set<Channel>() on reaction.ChannelId equals channel.Id
                      where channel.IsActive && channel.StoppedAt == null
                      join message in db.Set<Message>() on new { reaction.ChannelId, Key = (string?)reaction.Target } equals new { message.ChannelId, Key = message.ExternalId }
                      join conversation in db.Set<Conversation>() on message.ConversationId equals conversation.Id
                      join written in db.Set<ContactIdentity>() on new { conversation.ContactId, Id = conversation.IdentityId } equals new { written.ContactId, Id = (long?)written.Id } into addresses
                      from written in addresses.DefaultIfEmpty()
                      orderby reaction.DueAt
                      select new Due
                      {
                          Reaction = reaction,
                          Channel = channel,
                          Conversation = conversation,
                          Written = written,
                          Oldest = db.Set<ContactIdentity>().Where(identity => identity.TenantId == conversation.TenantId && identity.ContactId == conversation.ContactId && identity.ChannelId == channel.Id)
                              .OrderBy(identity => identity.Id).FirstOrDefault(),
                      }).Take(AtOnce).ToListAsync(cancellation);
    }

    /// <summary>Those that this node tells the platform now; another node finds them due again when it died over them.</summary>
    private async Task<IReadOnlyList<Due>> ClaimAsync(IDbContextFactory<InboxDb> dbs, IReadOnlyList<Due> due, CancellationToken cancellation)
    {
        var until = clock.GetUtcNow().UtcDateTime + Lease;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        List<Due> mine = [];
        foreach (var one in due)
        {
            var (id, seen) = (one.Reaction.Id, one.Reaction.DueAt);
            if (await db.Set<Reaction>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == id && row.DueAt == seen)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, until).SetProperty(row => row.Attempts, row => row.Attempts + 1), cancellation) == 1)
            {
                mine.Add(one);
            }
        }

        await write.CommitAsync(cancellation);
        return mine;
    }

    private async Task TellAsync(IDbContextFactory<InboxDb> dbs, Due one, CancellationToken cancellation)
    {
        var (reaction, attempts) = (one.Reaction, one.Reaction.Attempts + 1);
        var result = await SendAsync(one, cancellation);
        var (next, error) = result switch
        {
            SendResult.Sent => ((TimeSpan?)null, (string?)null),
            SendResult.Refused refused => (null, refused.Detail),
            SendResult.Retry retry => (RetrySchedule.After(attempts, retry), retry.Detail),
            SendResult.Unknown unknown => (RetrySchedule.After(attempts, new SendResult.Retry("unknown", unknown.Detail, AtMost: MostUnanswered)), unknown.Detail),
            _ => throw new InvalidOperationException($"No outcome {result.GetType().Name}."),
        };
        var dueAt = clock.GetUtcNow().UtcDateTime + next;
        await using var db = await dbs.CreateDbContextAsync(CancellationToken.None);
        await using (var write = await db.BeginAsync(CancellationToken.None))
        {
            // Another one was given meanwhile: that one is due by itself.
            await db.Set<Reaction>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == reaction.Id && row.At == reaction.At).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.DueAt, dueAt).SetProperty(row => row.Error, error == null ? null : error.Cut(1000)), CancellationToken.None);
            await write.CommitAsync(CancellationToken.None);
        }

        if (error is not null)
        {
            NotTaken(reaction.Id, one.Channel.Id, Outcome.Word(result));
        }

        feed.Publish(one.Conversation);
    }

    private async Task<SendResult> SendAsync(Due one, CancellationToken cancellation)
    {
        if (kinds.Find(one.Channel.Kind) is not ISignChannel kind || one.To is not { } to)
        {
            return new SendResult.Refused("no_address", "This contact has no address on this channel.");
        }

        try
        {
            return await kind.SendAsync(one.Channel, new OutboundSign.Reaction(new ContactAddress(to.Kind, to.Address), one.Reaction.Target, one.Reaction.Emoji), cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            SendFailed(error, one.Reaction.Id);
            return new SendResult.Unknown("The reaction could not be handed over.");
        }
    }

    private sealed class Due
    {
        public required Reaction Reaction { get; init; }

        public required Channel Channel { get; init; }

        public required Conversation Conversation { get; init; }

        /// <summary>What the customer wrote from last.</summary>
        public required ContactIdentity? Written { get; init; }

        public required ContactIdentity? Oldest { get; init; }

        public ContactIdentity? To => Written ?? Oldest;
    }

    [LoggerMessage(LogLevel.Error, "A round over the reactions failed; the next one finds the same")]
    private partial void RoundFailed(Exception error);

    [LoggerMessage(LogLevel.Error, "Handing reaction {ReactionId} over failed inside this program")]
    private partial void SendFailed(Exception error, long reactionId);

    [LoggerMessage(LogLevel.Information, "Reaction {ReactionId} was not taken by channel {ChannelId}: {Result}")]
    private partial void NotTaken(long reactionId, long channelId, string result);
}
