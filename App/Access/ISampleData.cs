using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Access;

/// <summary>What a feature shows to somebody who tries the product: added in the transaction that makes the business.</summary>
public interface ISampleData
{
    /// <summary>Lower ones first: people 10, channels 20, contacts 30, conversations 40.</summary>
    int Order { get; }

    /// <param name="db">Sees the new business. Save as often as needed; the transaction is committed by the caller.</param>
    Task AddAsync(InboxDb db, Tenant tenant, User owner, CancellationToken cancellation);
}
