using Inbox.Audit;
using Inbox.Channels.Outbound;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>Takes back what is queued to people who may not be written to any more. What a worker has in hand goes out.</summary>
internal static class Withdrawals
{
    /// <param name="code">As a refused send has it.</param>
    /// <returns>What happened to each message, to be stored by the caller.</returns>
    public static async Task<IReadOnlyList<DomainEvent>> ApplyAsync(InboxDb db, long[] contactIds, string code, string detail, DateTime now, CancellationToken cancellation)
    {
        var items = db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]);
        var conversations = db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]);
        var queued = await (from item in items
                            join conversation in conversations on item.ConversationId equals conversation.Id
                            where contactIds.Contains(conversation.ContactId) && item.State == OutboxState.Queued
                            select new { item.Id, item.TenantId, item.MessageId, item.ConversationId, conversation.ContactId }).ToListAsync(cancellation);
        if (queued.Count == 0)
        {
            return [];
        }

        var ids = queued.ConvertAll(item => item.Id);
        await items.Where(item => ids.Contains(item.Id) && item.State == OutboxState.Queued).ExecuteUpdateAsync(
            set => set.SetProperty(item => item.State, OutboxState.Failed).SetProperty(item => item.ErrorCode, code).SetProperty(item => item.ErrorDetail, detail), cancellation);
        var messages = await items.Where(item => ids.Contains(item.Id) && item.State == OutboxState.Failed).Select(item => item.MessageId).ToListAsync(cancellation);
        await db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(message => messages.Contains(message.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(message => message.Status, MessageStatus.Failed).SetProperty(message => message.ErrorCode, code).SetProperty(message => message.ErrorDetail, detail), cancellation);
        await conversations.Where(conversation => messages.Contains(conversation.LastMessageId))
            .ExecuteUpdateAsync(set => set.SetProperty(conversation => conversation.LastMessageStatus, MessageStatus.Failed), cancellation);
        return
        [
            .. queued.Where(item => messages.Contains(item.MessageId)).Select(item => new DomainEvent
            {
                Id = db.Ids.Next<DomainEvent>(db),
                TenantId = item.TenantId,
                Type = "message_failed",
                At = now,
                ConversationId = item.ConversationId,
                ContactId = item.ContactId,
                MessageId = item.MessageId,
                Data = DomainEvent.Json(new { code, detail }),
            }),
        ];
    }
}
