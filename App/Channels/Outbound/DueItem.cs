namespace Inbox.Channels.Outbound;

/// <summary>An item of the queue with the account that it goes out by.</summary>
public sealed record DueItem(OutboxItem Item, Channel Channel)
{
    /// <summary>A send that was begun by this claim.</summary>
    /// <param name="Attempt">Counts from 1.</param>
    public sealed record Claimed(OutboxItem Item, Channel Channel, long Fence, int Attempt);
}
