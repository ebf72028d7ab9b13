using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Echoes of what we are just sending, at platforms that do not say whose they are. One may come before the platform's
/// answer, or in its place: it gives our message the platform's id and proves that it was taken.
/// </summary>
internal static class ArrivingEchoes
{
    /// <summary>An echo comes with its send; a platform repeats a delivery for about a day.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(2);

    /// <summary>Types as which a message of ours can come back.</summary>
    private static readonly Dictionary<string, string[]> ComesBackAs = new()
    {
        ["text"] = ["text"],
        ["interactive"] = ["text", "interactive", "share"],
        ["image"] = ["image"],
        ["sticker"] = ["image", "sticker"],
        ["video"] = ["video"],
        ["audio"] = ["audio"],
        ["voice"] = ["audio"],
        ["document"] = ["document"],
    };

    /// <returns>The messages that are no echoes of ours, and what the others say of ours.</returns>
    public static async Task<(RoutedItem[] Messages, RoutedItem[] Statuses)> SplitAsync(ArrivalBatch batch, RoutedItem[] items, CancellationToken cancellation)
    {
        var echoes = await UnknownAsync(batch, [.. items.Where(item => item.Item is InboundMessage { MayBeOurs: true })], cancellation);
        if (echoes.Length == 0)
        {
            return (items, []);
        }

        var underWay = await UnderWayAsync(batch, echoes, cancellation);
        var found = new Dictionary<(long ChannelId, string Key), long>();
        var ours = new Dictionary<RoutedItem, RoutedItem>();
        foreach (var echo in echoes)
        {
            var arriving = (InboundMessage)echo.Item;
            var place = (echo.Channel.Id, ExternalKey.Of(arriving.ExternalId));
            if (!found.TryGetValue(place, out var own)
                && underWay.Find(row => row.ChannelId == echo.Channel.Id && row.Address == AddressOf(echo) && !found.ContainsValue(row.MessageId) && IsSame(row, arriving)) is { } same)
            {
                found[place] = own = same.MessageId;
            }

            if (own != 0)
            {
                ours[echo] = echo with { Item = new InboundStatus(arriving.Account, arriving.ExternalId, "sent", arriving.At, ErrorCode: null, ErrorDetail: null, own, Content: null) };
            }
        }

        return ([.. items.Where(item => !ours.ContainsKey(item))], [.. ours.Values]);
    }

    /// <summary>Without those whose message has the platform's id already.</summary>
    private static async Task<RoutedItem[]> UnknownAsync(ArrivalBatch batch, RoutedItem[] echoes, CancellationToken cancellation)
    {
        if (echoes.Length == 0)
        {
            return echoes;
        }

        var keys = echoes.Select(KeyOf).Distinct().ToArray();
        var known = (await batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(message => keys.Contains(message.ExternalId))
            .Select(message => new { message.ChannelId, message.ExternalId }).ToListAsync(cancellation)).Select(message => (message.ChannelId, message.ExternalId!)).ToHashSet();
        return [.. echoes.Where(echo => !known.Contains((echo.Channel.Id, KeyOf(echo))))];
    }

    private static Task<List<Own>> UnderWayAsync(ArrivalBatch batch, RoutedItem[] echoes, CancellationToken cancellation)
    {
        var channels = echoes.Select(echo => echo.Channel.Id).Distinct().ToArray();
        var addresses = echoes.Select(echo => AddressOf(echo).Value).Distinct().ToArray();
        // Not months later: then somebody writes the same words in the app.
        var since = echoes.Min(echo => ((InboundMessage)echo.Item).At) - LongestWait;
        return (from identity in batch.Db.Set<ContactIdentity>().IgnoreQueryFilters([Filters.Tenant])
                where addresses.Contains(identity.Address) && channels.Contains(identity.ChannelId)
                join conversation in batch.Db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant])
                    on new { identity.ContactId, identity.ChannelId } equals new { conversation.ContactId, conversation.ChannelId }
                join message in batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant])
                    on new { conversation.TenantId, ConversationId = conversation.Id } equals new { message.TenantId, message.ConversationId }
                where message.Direction == MessageDirection.Outbound && message.ExternalId == null
                    && (message.Status == MessageStatus.Sending || (message.Status == MessageStatus.Unknown && message.SentAt >= since))
                orderby message.SentAt, message.Id
                select new Own(identity.ChannelId, new ContactAddress(identity.Kind, identity.Address), message.Id, message.Type, message.Text)).ToListAsync(cancellation);
    }

    private static bool IsSame(Own own, InboundMessage echo)
        => ComesBackAs.GetValueOrDefault(own.Type)?.Contains(echo.Type) == true && (own.Text ?? "").Trim() == (echo.Text ?? "").Trim();

    private static ContactAddress AddressOf(RoutedItem echo) => Senders.Short(((InboundMessage)echo.Item).Contact.Addresses[0]);

    private static string KeyOf(RoutedItem echo) => ExternalKey.Of(((InboundMessage)echo.Item).ExternalId);

    /// <summary>A message of ours of which the platform has not told anything yet.</summary>
    private sealed record Own(long ChannelId, ContactAddress Address, long MessageId, string Type, string? Text);
}
