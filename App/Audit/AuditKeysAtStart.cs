using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Audit;

/// <summary>Refuses to start without the key that signed the audit rows: a node with a key of its own would break every chain.</summary>
public sealed class AuditKeysAtStart(IServiceScopeFactory scopes, AuditKeys keys)
{
    /// <exception cref="StartRefusedException">A chain ends with a row that another key signed.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var used = await db.Set<AuditTip>().IgnoreQueryFilters([Filters.Tenant]).Select(tip => tip.KeyId).Distinct().ToListAsync(cancellation);
        if (used.Any(id => keys.Find(id) is null))
        {
            throw new StartRefusedException(
                "The audit rows in this database were signed with another key. Put back the file keys/audit of the data directory, or give that key as Inbox:Keys:AuditKey (or among Inbox:Keys:PreviousAuditKeys).");
        }
    }
}
