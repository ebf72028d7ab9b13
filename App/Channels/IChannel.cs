using Inbox.Channels.Outbound;

namespace Inbox.Channels;

/// <summary>A kind of channel. One folder below Channels implements it; nobody names the folder but Program.</summary>
public interface IChannel
{
    /// <summary>Stable key in addresses, tables and JSON, for example <c>whatsapp</c>.</summary>
    string Kind { get; }

    /// <summary>The name as people know it.</summary>
    string DisplayName { get; }

    ChannelCapabilities Capabilities { get; }

    /// <summary>What this account can do, where that depends on how it is set up.</summary>
    ChannelCapabilities CapabilitiesOf(Channel channel) => Capabilities;

    /// <summary>
    /// Reads the bytes of one request. Pure: no I/O and no clock; the same bytes give the same items.
    /// </summary>
    /// <param name="body">The verified body as it came.</param>
    /// <param name="receivedAt">Stands in for a time that the platform did not send or that cannot be read.</param>
    /// <exception cref="UnreadableDeliveryException">The body is not in a shape of this platform; it stays in the ledger with this reason.</exception>
    IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt);

    /// <summary>Hands one message to the platform. Never throws for what the platform or the network does.</summary>
    Task<SendResult> SendAsync(Channel account, OutboundMessage message, CancellationToken cancellation);
}

/// <summary>A kind whose platform calls us at <c>/webhooks/{kind}[/{tenant}]</c>.</summary>
public interface IWebhookChannel : IChannel
{
    /// <summary>The largest body that is read, in bytes; above it the answer is 413.</summary>
    int BodyLimit { get; }

    /// <summary>The answer to the platform's GET by which it checks the address; null: the token is wrong.</summary>
    /// <param name="accounts">The accounts that the address may serve.</param>
    string? AnswerHandshake(IQueryCollection query, IReadOnlyList<Channel> accounts);

    /// <summary>Finds whose secret signed the body, in constant time.</summary>
    /// <returns>What the secret covers; null when no secret fits.</returns>
    VerifiedBy? Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<Channel> accounts);
}

/// <summary>
/// Which channels a verified body may reach: an account's own secret covers the accounts that have the same one, the
/// installation's covers those without one of their own.
/// </summary>
/// <param name="Installation">The installation's secret fitted.</param>
/// <param name="ChannelIds">Accounts whose own secret fitted.</param>
public sealed record VerifiedBy(bool Installation, IReadOnlyList<long> ChannelIds);

/// <summary>The body is no delivery of the platform; the message says why, in words for an administrator.</summary>
public sealed class UnreadableDeliveryException(string reason, Exception? cause = null) : Exception(reason, cause);
