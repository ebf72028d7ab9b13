using Inbox.Data;

namespace Inbox.Tenancy;

/// <summary>The business that the scope works for: of the signed-in user in a request or circuit, of the row in a worker.</summary>
public sealed class CurrentTenant : ITenantScope
{
    public long Id { get; private set; }

    /// <summary>Set for workers that write rows of many tenants in one transaction; they still see no rows unless they lift the filter by name.</summary>
    public bool WritesForMany { get; private set; }

    public void Use(long tenantId) => (Id, WritesForMany) = (tenantId, false);

    public void UseMany() => (Id, WritesForMany) = (0, true);
}
