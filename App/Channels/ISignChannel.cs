using Inbox.Channels.Outbound;

namespace Inbox.Channels;

/// <summary>A kind whose platform shows its customer signs beside messages.</summary>
public interface ISignChannel : IChannel
{
    /// <summary>How long the customer sees that we write, after it was said once.</summary>
    TimeSpan TypingLasts { get; }

    /// <summary>Hands a sign to the platform; the same one twice does no harm. Never throws for what the platform or the network does.</summary>
    /// <returns>What the platform made of it; of one that it took the id is empty.</returns>
    Task<SendResult> SendAsync(Channel account, OutboundSign sign, CancellationToken cancellation);
}

/// <summary>What a customer sees of us that is no message.</summary>
/// <param name="To">The customer's address on this channel.</param>
/// <param name="About">The platform's id of the customer's message.</param>
public abstract record OutboundSign(ContactAddress To, string About)
{
    /// <summary>All up to the message was read.</summary>
    public sealed record Seen(ContactAddress To, string About) : OutboundSign(To, About);

    /// <summary>Somebody writes an answer.</summary>
    public sealed record Typing(ContactAddress To, string About) : OutboundSign(To, About);

    /// <summary>How we feel about the message.</summary>
    /// <param name="Emoji">Null takes it back.</param>
    public sealed record Reaction(ContactAddress To, string About, string? Emoji) : OutboundSign(To, About);
}
