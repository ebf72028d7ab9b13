using Inbox.Channels.Outbound;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Sends that wait to be tried again and must not be: a status or an echo has told meanwhile what became of the message. In
/// turn of its business.
/// </summary>
internal static class SettledSends
{
    public static async Task ApplyAsync(InboxDb db, IEnumerable<Message> messages, CancellationToken cancellation)
    {
        foreach (var ended in messages.Where(message => message.Status >= MessageStatus.Sent).GroupBy(message => message.Status == MessageStatus.Failed ? OutboxState.Failed : OutboxState.Sent))
        {
            var ids = ended.Select(message => message.Id).ToArray();
            await db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(item => ids.Contains(item.MessageId) && item.State == OutboxState.Queued)
                .ExecuteUpdateAsync(set => set.SetProperty(item => item.State, ended.Key), cancellation);
        }
    }
}
