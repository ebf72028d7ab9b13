namespace Inbox.Channels;

/// <summary>A kind whose platform says who wrote only when it is asked.</summary>
public interface INamingChannel : IChannel
{
    /// <summary>Asks the platform for a customer's name. Never throws for what the platform or the network does.</summary>
    /// <returns>Null where it does not tell: the customer does not allow it, or the account has no permission to ask.</returns>
    Task<string?> NameOfAsync(Channel account, ContactAddress customer, CancellationToken cancellation);
}
