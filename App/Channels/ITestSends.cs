using Inbox.Tenancy;

namespace Inbox.Channels;

/// <summary>A first answer, to see that sending works. Declared here, implemented where conversations are.</summary>
public interface ITestSends
{
    /// <summary>Who wrote last to the channel; null while nobody did, or where the caller may not answer them.</summary>
    Task<TestRecipient?> RecipientAsync(Caller caller, Channel channel, CancellationToken cancellation);

    /// <summary>Sends a text to them.</summary>
    /// <returns>Our id of the message.</returns>
    /// <exception cref="RefusedException">What the sending of any message refuses.</exception>
    Task<long> SendAsync(Caller caller, TestRecipient to, string text, CancellationToken cancellation);

    /// <summary>What became of it; null when it is not there any more.</summary>
    Task<TestSend?> FindAsync(Caller caller, long messageId, CancellationToken cancellation);
}

/// <param name="Name">Null when it is not known.</param>
public sealed record TestRecipient(long ConversationId, string? Name);

/// <param name="Status">The API's word.</param>
/// <param name="Problem">Why it was not sent.</param>
public sealed record TestSend(long ConversationId, string Status, string? Problem);
