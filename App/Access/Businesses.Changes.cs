using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access;

/// <param name="Name">Null leaves a value as it is.</param>
/// <param name="Email">Empty removes it.</param>
public sealed record BusinessChange(string? Name = null, string? Email = null, string? TimeZone = null);

public sealed partial class Businesses
{
    /// <summary>All businesses for who runs the installation, its own one for a key; newest first.</summary>
    /// <param name="search">Part of the name or the slug; null for all.</param>
    public async Task<Page<Tenant>> PageAsync(Caller caller, string? search, Cursor? after, int limit, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var tenants = db.Set<Tenant>().AsNoTracking();
        if (!caller.IsSuperAdmin)
        {
            caller.Require(BusinessPermissions.Read);
            tenants = tenants.Where(tenant => tenant.Id == caller.TenantId);
        }

        if (search is { Length: > 0 } words)
        {
            var part = words.Trim().ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // becomes lower() of the database, which every one has
            tenants = tenants.Where(tenant => tenant.Name.ToLower().Contains(part) || tenant.Slug.Contains(part));
#pragma warning restore CA1304, CA1311, CA1862
        }

        if (after is { } last)
        {
            tenants = tenants.Where(tenant => tenant.CreatedAt < last.At || (tenant.CreatedAt == last.At && tenant.Id < last.Id));
        }

        var rows = await tenants.OrderByDescending(tenant => tenant.CreatedAt).ThenByDescending(tenant => tenant.Id).Take(limit + 1).ToListAsync(cancellation);
        return rows.Count <= limit ? new Page<Tenant>(rows, null) : new Page<Tenant>(rows[..limit], new Cursor(rows[limit - 1].CreatedAt, rows[limit - 1].Id).ToString());
    }

    /// <summary>Of what <see cref="ChangeAsync(Caller, string, BusinessChange, Action{long}, CancellationToken)"/> changes.</summary>
    public static long VersionOf(Tenant tenant) => Fingerprint.Of(tenant.Name, tenant.Email, tenant.TimeZone);

    /// <param name="check">Throws when the version is not the one that the caller saw.</param>
    /// <exception cref="RefusedException">business_not_found, version_stale.</exception>
    public Task<Tenant> ChangeAsync(Caller caller, string idOrSlug, BusinessChange change, Action<long> check, CancellationToken cancellation)
        => ChangeAsync(caller, idOrSlug, "business.changed", BusinessPermissions.Write, (_, tenant) =>
        {
            check(VersionOf(tenant));
            tenant.Name = change.Name?.Trim() ?? tenant.Name;
            tenant.Email = change.Email is null ? tenant.Email : change.Email.Trim() is { Length: > 0 } email ? email : null;
            tenant.TimeZone = change.TimeZone ?? tenant.TimeZone;
            return Task.CompletedTask;
        }, cancellation);

    /// <returns>The business and its new internal key, which is not shown again. The one before is worth nothing from now on.</returns>
    /// <exception cref="RefusedException">business_not_found, owner_required, reauthentication_required.</exception>
    public async Task<(Tenant Tenant, string Key)> RotateKeyAsync(Caller caller, string idOrSlug, CancellationToken cancellation)
    {
        await RequireKeyHolderAsync(caller, idOrSlug, cancellation);
        var key = InternalKey.New();
        var tenant = await ChangeAsync(caller, idOrSlug, "business.key_rotated", BusinessPermissions.Write, (_, tenant) =>
        {
            tenant.InternalKeyHash = InternalKey.Hash(key);
            return Task.CompletedTask;
        }, cancellation);
        return (tenant, key);
    }

    /// <summary>Closes the business: nobody gets in, nothing is processed or sent, all is kept until it is resumed.</summary>
    /// <exception cref="RefusedException">business_not_found, business_leaving.</exception>
    public Task<Tenant> SuspendAsync(Caller caller, string idOrSlug, string? reason, CancellationToken cancellation)
        => SwitchAsync(caller, idOrSlug, "business.suspended", permission: null, async (db, tenant) =>
        {
            if (tenant.State == TenantState.Leaving)
            {
                throw new RefusedException("business_leaving", "This business is going to be removed; restore it first.", StatusCodes.Status409Conflict);
            }

            tenant.Suspend(reason?.Trim() is { Length: > 0 } why ? why.Cut(200) : null);
            await StopAsync(db, caller, tenant, cancellation);
        }, cancellation);

    /// <summary>Closes the business and removes it when its grace is over; <see cref="ResumeAsync"/> restores it until then.</summary>
    /// <exception cref="RefusedException">business_not_found.</exception>
    public Task<Tenant> RemoveAsync(Caller caller, string idOrSlug, CancellationToken cancellation)
        => SwitchAsync(caller, idOrSlug, "business.removal_scheduled", BusinessPermissions.Remove, async (db, tenant) =>
        {
            if (tenant.State != TenantState.Leaving)
            {
                tenant.Leave(clock.GetUtcNow().UtcDateTime.AddDays(options.Value.GraceDays));
                await StopAsync(db, caller, tenant, cancellation);
            }
        }, cancellation);

    /// <summary>Opens a suspended business again, or restores one that was to be removed. What arrived meanwhile is processed, what waited is sent.</summary>
    /// <exception cref="RefusedException">business_not_found.</exception>
    public Task<Tenant> ResumeAsync(Caller caller, string idOrSlug, CancellationToken cancellation)
        => SwitchAsync(caller, idOrSlug, "business.resumed", permission: null, async (db, tenant) =>
        {
            tenant.Resume();
            await db.Set<SendStop>().Where(stop => stop.Business == tenant.Id).ExecuteDeleteAsync(cancellation);
        }, cancellation);

    private async Task StopAsync(InboxDb db, Caller caller, Tenant tenant, CancellationToken cancellation)
    {
        if (!await db.Set<SendStop>().AnyAsync(stop => stop.Business == tenant.Id, cancellation))
        {
            db.Add(new SendStop { Business = tenant.Id, At = clock.GetUtcNow().UtcDateTime, By = caller.Name });
        }
    }

    private async Task<Tenant> SwitchAsync(Caller caller, string idOrSlug, string action, string? permission, Func<InboxDb, Tenant, Task> change, CancellationToken cancellation)
    {
        var tenant = await ChangeAsync(caller, idOrSlug, action, permission, change, cancellation);
        open.Changed();
        callers.ForgetBusiness(tenant.Id);
        return tenant;
    }

    /// <param name="action">What it is called in the chain of the business.</param>
    /// <param name="permission">By which the business itself may do it; null when only who runs the installation may.</param>
    private async Task<Tenant> ChangeAsync(Caller caller, string idOrSlug, string action, string? permission, Func<InboxDb, Tenant, Task> change, CancellationToken cancellation)
    {
        var found = await RequireAsync(caller, idOrSlug, permission, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var tenant = await db.Set<Tenant>().SingleOrDefaultAsync(row => row.Id == found.Id, cancellation) ?? throw RefusedException.NotFound("business");
        await change(db, tenant);
        if (db.Entry(tenant).State == EntityState.Modified)
        {
            db.AuditRow(caller, action, tenant, AuditObject.Of("business", tenant.Id, tenant.Name), tenant.Id);
        }

        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return tenant;
    }

    private async Task<Tenant> RequireAsync(Caller caller, string idOrSlug, string? permission, CancellationToken cancellation)
    {
        if (permission is null)
        {
            RequireInstallation(caller);
        }

        var found = await FindAsync(caller, idOrSlug, cancellation) ?? throw RefusedException.NotFound("business");
        if (!caller.IsSuperAdmin)
        {
            caller.Require(permission!);   // checked above to be there
        }

        return found;
    }
}
