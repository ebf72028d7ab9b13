using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Messages that their senders changed or took back. What counts is a deletion, else the change with the highest number and
/// time, in whatever order they and their message come.
/// </summary>
internal static class ArrivingRevisions
{
    public static async Task AddAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        if (items.Count == 0)
        {
            return;
        }

        var targets = items.Select(item => ExternalKey.Of(((InboundRevision)item.Item).Target)).Distinct().ToArray();
        var all = await OfAsync(batch.Db, targets, cancellation);
        var known = all.Select(KeyOf).ToHashSet();
        foreach (var item in items)
        {
            var arriving = (InboundRevision)item.Item;
            var revision = new MessageRevision
            {
                TenantId = item.Channel.TenantId,
                ChannelId = item.Channel.Id,
                Target = ExternalKey.Of(arriving.Target),
                IsDeletion = arriving.IsDeleted,
                Text = arriving.Text,
                Number = arriving.Number,
                At = arriving.At,
            };
            if (!known.Add(KeyOf(revision)))
            {
                batch.Duplicate(item.DeliveryId);
                continue;
            }

            batch.Db.Add(revision);
            all.Add(revision);
        }

        Apply(batch, all, await ArrivingTargets.ReadAsync(batch, targets, cancellation));
    }

    /// <summary>Those that came before their messages, where the messages are new in this batch.</summary>
    public static async Task ApplyEarlyAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> messages, CancellationToken cancellation)
    {
        var keys = messages.Select(item => ExternalKey.Of(((InboundMessage)item.Item).ExternalId)).Distinct().ToArray();
        var early = keys.Length == 0 ? [] : await batch.Db.Set<MessageRevision>().IgnoreQueryFilters([Filters.Tenant])
            .Where(revision => keys.Contains(revision.Target) && revision.MessageId == null).ToListAsync(cancellation);
        if (early.Count > 0)
        {
            Apply(batch, early, await ArrivingTargets.ReadAsync(batch, [.. early.Select(revision => revision.Target).Distinct()], cancellation));
        }
    }

    private static Task<List<MessageRevision>> OfAsync(InboxDb db, string[] targets, CancellationToken cancellation)
        => db.Set<MessageRevision>().IgnoreQueryFilters([Filters.Tenant]).Where(revision => targets.Contains(revision.Target)).ToListAsync(cancellation);

    private static void Apply(ArrivalBatch batch, List<MessageRevision> revisions, ArrivingTargets targets)
    {
        foreach (var group in revisions.GroupBy(revision => (revision.ChannelId, revision.Target)))
        {
            if (targets.Find(group.Key.ChannelId, group.Key.Target) is not ({ } message, { } conversation))
            {
                continue;
            }

            var counts = group.OrderByDescending(revision => revision.IsDeletion).ThenByDescending(revision => revision.Number).ThenByDescending(revision => revision.At).First();
            var isNews = counts.MessageId is null;
            foreach (var revision in group.Where(revision => revision.MessageId is null))
            {
                revision.MessageId = message.Id;
            }

            if (!isNews)
            {
                continue;
            }

            counts.Before = message.Text;
            if (counts.IsDeletion)
            {
                message.TakeBack(counts.At);
            }
            else
            {
                message.Revise(counts.Text, counts.At);
            }

            conversation.Revised(message);
            batch.Happened(counts.IsDeletion ? "message_deleted" : "message_edited", conversation, message.Id);
            batch.Changed(conversation);
        }
    }

    private static (long, string, bool, int, DateTime) KeyOf(MessageRevision revision)
        => (revision.ChannelId, revision.Target, revision.IsDeletion, revision.Number, revision.At);
}
