using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tenancy;

/// <summary>Refuses to save a row of a business that the scope does not work for.</summary>
public sealed class TenantGuard(CurrentTenant tenant) : ISaveRule
{
    public ValueTask BeforeSaveAsync(InboxDb db, CancellationToken cancellation)
    {
        foreach (var entry in db.ChangeTracker.Entries<ITenantOwned>())
        {
            if (entry.State is EntityState.Unchanged or EntityState.Detached)
            {
                continue;
            }

            var owner = entry.Entity.TenantId;
            if (owner == 0 || (!tenant.WritesForMany && owner != tenant.Id))
            {
                throw new InvalidOperationException($"A {entry.Metadata.DisplayName()} of tenant {owner} is not saved while working for tenant {tenant.Id}.");
            }
        }

        return ValueTask.CompletedTask;
    }
}
