using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Takes back what is queued to people who may not be written to any more. What a worker has in hand at that moment goes
/// out, unless it comes back to the queue.
/// </summary>
internal static class Withdrawals
{
    /// <param name="code">As a refused send has it: of <see cref="Reachability"/>.</param>
    /// <returns>What happened to each message, to be stored by the caller.</returns>
    public static async Task<IReadOnlyList<DomainEvent>> OfContactsAsync(InboxDb db, long[] contactIds, string code, DateTime now, CancellationToken cancellation)
    {
        var conversations = db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(conversation => contactIds.Contains(conversation.ContactId));
        var items = Queued(db).Where(item => conversations.Any(conversation => conversation.Id == item.ConversationId));
        var queued = code == Reachability.MarketingStoppedCode
            ? [.. (await items.Where(item => item.Type == "template").Select(item => new { item.Id, item.Content }).ToListAsync(cancellation))
                .Where(item => MessageContent.Read(item.Content)?.Template?.Category == TemplateUse.Marketing).Select(item => item.Id)]
            : await items.Select(item => item.Id).ToArrayAsync(cancellation);
        return await OfItemsAsync(db, queued, code, now, cancellation);
    }

    /// <inheritdoc cref="OfContactsAsync"/>
    public static async Task<IReadOnlyList<DomainEvent>> OfItemsAsync(InboxDb db, long[] itemIds, string code, DateTime now, CancellationToken cancellation)
    {
        if (itemIds.Length == 0)
        {
            return [];
        }

        // The turn holds what is read here; what a status has settled meanwhile keeps its own outcome.
        var withdrawn = await (from item in Queued(db)
                               join conversation in db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]) on item.ConversationId equals conversation.Id
                               where itemIds.Contains(item.Id)
                               select new { item.Id, item.TenantId, item.MessageId, item.ConversationId, conversation.ContactId }).ToListAsync(cancellation);
        if (withdrawn.Count == 0)
        {
            return [];
        }

        var detail = Reachability.Says(code);
        var (ids, messages, conversations) = (withdrawn.ConvertAll(item => item.Id), withdrawn.ConvertAll(item => item.MessageId), withdrawn.ConvertAll(item => item.ConversationId));
        await Queued(db).Where(item => ids.Contains(item.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(item => item.State, OutboxState.Failed).SetProperty(item => item.ErrorCode, code).SetProperty(item => item.ErrorDetail, detail), cancellation);
        await db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(message => messages.Contains(message.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(message => message.Status, MessageStatus.Failed).SetProperty(message => message.ErrorCode, code).SetProperty(message => message.ErrorDetail, detail), cancellation);
        await db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(conversation => conversations.Contains(conversation.Id) && messages.Contains(conversation.LastMessageId))
            .ExecuteUpdateAsync(set => set.SetProperty(conversation => conversation.LastMessageStatus, MessageStatus.Failed), cancellation);
        return
        [
            .. withdrawn.Select(item => new DomainEvent
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

    private static IQueryable<OutboxItem> Queued(InboxDb db) => db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(item => item.State == OutboxState.Queued);
}
