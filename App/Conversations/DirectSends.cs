using Inbox.Realtime;
using Inbox.Tenancy;

namespace Inbox.Conversations;

/// <summary>A message to a conversation or a number, with what the platform made of it where it answers soon.</summary>
public sealed class DirectSends(Messages messages, Beginnings beginnings, Threads threads, LiveFeed feed, TimeProvider clock)
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
