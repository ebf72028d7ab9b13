using Inbox.Data;

namespace Inbox.Channels;

/// <summary>
/// A customer's own view of what was written, for channels whose screen is ours. Declared here, implemented where
/// conversations are.
/// </summary>
public interface ICustomerThreads
{
    /// <summary>Messages of this customer on this channel, across conversations, newest first.</summary>
    /// <param name="before">Only those older than this message; null: from the newest.</param>
    Task<CustomerPage> PageAsync(Channel channel, ContactAddress customer, long? before, int limit, CancellationToken cancellation);

    /// <summary>What happened after a place in the tenant's events.</summary>
    Task<CustomerNews> SinceAsync(Channel channel, ContactAddress customer, long sequence, CancellationToken cancellation);

    /// <summary>The newest message to the customer, and how many there are after the one last seen.</summary>
    Task<CustomerSummary> SummaryAsync(Channel channel, ContactAddress customer, Cursor? seen, CancellationToken cancellation);

    /// <summary>The customer has seen all up to this message; one beyond the newest stands for the newest.</summary>
    /// <returns>Where it stands; null when it is none of this customer's.</returns>
    Task<Cursor?> ReadAsync(Channel channel, ContactAddress customer, long upTo, CancellationToken cancellation);

    /// <summary>The open conversation, for typing; null before the customer wrote.</summary>
    Task<long?> ConversationAsync(Channel channel, ContactAddress customer, CancellationToken cancellation);

    /// <summary>The channel has a message of this external id.</summary>
    Task<bool> HasAsync(Channel channel, string externalId, CancellationToken cancellation);

    /// <summary>A file of a message that this customer sees; null when it is none.</summary>
    Task<CustomerFile?> FileAsync(Channel channel, ContactAddress customer, long id, CancellationToken cancellation);

    /// <summary>The customer told who they are.</summary>
    Task NameAsync(Channel channel, ContactAddress customer, string? name, string? email, CancellationToken cancellation);
}

/// <param name="Sequence">Of the tenant's last event before the messages were read: news after it miss nothing.</param>
public sealed record CustomerPage(IReadOnlyList<CustomerMessage> Items, bool HasMore, long Sequence);

/// <param name="HasMore">There is more after <paramref name="Sequence"/> already.</param>
public sealed record CustomerNews(IReadOnlyList<CustomerEvent> Events, long Sequence, bool HasMore = false);

/// <param name="Message">A new message, or one whose status changed.</param>
public sealed record CustomerEvent(long Sequence, bool IsNew, CustomerMessage Message);

public sealed record CustomerSummary(int Unread, CustomerMessage? Last);

/// <param name="ClientKey">What the customer's browser called it; null for messages to the customer.</param>
/// <param name="SenderName">Of the colleague; null for the customer's own.</param>
public sealed record CustomerMessage(long Id, string? ClientKey, bool IsInbound, string Type, string? Text, string? SenderName, string Status, DateTime SentAt)
{
    /// <summary>Those that are here, in their order.</summary>
    public IReadOnlyList<CustomerFile> Files { get; init; } = [];
}

/// <param name="Kind">image, video, audio, voice, document.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Width">Pixels, where they are known.</param>
public sealed record CustomerFile(long TenantId, long Id, string Kind, string? MimeType, string? FileName, long? Size, int? Width, int? Height);
