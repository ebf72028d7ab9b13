namespace Inbox.Channels.Outbound;

/// <summary>What a channel needs to send one message.</summary>
/// <param name="MessageId">Our id; goes to the platform as callback data where it has such.</param>
/// <param name="To">The customer's address on this channel.</param>
/// <param name="ReplyTo">The platform's id of the message this one answers.</param>
public sealed record OutboundMessage(long MessageId, ContactAddress To, string Text, string? ReplyTo);
