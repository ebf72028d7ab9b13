namespace Inbox.Tenancy;

/// <summary>A row that belongs to one business. The filter named Tenant hides it from all others.</summary>
public interface ITenantOwned
{
    long TenantId { get; }
}
