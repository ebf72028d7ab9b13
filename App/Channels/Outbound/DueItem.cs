namespace Inbox.Channels.Outbound;

/// <summary>What must be known of an item of the queue to say whether it may begin.</summary>
/// <param name="Kind">Of its channel.</param>
/// <param name="To">The customer's address.</param>
/// <param name="Type">Of the message.</param>
public sealed record DueItem(long Id, long TenantId, long ChannelId, string Kind, string To, string Type)
{
    /// <summary>A send that was begun, with the account that it goes out by.</summary>
    /// <param name="Attempt">Counts from 1.</param>
    public sealed record Claimed(OutboxItem Item, Channel Channel, long Fence, int Attempt);
}
