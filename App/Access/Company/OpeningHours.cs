using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Company;

/// <summary>Hours with the zone that they are in.</summary>
/// <param name="IsOwn">False: nothing was set here, so these are the business's, or it never closes.</param>
public sealed record SetHours(BusinessHours Hours, string TimeZone, bool IsOwn, long Version)
{
    /// <summary>Set here; null: that of the business.</summary>
    public string? OwnZone { get; init; }
}

/// <summary>When the business and its departments are open.</summary>
public sealed class OpeningHours(IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    /// <param name="departmentId"><see cref="WorkingHours.WholeBusiness"/> or a department, which goes by its business while it has no hours of its own.</param>
    /// <exception cref="RefusedException">department_not_found.</exception>
    public async Task<SetHours> ReadAsync(Caller caller, long departmentId, CancellationToken cancellation)
    {
        caller.Require(CompanyPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await RequireDepartmentAsync(db, departmentId, cancellation);
        return await ReadAsync(db, departmentId, cancellation);
    }

    /// <summary>For automation and promises of answering in time, which ask on nobody's behalf: whoever has the context works for the tenant.</summary>
    public static async Task<SetHours> ReadAsync(InboxDb db, long departmentId, CancellationToken cancellation)
    {
        var business = await db.Set<Tenant>().Where(tenant => tenant.Id == db.TenantId).Select(tenant => tenant.TimeZone).SingleAsync(cancellation);
        var rows = await db.Set<WorkingHours>().AsNoTracking()
            .Where(row => row.DepartmentId == departmentId || row.DepartmentId == WorkingHours.WholeBusiness)
            .OrderByDescending(row => row.DepartmentId).ToListAsync(cancellation);
        if (rows is not [var hours, ..])
        {
            return new SetHours(BusinessHours.Always(TimeZones.Find(business) ?? TimeZoneInfo.Utc), business, IsOwn: false, 0);
        }

        var zone = hours.TimeZone ?? business;
        return new SetHours(
            HoursView.Parse(hours.Hours).Read(TimeZones.Find(zone) ?? TimeZoneInfo.Utc), zone, hours.DepartmentId == departmentId, hours.DepartmentId == departmentId ? hours.Version : 0)
        {
            OwnZone = hours.DepartmentId == departmentId ? hours.TimeZone : null,
        };
    }

    /// <param name="timeZone">IANA name; null for the zone of the business.</param>
    /// <param name="check">Is given the version before anything changes, 0 where there are no hours yet, and throws when the caller saw an older one.</param>
    /// <exception cref="InvalidValuesException">An interval or a holiday breaks a rule.</exception>
    /// <exception cref="RefusedException">department_not_found. invalid_value: no such zone. changed_meanwhile: somebody else was first.</exception>
    public async Task<SetHours> WriteAsync(Caller caller, long departmentId, HoursView hours, string? timeZone, Action<long>? check, CancellationToken cancellation)
    {
        caller.Require(CompanyPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await RequireDepartmentAsync(db, departmentId, cancellation);
        await PutAsync(db, caller, departmentId, hours, timeZone, check, cancellation);
        await SavedAsync(db, cancellation);
        return await ReadAsync(db, departmentId, cancellation);
    }

    /// <summary>Takes a department's own hours away: it goes by its business again. Without any nothing happens.</summary>
    /// <exception cref="RefusedException">department_not_found, changed_meanwhile.</exception>
    public async Task RemoveAsync(Caller caller, long departmentId, Action<long>? check, CancellationToken cancellation)
    {
        caller.Require(CompanyPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await RequireDepartmentAsync(db, departmentId, cancellation);
        var row = await db.Set<WorkingHours>().SingleOrDefaultAsync(row => row.DepartmentId == departmentId, cancellation);
        check?.Invoke(row?.Version ?? 0);
        if (row is not null)
        {
            db.Remove(row);
            db.AuditRow(caller, "business_hours.removed", row, Target(caller, departmentId));
            await SavedAsync(db, cancellation);
        }
    }

    /// <summary>Puts the hours into the context, for a save that changes more.</summary>
    internal async Task PutAsync(InboxDb db, Caller caller, long departmentId, HoursView hours, string? timeZone, Action<long>? check, CancellationToken cancellation)
    {
        if (timeZone is not null && TimeZones.Find(timeZone) is null)
        {
            throw new RefusedException("invalid_value", "This is no IANA time zone, such as Europe/Berlin.", field: "time_zone");
        }

        // Sorted and checked; the zone does not matter for that.
        var json = HoursView.Of(hours.Read(TimeZoneInfo.Utc)).ToJson();
        var row = await db.Set<WorkingHours>().SingleOrDefaultAsync(row => row.DepartmentId == departmentId, cancellation);
        check?.Invoke(row?.Version ?? 0);
        row ??= db.Add(new WorkingHours { TenantId = caller.TenantId, DepartmentId = departmentId, Hours = json }).Entity;
        if (row.Hours != json || row.TimeZone != timeZone || row.Version == 0)
        {
            (row.Hours, row.TimeZone, row.UpdatedAt, row.Version) = (json, timeZone, clock.GetUtcNow().UtcDateTime, row.Version + 1);
            db.AuditRow(caller, "business_hours.changed", row, Target(caller, departmentId));
        }
    }

    private static AuditObject Target(Caller caller, long departmentId)
        => departmentId == WorkingHours.WholeBusiness ? AuditObject.Of("business", caller.TenantId) : AuditObject.Of("department", departmentId);

    private static async Task RequireDepartmentAsync(InboxDb db, long id, CancellationToken cancellation)
    {
        if (id != WorkingHours.WholeBusiness && !await db.Set<Department>().AnyAsync(department => department.Id == id, cancellation))
        {
            throw RefusedException.NotFound("department");
        }
    }

    /// <summary>For screens, which hold a version instead of an ETag.</summary>
    /// <param name="seen">The version that the screen read.</param>
    public static Action<long> Unchanged(long seen) => version =>
    {
        if (version != seen)
        {
            throw ChangedMeanwhile();
        }
    };

    /// <exception cref="RefusedException">changed_meanwhile.</exception>
    internal static async Task SavedAsync(InboxDb db, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error is DbUpdateConcurrencyException || error.IsDuplicateKey)
        {
            throw ChangedMeanwhile();
        }
    }

    internal static RefusedException ChangedMeanwhile()
        => new("changed_meanwhile", "Somebody else changed this while you edited it. Load it again, then change it.", StatusCodes.Status409Conflict);
}
