using System.Globalization;
using System.Text.Json;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Audit;

/// <summary>
/// Takes names, addresses and contents out of audit rows when a person or a business asks to be forgotten. That there was
/// a row, when, by which number and about what stays, and the chain holds. The erasure is itself a row that lists which.
/// </summary>
public static class AuditErasure
{
    public const string Action = "audit.erased";

    private const int MostRows = 2000;

    extension(InboxDb db)
    {
        /// <summary>Erases the personal part of rows of one business, inside the caller's transaction.</summary>
        /// <param name="rows">Of the audit rows of <paramref name="tenantId"/>, which ones.</param>
        /// <returns>How many.</returns>
        public async Task<int> EraseAuditAsync(Caller caller, long tenantId, IQueryable<AuditEvent> rows, CancellationToken cancellation)
        {
            var erased = 0;
            while (true)
            {
                var some = await rows.Where(row => row.TenantId == tenantId && row.Salt != null && row.Action != Action)
                    .OrderBy(row => row.Sequence).Select(row => row.Sequence).Take(MostRows).ToListAsync(cancellation);
                if (some.Count == 0)
                {
                    return erased;
                }

                erased += await db.Set<AuditEvent>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.TenantId == tenantId && some.Contains(row.Sequence)).ExecuteUpdateAsync(
                    set => set
                        .SetProperty(row => row.ActorName, (string?)null)
                        .SetProperty(row => row.OnBehalfOfName, (string?)null)
                        .SetProperty(row => row.Address, (string?)null)
                        .SetProperty(row => row.Session, (string?)null)
                        .SetProperty(row => row.ObjectName, (string?)null)
                        .SetProperty(row => row.Before, (string?)null)
                        .SetProperty(row => row.After, (string?)null)
                        .SetProperty(row => row.Salt, (byte[]?)null),
                    cancellation);
                db.Audit(caller, Action, new AuditObject("audit", null), after: new { Rows = some }, tenantId: tenantId);
            }
        }
    }

    /// <summary>Which rows a row of an erasure says were erased.</summary>
    internal static IEnumerable<long> Read(AuditEvent row)
        => row.After is null ? [] : [.. JsonElement.Parse(row.After).GetProperty("rows").EnumerateArray().Select(number => number.GetInt64())];
}
