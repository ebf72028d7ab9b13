using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Realtime;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// What a platform took and could not deliver, and what its reason says beyond the one message: as when it had refused the send
/// at once.
/// </summary>
internal static class ArrivingFailures
{
    // What failed long ago says nothing of now: somebody may have seen to it since.
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    public static async Task ApplyAsync(
        ArrivalBatch batch, IReadOnlyList<(RoutedItem Item, InboundStatus Status, Message Message)> failures, Dictionary<long, Conversation> conversations, CancellationToken cancellation)
    {
        foreach (var (item, status, message) in failures)
        {
            var isFresh = status.At > batch.Now - Fresh;
            switch (status.Meaning)
            {
                case FailureMeaning.SlowDown when isFresh:
                    batch.Slowed.Add(item.Channel);
                    if (await ChannelAlerts.AddLimitedAsync(batch.Db, item.Channel, status.ErrorCode ?? "", status.ErrorDetail ?? "", batch.Now, cancellation))
                    {
                        batch.Topics.Add(Topics.Channels(item.Channel.TenantId));
                    }

                    break;
                case FailureMeaning.StopChannel when isFresh && await ChannelStops.StopAsync(batch.Db, item.Channel, status.ErrorCode ?? "", status.ErrorDetail ?? "", batch.Now, cancellation):
                    batch.HasStoppedChannels = true;
                    batch.Topics.Add(Topics.Channels(item.Channel.TenantId));
                    break;
                case FailureMeaning.TemplateWrong:
                    batch.TemplatesChangedOf.Add(item.Channel.Id);
                    break;
                case FailureMeaning.MarketingStopped:
                    batch.Consents.Add(Stopped(batch, item, status, message, conversations[message.ConversationId].ContactId));
                    break;
            }
        }

        await TryAgainAsync(batch, [.. failures.Where(failure => failure.Status.Meaning == FailureMeaning.TryAgain).Select(failure => failure.Message)], conversations, cancellation);
    }

    private static ContactConsent Stopped(ArrivalBatch batch, RoutedItem item, InboundStatus status, Message message, long contactId) => new()
    {
        Id = batch.Db.Ids.Next<ContactConsent>(batch.Db),
        TenantId = item.Channel.TenantId,
        ContactId = contactId,
        IsIn = false,
        OfMarketing = true,
        At = status.At,
        Source = ConsentSources.Platform,
        ChannelId = item.Channel.Id,
        MessageId = message.Id,
        Words = status.ErrorDetail?.Cut(ContactConsent.LongestWords),
    };

    /// <summary>Surely not delivered: back to the queue, by the schedule of the attempts, until those are used up.</summary>
    private static async Task TryAgainAsync(ArrivalBatch batch, IReadOnlyList<Message> messages, Dictionary<long, Conversation> conversations, CancellationToken cancellation)
    {
        if (messages.Count == 0)
        {
            return;
        }

        var ids = messages.Select(message => message.Id).ToArray();
        var sent = await batch.Db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(item => ids.Contains(item.MessageId) && item.State == OutboxState.Sent)
            .Select(item => new { item.Id, item.MessageId, item.Attempts }).ToDictionaryAsync(item => item.MessageId, cancellation);
        var contactIds = messages.Select(message => conversations[message.ConversationId].ContactId).Distinct().ToArray();
        var contacts = await batch.Db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).Where(contact => contactIds.Contains(contact.Id))
            .ToDictionaryAsync(contact => contact.Id, contact => new Reach(contact.BlockedAt, contact.OptedOutAt, contact.MarketingStoppedAt), cancellation);
        foreach (var message in messages)
        {
            var (code, detail, conversation) = (message.ErrorCode ?? "", message.ErrorDetail ?? "", conversations[message.ConversationId]);
            if (!sent.TryGetValue(message.Id, out var item) || Reachability.CodeForRetry(contacts[conversation.ContactId], message, conversation.LastInboundAt) is not null || RetrySchedule.After(Math.Max(1, item.Attempts), new SendResult.Retry(code, detail)) is not { } wait)
            {
                continue;
            }

            var due = batch.Now + wait;
            await batch.Db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == item.Id && row.State == OutboxState.Sent).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, OutboxState.Queued).SetProperty(row => row.DueAt, due).SetProperty(row => row.ErrorCode, code).SetProperty(row => row.ErrorDetail, detail),
                cancellation);
            message.QueueAgain();
            (message.ErrorCode, message.ErrorDetail) = (code, detail);
            if (conversation.LastMessageId == message.Id)
            {
                conversation.LastMessageStatus = message.Status;
            }
        }
    }
}
