using Inbox.Audit;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Realtime;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Keeps messages in step with their sending. A status of the platform may have come first and told more: nothing here
/// takes a message back.
/// </summary>
public sealed class SendOutcomes(TimeProvider clock) : IOutboundHandler
{
    private static readonly string[] ChangedByEnd =
        [nameof(Message.Status), nameof(Message.ErrorCode), nameof(Message.ErrorDetail), nameof(Message.ExternalId)];

    public async Task<IReadOnlyCollection<string>> SendingAsync(InboxDb db, IReadOnlyList<OutboxItem> items, CancellationToken cancellation)
    {
        var ids = items.Select(item => item.MessageId).ToArray();
        await db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(message => ids.Contains(message.Id) && message.Status < MessageStatus.Sending)
            .ExecuteUpdateAsync(set => set.SetProperty(message => message.Status, MessageStatus.Sending), cancellation);
        await HappenedAsync(db, [.. items.Select(item => Event(db, item, "message_sending", new { }))], cancellation);
        return await ShownAsync(db, items, cancellation);
    }

    public async Task<IReadOnlyCollection<string>> EndedAsync(InboxDb db, IReadOnlyList<Outcome> outcomes, CancellationToken cancellation)
    {
        var items = outcomes.Select(outcome => outcome.Claimed.Item).ToArray();
        var ids = Array.ConvertAll(items, item => item.MessageId);
        var messages = await db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().Where(message => ids.Contains(message.Id))
            .ToDictionaryAsync(message => message.Id, cancellation);
        var answers = await AnswersAsync(db, outcomes, cancellation);
        List<DomainEvent> events = [];
        foreach (var (claimed, result, _, _) in outcomes)
        {
            if (messages.TryGetValue(claimed.Item.MessageId, out var message))
            {
                End(message, claimed.Item, result);
            }
        }

        await db.UpdateAsync([.. messages.Values], ChangedByEnd, cancellation);
        await HappenedAsync(db, events, cancellation);
        var again = outcomes.Where(outcome => outcome.Result is SendResult.Retry && messages.ContainsKey(outcome.Claimed.Item.MessageId)).Select(outcome => outcome.Claimed.Item).ToArray();
        var failed = messages.Values.Where(message => message.Status == MessageStatus.Failed);   // also of what the platform took at first
        await SettledSends.ApplyAsync(db, again.Select(item => messages[item.MessageId]).Union(failed), cancellation);
        await WithdrawAsync(db, again, messages, cancellation);
        await LearnedAddresses.KeepAsync(db, outcomes, clock.GetUtcNow().UtcDateTime, cancellation);
        return await ShownAsync(db, items, cancellation);

        void End(Message message, OutboxItem item, SendResult result)
        {
            switch (result)
            {
                case SendResult.Sent sent:
                    Advance(message, MessageStatus.Sent, null, null);
                    events.Add(Event(db, item, "message_sent", new { }));
                    events.AddRange(answers.Give(message, ExternalKey.Of(sent.ExternalId)).Select(status => Event(db, item, "message_status", new { status })));
                    break;
                case SendResult.Refused refused when Advance(message, MessageStatus.Failed, refused.Code, refused.Detail):
                    events.Add(Event(db, item, "message_failed", new { refused.Code, refused.Detail }));
                    break;
                // Where a status told more meanwhile, there is nothing unknown.
                case SendResult.Unknown unknown when Advance(message, MessageStatus.Unknown, null, unknown.Detail):
                    events.Add(Event(db, item, "message_unknown", new { unknown.Detail }));
                    break;
                case SendResult.Retry retry when message.Status == MessageStatus.Sending:
                    (message.Status, message.ErrorCode, message.ErrorDetail) = (MessageStatus.Queued, retry.Code.Cut(200), retry.Detail.Cut(1000));
                    break;
            }
        }
    }

    /// <returns>False when more was known.</returns>
    private static bool Advance(Message message, MessageStatus status, string? code, string? detail)
    {
        if (!message.Advance(status))
        {
            return false;
        }

        (message.ErrorCode, message.ErrorDetail) = (code?.Cut(200), detail?.Cut(1000));
        return true;
    }

    /// <summary>What of the platform's ids is known before they are given to our messages.</summary>
    private static async Task<Answers> AnswersAsync(InboxDb db, IReadOnlyList<Outcome> outcomes, CancellationToken cancellation)
    {
        var keys = outcomes.Select(outcome => outcome.Result).OfType<SendResult.Sent>().Select(sent => ExternalKey.Of(sent.ExternalId)).ToArray();
        if (keys.Length == 0)
        {
            return new Answers([], Array.Empty<MessageStatusReport>().ToLookup(report => (report.ChannelId, report.ExternalId)));
        }

        var taken = await db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(message => keys.Contains(message.ExternalId))
            .Select(message => new { message.ChannelId, message.ExternalId }).ToListAsync(cancellation);
        var early = await db.Set<MessageStatusReport>().IgnoreQueryFilters([Filters.Tenant]).Where(report => keys.Contains(report.ExternalId) && report.MessageId == null)
            .OrderBy(report => report.Id).ToListAsync(cancellation);
        return new Answers(
            [.. taken.Select(message => (message.ChannelId, message.ExternalId!))],
            early.ToLookup(report => (report.ChannelId, report.ExternalId)));
    }

    /// <summary>What a worker had in hand when its contact was blocked or opted out goes back to no queue.</summary>
    private async Task WithdrawAsync(InboxDb db, OutboxItem[] again, Dictionary<long, Message> messages, CancellationToken cancellation)
    {
        if (again.Length == 0)
        {
            return;
        }

        var ids = again.Select(item => item.ConversationId).ToArray();
        var closed = await (from conversation in db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant])
                            join contact in db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]) on conversation.ContactId equals contact.Id
                            where ids.Contains(conversation.Id) && (contact.BlockedAt != null || contact.OptedOutAt != null || contact.MarketingStoppedAt != null)
                            select new { conversation.Id, Reach = new Reach(contact.BlockedAt, contact.OptedOutAt, contact.MarketingStoppedAt), conversation.LastInboundAt }).ToDictionaryAsync(row => row.Id, cancellation);
        var since = again.Where(item => closed.ContainsKey(item.ConversationId)).ToLookup(
            item => Reachability.CodeForRetry(closed[item.ConversationId].Reach, messages[item.MessageId], closed[item.ConversationId].LastInboundAt) ?? "", item => item.Id);
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var code in since.Where(items => items.Key.Length > 0).Select(items => items.Key))
        {
            db.AddRange(await Withdrawals.OfItemsAsync(db, [.. since[code]], code, now, cancellation));
        }
    }

    private DomainEvent Event(InboxDb db, OutboxItem item, string type, object data) => new()
    {
        Id = db.Ids.Next<DomainEvent>(db),
        TenantId = item.TenantId,
        Type = type,
        At = clock.GetUtcNow().UtcDateTime,
        ConversationId = item.ConversationId,
        MessageId = item.MessageId,
        Data = DomainEvent.Json(data),
    };

    private static async Task HappenedAsync(InboxDb db, IReadOnlyList<DomainEvent> events, CancellationToken cancellation)
    {
        await EventNumbers.NumberAsync(db, events, cancellation);
        await db.InsertAsync(events, cancellation);
    }

    private static async Task<IReadOnlyCollection<string>> ShownAsync(InboxDb db, IReadOnlyList<OutboxItem> items, CancellationToken cancellation)
    {
        var (ids, messages) = (items.Select(item => item.ConversationId).ToArray(), items.Select(item => item.MessageId).ToArray());
        var conversations = db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(conversation => ids.Contains(conversation.Id));
        await conversations.Where(conversation => messages.Contains(conversation.LastMessageId)).ExecuteUpdateAsync(
            set => set.SetProperty(
                conversation => conversation.LastMessageStatus,
                conversation => db.Set<Message>().Where(message => message.Id == conversation.LastMessageId).Select(message => message.Status).First()),
            cancellation);
        var shown = await conversations.Select(conversation => new { conversation.TenantId, conversation.Id, conversation.DepartmentId, conversation.AssigneeId }).ToListAsync(cancellation);
        return [.. shown.SelectMany(row => InboxTopics.Of(row.TenantId, row.DepartmentId, row.AssigneeId).Prepend(Topics.Conversation(row.TenantId, row.Id))).Distinct()];
    }

    /// <param name="taken">Ids that messages have already.</param>
    /// <param name="early">Statuses that came before the platform's answer told whose they are.</param>
    private sealed class Answers(HashSet<(long, string)> taken, ILookup<(long, string), MessageStatusReport> early)
    {
        /// <summary>The id may stand there already, from a status that was faster; and no two messages may have the same.</summary>
        /// <returns>The words of early statuses that told something new.</returns>
        public IReadOnlyList<string> Give(Message message, string externalId)
        {
            if (message.ExternalId is null && taken.Add((message.ChannelId, externalId)))
            {
                message.ExternalId = externalId;
            }

            List<string> told = [];
            foreach (var report in early[(message.ChannelId, externalId)])
            {
                report.MessageId = message.Id;
                if (message.Report(report.Status, report.ErrorCode, report.ErrorDetail))
                {
                    told.Add(report.Status);
                }
            }

            return told;
        }
    }
}
