using Inbox.Audit;
using Inbox.Channels.Outbound;
using Inbox.Data;
using Inbox.Realtime;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Keeps the message in step with its sending. A status of the platform may have come first and told more: each change is
/// a conditional update that never takes a message back.
/// </summary>
public sealed class SendOutcomes(TimeProvider clock) : IOutboundHandler
{
    public async Task<IReadOnlyCollection<string>> SendingAsync(InboxDb db, OutboxItem item, CancellationToken cancellation)
    {
        await MessageOf(db, item).Where(message => message.Status < MessageStatus.Sending)
            .ExecuteUpdateAsync(set => set.SetProperty(message => message.Status, MessageStatus.Sending), cancellation);
        return await HappenedAsync(db, item, "message_sending", new { }, cancellation);
    }

    public async Task<IReadOnlyCollection<string>> EndedAsync(InboxDb db, OutboxItem item, SendResult result, CancellationToken cancellation)
    {
        switch (result)
        {
            case SendResult.Sent sent:
                await SentAsync(db, item, ExternalKey.Of(sent.ExternalId), cancellation);
                return await HappenedAsync(db, item, "message_sent", new { sent.ExternalId }, cancellation);
            case SendResult.Refused refused:
                return await AdvanceAsync(db, item, MessageStatus.Failed, refused.Code, refused.Detail, cancellation)
                    ? await HappenedAsync(db, item, "message_failed", new { refused.Code, refused.Detail }, cancellation)
                    : [];
            case SendResult.Unknown unknown:
                // Where a status told more meanwhile, there is nothing unknown.
                return await AdvanceAsync(db, item, MessageStatus.Unknown, null, unknown.Detail, cancellation)
                    ? await HappenedAsync(db, item, "message_unknown", new { unknown.Detail }, cancellation)
                    : [];
            case SendResult.Retry retry:
                await MessageOf(db, item).Where(message => message.Status == MessageStatus.Sending).ExecuteUpdateAsync(
                    set => set
                        .SetProperty(message => message.Status, MessageStatus.Queued)
                        .SetProperty(message => message.ErrorCode, retry.Code.Cut(200))
                        .SetProperty(message => message.ErrorDetail, retry.Detail.Cut(1000)),
                    cancellation);
                return await ShownAsync(db, item, cancellation);
            default:
                throw new InvalidOperationException($"No outcome {result.GetType().Name}.");
        }
    }

    private static async Task SentAsync(InboxDb db, OutboxItem item, string externalId, CancellationToken cancellation)
    {
        await AdvanceAsync(db, item, MessageStatus.Sent, null, null, cancellation);
        // The id may stand here already, from a status that was faster; and no two messages may have the same.
        await MessageOf(db, item)
            .Where(message => message.ExternalId == null
                && !db.Set<Message>().Any(other => other.ChannelId == item.ChannelId && other.ExternalId == externalId))
            .ExecuteUpdateAsync(set => set.SetProperty(message => message.ExternalId, externalId), cancellation);
        await ApplyEarlyAsync(db, item, externalId, cancellation);
    }

    /// <summary>Statuses that came before the platform's answer told whose they are.</summary>
    private static async Task ApplyEarlyAsync(InboxDb db, OutboxItem item, string externalId, CancellationToken cancellation)
    {
        var early = await db.Set<MessageStatusReport>().IgnoreQueryFilters([Filters.Tenant])
            .Where(report => report.ExternalId == externalId && report.ChannelId == item.ChannelId && report.MessageId == null)
            .ToListAsync(cancellation);
        if (early.Count == 0)
        {
            return;
        }

        var message = await MessageOf(db, item).SingleAsync(cancellation);
        foreach (var report in early.OrderBy(report => report.Id))
        {
            report.MessageId = item.MessageId;
            message.Report(report.Status, report.ErrorCode, report.ErrorDetail);
        }

        await db.SaveChangesAsync(cancellation);
    }

    /// <returns>False when more was known.</returns>
    private static async Task<bool> AdvanceAsync(InboxDb db, OutboxItem item, MessageStatus status, string? code, string? detail, CancellationToken cancellation)
        => await MessageOf(db, item).Where(message => message.Status < status).ExecuteUpdateAsync(
            set => set
                .SetProperty(message => message.Status, status)
                .SetProperty(message => message.ErrorCode, code == null ? null : code.Cut(200))
                .SetProperty(message => message.ErrorDetail, detail == null ? null : detail.Cut(1000)),
            cancellation) == 1;

    private async Task<IReadOnlyCollection<string>> HappenedAsync(InboxDb db, OutboxItem item, string type, object data, CancellationToken cancellation)
    {
        db.Add(new DomainEvent
        {
            TenantId = item.TenantId,
            Type = type,
            At = clock.GetUtcNow().UtcDateTime,
            ConversationId = item.ConversationId,
            MessageId = item.MessageId,
            Data = DomainEvent.Json(data),
        });
        return await ShownAsync(db, item, cancellation);
    }

    private static async Task<IReadOnlyCollection<string>> ShownAsync(InboxDb db, OutboxItem item, CancellationToken cancellation)
    {
        await db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant])
            .Where(conversation => conversation.Id == item.ConversationId && conversation.LastMessageId == item.MessageId)
            .ExecuteUpdateAsync(
                set => set.SetProperty(
                    conversation => conversation.LastMessageStatus,
                    conversation => db.Set<Message>().Where(message => message.Id == item.MessageId).Select(message => message.Status).First()),
                cancellation);
        var shown = await db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(conversation => conversation.Id == item.ConversationId)
            .Select(conversation => new { conversation.DepartmentId, conversation.AssigneeId }).SingleAsync(cancellation);
        return [Topics.Conversation(item.TenantId, item.ConversationId), .. InboxTopics.Of(item.TenantId, shown.DepartmentId, shown.AssigneeId)];
    }

    private static IQueryable<Message> MessageOf(InboxDb db, OutboxItem item)
        => db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(message => message.Id == item.MessageId);
}
