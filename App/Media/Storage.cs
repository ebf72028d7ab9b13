using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Media;

/// <summary>How much room the files of a business take.</summary>
/// <param name="Used">Bytes.</param>
/// <param name="Quota">Bytes; null: no limit.</param>
public sealed record StorageUse(long Used, long? Quota)
{
    private const double NearlyFull = 0.9;

    /// <summary>Nothing more is taken.</summary>
    public bool IsFull => Used >= Quota;

    public bool IsNearlyFull => Used >= NearlyFull * Quota;
}

/// <summary>Tells a business what its files take.</summary>
public sealed class Storage(IDbContextFactory<InboxDb> dbs, FileIntake intake)
{
    /// <exception cref="ForbiddenException">The caller may not see that of the business.</exception>
    public async Task<StorageUse> UseAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(BusinessPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await intake.UseAsync(db, caller.TenantId, cancellation);
    }
}
