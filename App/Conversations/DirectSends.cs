using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>A message to a conversation or a number, with what the platform made of it where it answers soon.</summary>
public sealed class DirectSends(Messages messages, Beginnings beginnings, IDbContextFactory<InboxDb> dbs, LiveFeed feed, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <param name="conversationId">Null: the open conversation with the number, or a new one.</param>
    /// <exception cref="RefusedException">What <see cref="Messages.SendAsync"/> and <see cref="Beginnings.BeginAsync"/> refuse.</exception>
    public async Task<Message> SendAsync(Caller caller, long? conversationId, Beginning? to, Writing writing, CancellationToken cancellation)
    {
        var id = conversationId ?? (await beginnings.BeginAsync(caller, to!, cancellation)).Conversation.Id;
        var written = await messages.SendAsync(caller, id, writing, cancellation);
        return await AnsweredAsync(written.Message, cancellation);
    }

    private async Task<Message> AnsweredAsync(Message message, CancellationToken cancellation)
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
            await using (var db = await dbs.CreateDbContextAsync(cancellation))
            {
                message = await db.Set<Message>().AsNoTracking().SingleAsync(row => row.Id == message.Id, cancellation);
            }

            if (message.Status is not (MessageStatus.Queued or MessageStatus.Sending) || over.IsCancellationRequested)
            {
                return message;
            }

            await changed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
