using Inbox.Channels.Outbound;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Sends of which a status or an echo has told what became of the message: those that wait to be tried again must not be,
/// and those that failed after all are found with the failed ones. In turn of their business.
/// </summary>
internal static class SettledSends
{
    public static async Task ApplyAsync(InboxDb db, IEnumerable<Message> messages, CancellationToken cancellation)
    {
        foreach (var ended in messages.Where(message => message.Status >= MessageStatus.Sent).GroupBy(message => message.Status == MessageStatus.Failed ? OutboxState.Failed : OutboxState.Sent))
        {
            var ids = ended.Select(message => message.Id).ToArray();
            OutboxState[] open = ended.Key == OutboxState.Failed ? [OutboxState.Queued, OutboxState.Sent, OutboxState.Unknown] : [OutboxState.Queued];
            await db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(item => ids.Contains(item.MessageId) && open.Contains(item.State))
                .ExecuteUpdateAsync(set => set.SetProperty(item => item.State, ended.Key), cancellation);
        }
    }
}
