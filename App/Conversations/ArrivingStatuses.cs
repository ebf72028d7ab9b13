using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>What became of our messages. A status whose message is not here yet is kept, and applied when the message gets its id.</summary>
internal static class ArrivingStatuses
{
    public static async Task AddAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        if (items.Count == 0)
        {
            return;
        }

        var (fresh, failed) = await WithoutKnownAsync(batch, items, cancellation);
        var messages = await MessagesOfAsync(batch, fresh, cancellation);
        var conversations = await ConversationsOfAsync(batch, messages, cancellation);
        var byId = messages.ToDictionary(message => message.Id);
        var byExternalId = messages.Where(message => message.ExternalId is not null).ToDictionary(message => (message.ChannelId, message.ExternalId!));

        var before = new List<(Message Message, string Status)>();
        var failures = new List<(RoutedItem, InboundStatus, Message)>();
        var waiting = messages.Where(message => message.Status < MessageStatus.Unknown).ToList();
        var taken = messages.Where(message => message.Status is MessageStatus.Unknown or MessageStatus.Sent).ToList();
        foreach (var (item, status, key) in fresh)
        {
            var message = byExternalId.GetValueOrDefault((item.Channel.Id, key))
                ?? (status.MessageId is { } own && byId.GetValueOrDefault(own) is { } named && named.ChannelId == item.Channel.Id
                    // It is of an earlier send of the message, which failed.
                    && !failed.Contains((item.Channel.Id, key)) ? named : null);
            batch.Reports.Add(new MessageStatusReport
            {
                Id = batch.Db.Ids.Next<MessageStatusReport>(batch.Db),
                TenantId = item.Channel.TenantId,
                ChannelId = item.Channel.Id,
                MessageId = message?.Id,
                ExternalId = key,
                Status = status.Status.Cut(30),
                At = status.At,
                ErrorCode = status.ErrorCode?.Cut(200),
                ErrorDetail = status.ErrorDetail?.Cut(1000),
                Content = status.Content,
            });
            if (message is not null)
            {
                message.ExternalId ??= key;
                if (Apply(batch, message, conversations[message.ConversationId], status.Status, status.ErrorCode, status.ErrorDetail) && status.Meaning != FailureMeaning.Nothing)
                {
                    failures.Add((item, status, message));
                }

                if (status.AndBefore)
                {
                    before.Add((message, status.Status));
                }
            }
        }

        await ArrivingFailures.ApplyAsync(batch, failures, conversations, cancellation);
        await ApplyBeforeAsync(batch, before, conversations, cancellation);
        await SettledSends.ApplyAsync(batch.Db, [.. waiting, .. taken.Where(message => message.Status == MessageStatus.Failed)], cancellation);
    }

    /// <summary>What was sent before a message in the same conversation has come as far as it.</summary>
    private static async Task ApplyBeforeAsync(ArrivalBatch batch, List<(Message Message, string Status)> told, Dictionary<long, Conversation> conversations, CancellationToken cancellation)
    {
        if (told.Count == 0)
        {
            return;
        }

        var (tenants, ids) = (told.Select(one => one.Message.TenantId).Distinct().ToArray(), told.Select(one => one.Message.ConversationId).Distinct().ToArray());
        var last = told.Max(one => one.Message.SentAt);
        var older = (await batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant])
            .Where(message => tenants.Contains(message.TenantId) && ids.Contains(message.ConversationId) && message.Direction == MessageDirection.Outbound && message.SentAt <= last
                && (message.Status == MessageStatus.Sent || message.Status == MessageStatus.Delivered))
            .ToListAsync(cancellation)).ToLookup(message => message.ConversationId);
        foreach (var (newest, status) in told)
        {
            foreach (var message in older[newest.ConversationId].Where(message => message.Id != newest.Id && message.SentAt <= newest.SentAt))
            {
                Apply(batch, message, conversations[message.ConversationId], status, null, null);
            }
        }
    }

    /// <summary>Statuses that came before their messages, where the messages are new in this batch (echoes from the phone app).</summary>
    public static async Task ApplyEarlyAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> messages, CancellationToken cancellation)
    {
        var keys = messages.Select(item => (InboundMessage)item.Item).Where(message => message.IsEcho).Select(message => ExternalKey.Of(message.ExternalId)).Distinct().ToArray();
        if (keys.Length == 0)
        {
            return;
        }

        var early = await batch.Db.Set<MessageStatusReport>().IgnoreQueryFilters([Filters.Tenant])
            .Where(report => keys.Contains(report.ExternalId) && report.MessageId == null).OrderBy(report => report.Id).ToListAsync(cancellation);
        var found = early.Count == 0 ? [] : await batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant])
            .Where(message => keys.Contains(message.ExternalId)).ToListAsync(cancellation);
        var byKey = found.ToDictionary(message => (message.ChannelId, message.ExternalId!));
        var conversations = await ConversationsOfAsync(batch, found, cancellation);
        foreach (var report in early)
        {
            if (byKey.GetValueOrDefault((report.ChannelId, report.ExternalId)) is { } message)
            {
                report.MessageId = message.Id;
                Apply(batch, message, conversations[message.ConversationId], report.Status, report.ErrorCode, report.ErrorDetail);
            }
        }
    }

    /// <returns>Whether it was news.</returns>
    private static bool Apply(ArrivalBatch batch, Message message, Conversation conversation, string status, string? errorCode, string? errorDetail)
    {
        if (!message.Report(status, errorCode, errorDetail))
        {
            return false;
        }

        if (conversation.LastMessageId == message.Id)
        {
            conversation.LastMessageStatus = message.Status;
        }

        batch.Happened("message_status", conversation, message.Id, new { status });
        batch.Changed(conversation);
        return true;
    }

    private static Task<Dictionary<long, Conversation>> ConversationsOfAsync(ArrivalBatch batch, IEnumerable<Message> messages, CancellationToken cancellation)
    {
        var ids = messages.Select(message => message.ConversationId).Distinct().ToArray();
        return batch.Db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(conversation => ids.Contains(conversation.Id))
            .ToDictionaryAsync(conversation => conversation.Id, cancellation);
    }

    /// <returns>What is new, and the messages of the platform that are known to have failed.</returns>
    private static async Task<(List<(RoutedItem Item, InboundStatus Status, string Key)> Fresh, HashSet<(long ChannelId, string Key)> Failed)> WithoutKnownAsync(
        ArrivalBatch batch, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        var keys = items.Select(item => ExternalKey.Of(((InboundStatus)item.Item).ExternalId)).Distinct().ToArray();
        var known = (await batch.Db.Set<MessageStatusReport>().IgnoreQueryFilters([Filters.Tenant])
            .Where(report => keys.Contains(report.ExternalId))
            .Select(report => new { report.ChannelId, report.ExternalId, report.Status })
            .ToListAsync(cancellation)).Select(report => (report.ChannelId, report.ExternalId, report.Status)).ToHashSet();

        var failed = known.Where(report => report.Status == "failed").Select(report => (report.ChannelId, report.ExternalId)).ToHashSet();
        var fresh = new List<(RoutedItem, InboundStatus, string)>(items.Count);
        foreach (var item in items)
        {
            var status = (InboundStatus)item.Item;
            var key = ExternalKey.Of(status.ExternalId);
            if (known.Add((item.Channel.Id, key, status.Status.Cut(30))))
            {
                fresh.Add((item, status, key));
            }
            else
            {
                batch.Duplicate(item.DeliveryId);
            }
        }

        return (fresh, failed);
    }

    private static async Task<List<Message>> MessagesOfAsync(ArrivalBatch batch, List<(RoutedItem, InboundStatus Status, string Key)> items, CancellationToken cancellation)
    {
        var keys = items.Select(item => item.Key).Distinct().ToArray();
        var ids = items.Select(item => item.Status.MessageId).OfType<long>().Distinct().ToArray();
        var messages = await batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant])
            .Where(message => keys.Contains(message.ExternalId)).ToListAsync(cancellation);
        if (ids.Length > 0)
        {
            messages.AddRange(await batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant])
                .Where(message => ids.Contains(message.Id) && message.ExternalId == null).ToListAsync(cancellation));
        }

        return messages;
    }
}
