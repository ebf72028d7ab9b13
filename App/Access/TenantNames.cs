using System.Globalization;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access;

internal static class TenantNames
{
    extension(InboxDb db)
    {
        /// <summary>The business of a <c>tenant_id</c>: either its number or its slug.</summary>
        public async Task<long?> TenantIdAsync(string idOrSlug, CancellationToken cancellation)
            => long.TryParse(idOrSlug, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? await db.Set<Tenant>().Where(tenant => tenant.Id == id).Select(tenant => (long?)tenant.Id).SingleOrDefaultAsync(cancellation)
                : await db.Set<Tenant>().Where(tenant => tenant.Slug == idOrSlug).Select(tenant => (long?)tenant.Id).SingleOrDefaultAsync(cancellation);
    }
}
