namespace Inbox.Channels;

/// <summary>What a kind of channel can do, as data: composer, flow validator and API read the same.</summary>
/// <param name="TextLimit">The longest text in UTF-16 code units.</param>
/// <param name="FreeFormWindow">How long after the customer's last message free text may be sent; null: always.</param>
/// <param name="DeliveryReceipts">The platform reports delivered.</param>
/// <param name="ReadReceipts">The platform reports read.</param>
/// <param name="TypingToCustomer">The customer can be shown that an agent types.</param>
/// <param name="TypingFromCustomer">The agent can be shown that the customer types.</param>
/// <param name="Limits">How fast the platform takes messages; null: no limit that we know.</param>
public sealed record ChannelCapabilities(
    int TextLimit,
    TimeSpan? FreeFormWindow,
    bool DeliveryReceipts,
    bool ReadReceipts,
    bool TypingToCustomer,
    bool TypingFromCustomer,
    SendLimits? Limits = null);

/// <summary>How fast a platform takes messages before it refuses.</summary>
/// <param name="PerSecond">Of one account.</param>
/// <param name="RecipientBurst">To one customer without a pause.</param>
/// <param name="RecipientEvery">To one customer in the long run.</param>
public sealed record SendLimits(int PerSecond, int RecipientBurst, TimeSpan RecipientEvery);
