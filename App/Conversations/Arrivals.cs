using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Channels.Outbound;
using Inbox.Channels.Templates;
using Inbox.Data;
using Inbox.Realtime;

namespace Inbox.Conversations;

/// <summary>
/// Turns what platforms told us into contacts, conversations, messages, statuses and events. Works on a whole batch:
/// a few look-ups by many keys, then a few writes of many rows, whatever the number of items, accounts and tenants.
/// </summary>
public sealed class Arrivals(ChannelCatalogue kinds, TemplateSyncs templates, ContactNames names, SendLanes lanes, TimeProvider clock) : IInboundHandler
{
    public async Task<InboundOutcome> HandleAsync(InboxDb db, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        await EventNumbers.TakeTurnsAsync(db, items.Select(item => item.Channel.TenantId), cancellation);
        var batch = new ArrivalBatch(db, kinds, clock.GetUtcNow().UtcDateTime);
        await ArrivingAddresses.ApplyAsync(batch, items, cancellation);
        var (messages, echoes) = await ArrivingEchoes.SplitAsync(batch, [.. items.Where(item => item.Item is InboundMessage)], cancellation);
        await ArrivingMessages.AddAsync(batch, messages, cancellation);
        await batch.SaveAsync(cancellation);
        await ArrivingStatuses.ApplyEarlyAsync(batch, messages, cancellation);
        await ArrivingRevisions.ApplyEarlyAsync(batch, messages, cancellation);
        await ArrivingRevisions.AddAsync(batch, [.. items.Where(item => item.Item is InboundRevision)], cancellation);
        await ArrivingReactions.AddAsync(batch, [.. items.Where(item => item.Item is InboundReaction)], cancellation);
        await ArrivingStatuses.AddAsync(batch, [.. echoes, .. items.Where(item => item.Item is InboundStatus)], cancellation);
        await ArrivingWatermarks.AddAsync(batch, [.. items.Where(item => item.Item is InboundWatermark)], cancellation);
        await ArrivingNotices.AddAsync(batch, [.. items.Where(item => item.Item is InboundNotice)], cancellation);
        await batch.SaveAsync(cancellation);
        foreach (var channel in batch.TemplatesChangedOf)
        {
            templates.Want(channel);
        }

        foreach (var (channel, contact, address) in batch.Nameless)
        {
            names.Ask(channel, contact, address);
        }

        foreach (var channel in batch.Slowed)
        {
            lanes.Rest(channel, RetrySchedule.SlowDown);
        }

        return new InboundOutcome(batch.Duplicates, batch.Topics, batch.HasStoppedChannels);
    }
}
