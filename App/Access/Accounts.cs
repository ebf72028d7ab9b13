using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access;

/// <summary>A person in the business that is open.</summary>
/// <param name="TenantId">The slug; null for somebody who runs the installation and is in no business.</param>
/// <param name="Roles">Keys of built-in roles and names of others.</param>
/// <param name="CreatedAt">When they joined the business.</param>
public sealed record AccountView(
    long Id, string Email, string Username, string FullName, string? TenantId, IReadOnlyList<string> Roles, bool IsActive, DateTime CreatedAt);

/// <summary>Who is signed in, as the API shows it to them.</summary>
public sealed class Accounts(IDbContextFactory<InboxDb> dbs, CurrentTenant current)
{
    /// <summary>Of somebody who signs in at this moment; the request goes on in their business.</summary>
    public async Task<AccountView> OfAsync(SignedIn who, CancellationToken cancellation)
    {
        current.Use(who.TenantId);
        return await FindAsync(who.UserId, who.TenantId, cancellation);
    }

    /// <param name="tenantId">The current one.</param>
    public async Task<AccountView> FindAsync(long userId, long tenantId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var user = await db.Set<User>().AsNoTracking().SingleAsync(row => row.Id == userId, cancellation);
        var slug = await db.Set<Tenant>().Where(tenant => tenant.Id == tenantId).Select(tenant => tenant.Slug).SingleOrDefaultAsync(cancellation);
        var member = await db.Set<Membership>().AsNoTracking().Include(row => row.Roles).ThenInclude(held => held.Role)
            .SingleOrDefaultAsync(row => row.UserId == userId, cancellation);
        var roles = member?.Roles.OrderBy(held => held.RoleId).Select(held => held.Role.Key ?? held.Role.Name).ToList();
        return new AccountView(
            user.Id, user.Email ?? "", user.UserName ?? "", user.Name is { Length: > 0 } name ? name : user.Email ?? "", slug, roles ?? [],
            member is null ? user.IsSuperAdmin : member.Status == MemberStatus.Active, member?.CreatedAt ?? user.CreatedAt);
    }
}
