using System.Globalization;
using System.Text.Json;
using Inbox.Tenancy;

namespace Inbox.Channels.Inbound;

/// <summary>A delivery with its items sorted into those for connected accounts and the reason why the others are for none.</summary>
/// <param name="Unrouted">See <see cref="InboundDelivery.Unrouted"/>.</param>
public sealed record RoutedDelivery(InboundDelivery Delivery, IReadOnlyList<RoutedItem> Items, DeliveryState State, string? Reason, string? Unrouted = null)
{
    /// <summary>Whom a message is of depends on whether it came before or after its sender's address changed, so it is processed by itself.</summary>
    public bool IsAlone { get; } = Items.Any(item => item.Item.Change is not null);
}

/// <summary>
/// Reads a delivery and finds the account of each item. An item reaches only accounts that the verifying secret covers,
/// and, where the address named a tenant, only that tenant's.
/// </summary>
public sealed partial class InboundRouter(ChannelCatalogue kinds, ILogger<InboundRouter> log)
{
    private const int Reasons = 3;
    private const int MostUnrouted = 20;

    /// <param name="delivery">What came.</param>
    /// <param name="directory">The connected accounts.</param>
    /// <param name="closed">Businesses for which nothing is processed now; what is for them is held.</param>
    public RoutedDelivery Route(InboundDelivery delivery, ChannelDirectory.Snapshot directory, IReadOnlyDictionary<long, TenantState> closed)
    {
        if (delivery.Body is null)
        {
            return new(delivery, [], DeliveryState.Failed, "The body was removed after the retention period.");
        }

        if (kinds.Find(delivery.Kind) is not { } kind)
        {
            return new(delivery, [], DeliveryState.Failed, $"This version has no channel of kind {delivery.Kind}.");
        }

        IReadOnlyList<InboundItem> items;
        try
        {
            items = kind.Parse(delivery.Body, delivery.ReceivedAt);
        }
        catch (UnreadableDeliveryException error)
        {
            return new(delivery, [], DeliveryState.Failed, error.Message);
        }
        catch (Exception error)
        {
            // A mistake in one kind's reading must not hold up everything behind it: the delivery is kept, to be processed again.
            ParserFailed(error, delivery.Id, delivery.Kind);
            return new(delivery, [], DeliveryState.Failed, $"Reading it failed in an unexpected way: {error.Message}");
        }

        var scope = Scope.Of(delivery, directory);
        var assigned = delivery.Assigned is null ? null : AssignmentsOf(delivery);
        var routed = new List<RoutedItem>(items.Count);
        List<string>? unrouted = null;
        var (held, off) = (0, 0);
        foreach (var item in items)
        {
            var found = false;
            // What names another id than the account's own names what stands above it, and that must be shown to be the business's too.
            foreach (var account in Accounts(delivery.Kind, item, directory).Where(account => scope.Covers(account, byGroup: account.ExternalId != item.Account)))
            {
                found = true;
                Sort(account, item);
                if (item.Account.Length > 0)
                {
                    break;
                }
            }

            if (!found && ByHand(item) is { } given)
            {
                Sort(given, item);
            }
            else if (!found)
            {
                (unrouted ??= []).Add(WhoOf(item));
            }
        }

        if (held + off > 0)
        {
            return new(delivery, routed, DeliveryState.Held, held > 0
                ? $"{held} of {items.Count} items are for a business that is suspended. They are processed when it is open again."
                : $"{off} of {items.Count} items are for a channel that is switched off. They are processed when it is switched on again.");
        }

        return unrouted is null
            ? new(delivery, routed, DeliveryState.Processed, null)
            : new(delivery, routed, DeliveryState.Unrouted, $"{unrouted.Count} of {items.Count} items are for no channel here that this secret covers and whose account is checked: "
                + string.Join(", ", unrouted.Distinct().Take(Reasons)) + ".",
                JsonSerializer.Serialize(unrouted.Where(account => account.Length is > 0 and <= Channel.LongestExternalId).Distinct().Take(MostUnrouted)));

        void Sort(Channel account, InboundItem item)
        {
            if (closed.ContainsKey(account.TenantId))
            {
                held++;
            }
            else if (!account.IsActive)
            {
                off++;
            }
            else
            {
                routed.Add(new RoutedItem(account, item, delivery.Id));
            }
        }

        Channel? ByHand(InboundItem item)
            => assigned is not null && assigned.TryGetValue(WhoOf(item), out var id) && directory.Find(id) is { } channel && channel.Kind == delivery.Kind && scope.CoversByHand(channel) ? channel : null;
    }

    /// <summary>Whether what is in a delivery may be given to a channel by hand: as for all routing its secret must cover the channel, only that the account is its own a person vouches for.</summary>
    public static bool MayBeGiven(InboundDelivery delivery, Channel channel, ChannelDirectory.Snapshot directory)
        => channel.Kind == delivery.Kind && Scope.Of(delivery, directory).CoversByHand(channel);

    internal static Dictionary<string, long> AssignmentsOf(InboundDelivery delivery)
        => delivery.Assigned is { } json ? JsonSerializer.Deserialize<Dictionary<string, long>>(json) ?? [] : [];

    /// <summary>The account, or what stands above it where the item names none.</summary>
    private static string WhoOf(InboundItem item) => item.Account.Length > 0 ? item.Account : (item as InboundNotice)?.Group ?? "";

    private static IEnumerable<Channel> Accounts(string kind, InboundItem item, ChannelDirectory.Snapshot directory)
        => directory.Find(kind, item.Account) is { } account ? [account] : directory.InGroup(kind, WhoOf(item));

    [LoggerMessage(LogLevel.Error, "Delivery {DeliveryId} of kind {Kind} could not be read for a reason of ours")]
    private partial void ParserFailed(Exception error, long deliveryId, string kind);

    private sealed record Scope(bool Installation, HashSet<long> Channels, bool HasTenant, long? TenantId, bool IsShared)
    {
        public static Scope Of(InboundDelivery delivery, ChannelDirectory.Snapshot directory)
            => new(
                delivery.InstallationSecret,
                delivery.ChannelIds is { } ids ? [.. ids.Split(',').Select(id => long.Parse(id, CultureInfo.InvariantCulture))] : [],
                delivery.TenantSlug is not null,
                delivery.TenantSlug is { } slug ? directory.TenantId(slug) : null,
                directory.IsShared);

        public bool Covers(Channel channel, bool byGroup)
            => CoversByHand(channel) && (Channels.Contains(channel.Id) || !IsShared || (byGroup ? channel.GroupProvenAt : channel.ProvenAt) is not null);

        public bool CoversByHand(Channel channel)
            => (!HasTenant || channel.TenantId == TenantId) && (Channels.Contains(channel.Id) || (Installation && !channel.HasOwnSecret));
    }
}
