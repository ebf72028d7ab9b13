using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>Reactions to messages: of each person the newest one counts, in whatever order they come.</summary>
internal static class ArrivingReactions
{
    public static async Task AddAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        if (items.Count == 0)
        {
            return;
        }

        var targets = items.Select(item => ExternalKey.Of(((InboundReaction)item.Item).Target)).Distinct().ToArray();
        var known = (await batch.Db.Set<Reaction>().IgnoreQueryFilters([Filters.Tenant]).Where(reaction => targets.Contains(reaction.Target)).ToListAsync(cancellation))
            .ToDictionary(reaction => (reaction.ChannelId, reaction.Target, reaction.Sender));
        var about = await ArrivingTargets.ReadAsync(batch, targets, cancellation);

        foreach (var item in items)
        {
            var arriving = (InboundReaction)item.Item;
            var (target, sender) = (ExternalKey.Of(arriving.Target), arriving.IsEcho ? Reaction.Us : arriving.Contact.Addresses[0].Value.Cut(200));
            if (known.TryGetValue((item.Channel.Id, target, sender), out var reaction))
            {
                if (arriving.At < reaction.At || (arriving.At == reaction.At && arriving.Emoji == reaction.Emoji))
                {
                    batch.Duplicate(item.DeliveryId);
                    continue;
                }

                (reaction.Emoji, reaction.At) = (arriving.Emoji, arriving.At);
            }
            else
            {
                reaction = new Reaction
                {
                    TenantId = item.Channel.TenantId,
                    ChannelId = item.Channel.Id,
                    Target = target,
                    Sender = sender,
                    Emoji = arriving.Emoji,
                    At = arriving.At,
                };
                batch.Db.Add(reaction);
                known.Add((item.Channel.Id, target, sender), reaction);
            }

            if (about.Find(item.Channel.Id, target) is { } found)
            {
                batch.Happened(arriving.Emoji is null ? "reaction_removed" : "reaction_added", found.Conversation, found.Message.Id, new { emoji = arriving.Emoji, by = arriving.IsEcho ? "us" : "contact" });
                batch.Changed(found.Conversation);
            }
        }
    }
}
