using System.Globalization;
using Inbox.Channels;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>A message to a conversation or a number, with what the platform made of it where it answers soon.</summary>
public sealed class DirectSends(IDbContextFactory<InboxDb> dbs, Messages messages, Beginnings beginnings, Threads threads, LiveFeed feed, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <param name="conversationId">Null: the open conversation with the number, or a new one.</param>
    /// <exception cref="RefusedException">What <see cref="Messages.SendAsync"/> and <see cref="Beginnings.BeginAsync"/> refuse.</exception>
    public async Task<MessageRow> SendAsync(Caller caller, long? conversationId, Beginning? to, Writing writing, CancellationToken cancellation)
    {
        var id = conversationId ?? (await beginnings.BeginAsync(caller, to! with { First = writing }, cancellation)).Conversation.Id;
        var written = await messages.SendAsync(caller, id, writing, cancellation);
        return await AnsweredAsync(caller, written.Message, cancellation);
    }

    /// <summary>
    /// The number that a client of the older services means, where a bot was what had one: by our id of the channel, or the
    /// platform's of the number. Where only one number is in use, it is meant whatever the bot was called.
    /// </summary>
    /// <exception cref="RefusedException">channel_not_found.</exception>
    public async Task<long> NumberAsync(Caller caller, string kind, long botId, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var externalId = botId.ToString(CultureInfo.InvariantCulture);
        var numbers = db.Set<Channel>().Where(channel => channel.Kind == kind);
        var found = await numbers.Where(channel => channel.Id == botId || channel.ExternalId == externalId).OrderBy(channel => channel.Id == botId ? 0 : 1)
            .Select(channel => channel.Id).FirstOrDefaultAsync(cancellation);
        if (found != 0)
        {
            return found;
        }

        // The stand-in beside a real number is for trying things out.
        var first = await numbers.OrderByDescending(channel => channel.IsActive).ThenBy(channel => channel.IsSandbox).ThenBy(channel => channel.Id)
            .Select(channel => new { channel.Id, channel.IsActive, channel.IsSandbox }).Take(2).ToListAsync(cancellation);
        return first.Count == 1 || (first.Count == 2 && (first[0].IsActive, first[0].IsSandbox) != (first[1].IsActive, first[1].IsSandbox)) ? first[0].Id
            : throw RefusedException.NotFound("channel");
    }

    private async Task<MessageRow> AnsweredAsync(Caller caller, Message message, CancellationToken cancellation)
    {
        using var changed = new SemaphoreSlim(0);
        using var subscription = feed.Subscribe(Topics.Conversation(message.TenantId, message.ConversationId), () =>
        {
            changed.Release();
            return Task.CompletedTask;
        });
        using var over = new CancellationTokenSource(Longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        while (true)
        {
            var row = await threads.FindAsync(caller, message.Id, cancellation) ?? throw RefusedException.NotFound("message");
            if (row.Status is not (MessageStatus.Queued or MessageStatus.Sending) || over.IsCancellationRequested)
            {
                return row;
            }

            await changed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
