using Inbox.Data;

namespace Inbox.Channels.Outbound;

/// <summary>
/// Implemented where conversations are: keeps messages in step with their sending, in the sender's transaction, in which
/// their businesses have the turn (<see cref="Audit.EventNumbers.TakeTurnsAsync"/>).
/// </summary>
public interface IOutboundHandler
{
    /// <summary>The platform is about to be called.</summary>
    /// <returns>Topics to publish after the commit.</returns>
    Task<IReadOnlyCollection<string>> SendingAsync(InboxDb db, IReadOnlyList<OutboxItem> items, CancellationToken cancellation);

    /// <summary>Sends ended, or go back to the queue (<see cref="SendResult.Retry"/>).</summary>
    /// <returns>Topics to publish after the commit.</returns>
    Task<IReadOnlyCollection<string>> EndedAsync(InboxDb db, IReadOnlyList<Outcome> outcomes, CancellationToken cancellation);
}
