using Inbox.Data;

namespace Inbox.Channels.Outbound;

/// <summary>Implemented where conversations are: keeps the message in step with its sending, in the sender's transaction.</summary>
public interface IOutboundHandler
{
    /// <summary>The platform is about to be called.</summary>
    /// <returns>Topics to publish after the commit.</returns>
    Task<IReadOnlyCollection<string>> SendingAsync(InboxDb db, OutboxItem item, CancellationToken cancellation);

    /// <summary>The send ended, or goes back to the queue (<see cref="SendResult.Retry"/>).</summary>
    /// <returns>Topics to publish after the commit.</returns>
    Task<IReadOnlyCollection<string>> EndedAsync(InboxDb db, OutboxItem item, SendResult result, CancellationToken cancellation);
}
