using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Audit;

/// <summary>
/// Numbers new events per tenant without gaps: the counter on the tenant's row is raised in the transaction that writes
/// them, so a rolled-back event gives its number back and nobody reads past one that is still to come.
/// </summary>
public sealed class EventNumbers : ISaveRule
{
    public async ValueTask BeforeSaveAsync(InboxDb db, CancellationToken cancellation)
        => await NumberAsync(db, [.. from entry in db.ChangeTracker.Entries<DomainEvent>()
                                     where entry.State == EntityState.Added && entry.Entity.Sequence == 0
                                     select entry.Entity], cancellation);

    /// <summary>
    /// Takes the turn to number events of these tenants before any other row is locked. Every save locks the tenant's row
    /// first, so a transaction that updates rows before it saves must do so too, or two of them wait for each other.
    /// </summary>
    public static async Task TakeTurnsAsync(InboxDb db, IEnumerable<long> tenantIds, CancellationToken cancellation)
    {
        if (db.Database.IsSqlite())
        {
            // Its writers take turns anyway.
            return;
        }

        foreach (var id in tenantIds.Distinct().Order())
        {
            await db.Set<Tenant>().Where(tenant => tenant.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.LastEvent, tenant => tenant.LastEvent), cancellation);
        }
    }

    /// <summary>For rows that are written past the change tracker; inside the transaction that writes them.</summary>
    public static async Task NumberAsync(InboxDb db, IReadOnlyCollection<DomainEvent> events, CancellationToken cancellation)
    {
        foreach (var group in events.GroupBy(happened => happened.TenantId).OrderBy(group => group.Key))
        {
            var count = group.Count();
            await db.Set<Tenant>().Where(tenant => tenant.Id == group.Key)
                .ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.LastEvent, tenant => tenant.LastEvent + count), cancellation);
            var next = await db.Set<Tenant>().Where(tenant => tenant.Id == group.Key).Select(tenant => tenant.LastEvent).SingleAsync(cancellation) - count;
            foreach (var happened in group)
            {
                happened.Sequence = ++next;
            }
        }
    }
}
