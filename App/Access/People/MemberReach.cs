using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.People;

internal static class MemberReach
{
    /// <summary>The person with roles and rights, whom the caller may change because he may do all that they may.</summary>
    /// <param name="not">Who is this is not found; null: everybody is.</param>
    /// <exception cref="ForbiddenException">The caller may change nobody, or not somebody who may that much.</exception>
    /// <exception cref="RefusedException">user_not_found, owner_required.</exception>
    public static async Task<Membership> MemberInReachAsync(this InboxDb db, Caller caller, long userId, MemberStatus? not, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Write);
        var member = await db.Set<Membership>().Include(row => row.Roles).ThenInclude(held => held.Role).ThenInclude(role => role.Permissions)
            .SingleOrDefaultAsync(row => row.UserId == userId && row.Status != not, cancellation) ?? throw RefusedException.NotFound("user");
        caller.RequireRoles([.. member.Roles.Select(held => held.Role)]);
        return member;
    }
}
