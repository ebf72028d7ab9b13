using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

/// <param name="IsInReach">Somebody else may open or close their way in: they may no more than that one, belong to this business alone and do not run the installation.</param>
internal sealed record Colleague(User User, bool IsInReach);

internal static class Colleagues
{
    /// <returns>Null when nobody of this id may enter the caller's business.</returns>
    public static async Task<Colleague?> ColleagueAsync(this InboxDb db, Caller caller, long userId, CancellationToken cancellation)
    {
        if (!await db.Set<Membership>().AnyAsync(row => row.UserId == userId && row.Status == MemberStatus.Active, cancellation))
        {
            return null;
        }

        var user = await db.Set<User>().AsNoTracking().SingleAsync(row => row.Id == userId, cancellation);
        var elsewhere = await db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(row => row.UserId == userId && row.TenantId != caller.TenantId, cancellation);
        var roles = await db.Set<Role>().AsNoTracking().Include(role => role.Permissions)
            .Where(role => db.Set<MemberRole>().Any(held => held.RoleId == role.Id && db.Set<Membership>().Any(row => row.Id == held.MembershipId && row.UserId == userId))).ToListAsync(cancellation);
        var mayMore = roles.SelectMany(role => role.Rights()).Any(right => caller.ScopeOf(right.Key) < right.Value);
        var isOwner = roles.Any(role => role.Key == BuiltInRoles.Owner);
        return new Colleague(user, !elsewhere && !user.IsSuperAdmin && !mayMore && (!isOwner || await IsOwnerAsync(db, caller, cancellation)));
    }

    private static Task<bool> IsOwnerAsync(InboxDb db, Caller caller, CancellationToken cancellation)
        => db.Set<Membership>().AnyAsync(row => row.UserId == caller.UserId && row.Status == MemberStatus.Active && row.Roles.Any(role => role.Role.Key == BuiltInRoles.Owner), cancellation);
}
