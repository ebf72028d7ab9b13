using System.Globalization;
using Inbox.Access.Keys;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access;

/// <param name="Slug">Null: made from the name, with a number behind where it is taken.</param>
/// <param name="TimeZone">IANA name; null is UTC.</param>
public sealed record NewBusiness(string Name, string? Slug = null, string? Email = null, string? TimeZone = null);

/// <summary>The businesses of this installation.</summary>
public sealed partial class Businesses(
    IDbContextFactory<InboxDb> dbs, CurrentTenant current, OpenBusinesses open, Callers callers, Proofs proofs, DataKeys keys, IOptions<BusinessOptions> options, TimeProvider clock)
{
    /// <returns>The business and its internal key, which is not stored and not shown again.</returns>
    /// <exception cref="ForbiddenException">The caller does not run the installation.</exception>
    /// <exception cref="RefusedException">The slug is taken, or a value breaks a rule.</exception>
    public async Task<(Tenant Tenant, string Key)> CreateAsync(Caller caller, NewBusiness wanted, CancellationToken cancellation)
    {
        RequireInstallation(caller);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var key = InternalKey.New();
        var tenant = await AddAsync(db, wanted, cancellation);
        tenant.InternalKeyHash = InternalKey.Hash(key);
        await db.SaveChangesAsync(cancellation);
        db.Audit(
            caller, "business.created", AuditObject.Of("business", tenant.Id, tenant.Name), after: new { tenant.Name, tenant.Slug, tenant.Email, tenant.TimeZone }, tenantId: tenant.Id);
        current.Use(caller.TenantId);
        await write.CommitAsync(cancellation);
        return (tenant, key);
    }

    /// <param name="idOrSlug">Either is accepted wherever a business is named.</param>
    /// <returns>Null when there is none, or it is not the caller's to see.</returns>
    public async Task<Tenant?> FindAsync(Caller caller, string idOrSlug, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var tenants = db.Set<Tenant>().AsNoTracking();
        var found = long.TryParse(idOrSlug, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? await tenants.SingleOrDefaultAsync(tenant => tenant.Id == id, cancellation)
            : await tenants.SingleOrDefaultAsync(tenant => tenant.Slug == idOrSlug, cancellation);
        return found is not null && (caller.IsSuperAdmin || caller.TenantId == found.Id) ? found : null;
    }

    /// <summary>Adds the business with its key and its built-in roles inside the caller's transaction; from then on the scope works for it.</summary>
    internal async Task<Tenant> AddAsync(InboxDb db, NewBusiness wanted, CancellationToken cancellation)
    {
        var tenant = new Tenant
        {
            Slug = await SlugAsync(db, wanted, cancellation),
            Name = wanted.Name.Trim(),
            Email = wanted.Email,
            TimeZone = wanted.TimeZone ?? "UTC",
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        db.Add(tenant);
        await db.SaveChangesAsync(cancellation);
        current.Use(tenant.Id);
        keys.First(db, tenant);
        db.AddRange(BuiltInRoles.All.Select(role => Role.BuiltIn(tenant.Id, role, tenant.CreatedAt)));
        await db.SaveChangesAsync(cancellation);
        return tenant;
    }

    private static async Task<string> SlugAsync(InboxDb db, NewBusiness wanted, CancellationToken cancellation)
    {
        if (wanted.Slug is { } slug)
        {
            return !Slug.IsValid(slug) ? throw new RefusedException("invalid_value", "The slug may hold lower-case letters, digits and single dashes, 2 to 60 characters, not only digits.", field: "slug")
                : await db.Set<Tenant>().AnyAsync(tenant => tenant.Slug == slug, cancellation)
                    ? throw new RefusedException("slug_taken", "Another business has this slug.", StatusCodes.Status409Conflict, "slug")
                    : slug;
        }

        var wish = Slug.From(wanted.Name);
        var taken = await db.Set<Tenant>().Where(tenant => tenant.Slug.StartsWith(wish)).Select(tenant => tenant.Slug).ToListAsync(cancellation);
        return taken.Contains(wish)
            ? Enumerable.Range(2, taken.Count + 1).Select(number => string.Create(CultureInfo.InvariantCulture, $"{wish}-{number}")).First(slug => !taken.Contains(slug))
            : wish;
    }

    private static void RequireInstallation(Caller caller)
    {
        if (!caller.IsSuperAdmin)
        {
            throw new ForbiddenException(Policies.Installation);
        }
    }
}
