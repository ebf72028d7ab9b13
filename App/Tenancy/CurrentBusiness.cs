using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tenancy;

/// <summary>What screens show of the business they work for.</summary>
public sealed record BusinessFacts(long Id, string Name, string Slug, string TimeZone, bool HasSampleData)
{
    public static BusinessFacts None { get; } = new(0, "", "", "UTC", false);

    /// <summary>The business's zone; UTC where this machine does not know it.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
}

/// <summary>Reads the business of the scope.</summary>
public sealed class CurrentBusiness(IDbContextFactory<InboxDb> dbs, CurrentTenant tenant)
{
    /// <summary>The business of the scope; <see cref="BusinessFacts.None"/> when there is none.</summary>
    public async Task<BusinessFacts> ReadAsync(CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Tenant>().Where(row => row.Id == tenant.Id)
            .Select(row => new BusinessFacts(row.Id, row.Name, row.Slug, row.TimeZone, row.HasSampleData))
            .SingleOrDefaultAsync(cancellation) ?? BusinessFacts.None;
    }
}
