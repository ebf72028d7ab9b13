using Inbox.Data;

namespace Inbox.Channels.Inbound;

/// <summary>An item with the account that it is for.</summary>
public sealed record RoutedItem(Channel Channel, InboundItem Item, long DeliveryId);

/// <summary>What became of a batch of items.</summary>
/// <param name="Duplicates">How many items of each delivery were here before.</param>
/// <param name="Topics">What to publish once the transaction is committed.</param>
/// <param name="StopsChannels">The <see cref="ChannelDirectory"/> has changed then.</param>
public sealed record InboundOutcome(IReadOnlyDictionary<long, int> Duplicates, IReadOnlyCollection<string> Topics, bool StopsChannels = false);

/// <summary>Implemented where conversations are: turns items into rows, in the transaction that marks their deliveries as done.</summary>
public interface IInboundHandler
{
    Task<InboundOutcome> HandleAsync(InboxDb db, IReadOnlyList<RoutedItem> items, CancellationToken cancellation);
}
