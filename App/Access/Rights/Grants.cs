using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Rights;

/// <summary>Nobody gives what he lacks: neither a permission, nor a wider scope, nor a department that he does not reach, nor the ownership of a business.</summary>
public static class Grants
{
    /// <exception cref="ForbiddenException">One of the rights is missing, or reaches further than the caller's own.</exception>
    public static void RequireAll(this Caller caller, IEnumerable<KeyValuePair<string, PermissionScope>> rights)
    {
        foreach (var (permission, scope) in rights)
        {
            if (caller.ScopeOf(permission) < scope)
            {
                throw new ForbiddenException(permission);
            }
        }
    }

    /// <summary>The caller may give these roles, or take them away, or change who holds them.</summary>
    /// <param name="roles">With their permissions.</param>
    /// <exception cref="ForbiddenException">A role may more than the caller.</exception>
    /// <exception cref="RefusedException">owner_required.</exception>
    public static async Task RequireRolesAsync(this InboxDb db, Caller caller, IReadOnlyCollection<Role> roles, CancellationToken cancellation)
    {
        caller.RequireAll(roles.SelectMany(role => role.Rights()));
        if (roles.Any(role => role.Key == BuiltInRoles.Owner) && !await db.OwnsAsync(caller, cancellation))
        {
            throw new RefusedException("owner_required", "Only an owner makes owners and changes them.", StatusCodes.Status403Forbidden);
        }
    }

    /// <summary>Whoever sees only some departments puts nobody into others, not even himself.</summary>
    /// <exception cref="RefusedException">department_not_reached.</exception>
    public static void RequireDepartments(this Caller caller, IEnumerable<long> departments)
    {
        if (caller.Kind != CallerKind.System && caller.Rights.Values.Any(scope => scope < PermissionScope.All) && departments.Any(id => !caller.Departments.Contains(id)))
        {
            throw new RefusedException("department_not_reached", "You can change who is in a department only where you are in it yourself.", StatusCodes.Status403Forbidden, "departments");
        }
    }

    /// <summary>An owner, the installation, or a program with every right there is.</summary>
    private static async Task<bool> OwnsAsync(this InboxDb db, Caller caller, CancellationToken cancellation)
        => caller.Kind switch
        {
            CallerKind.System => true,
            CallerKind.Key => PermissionCatalogue.Names.All(name => caller.ScopeOf(name) == PermissionScope.All),
            _ => await db.Set<Membership>().AnyAsync(
                membership => membership.UserId == caller.UserId && membership.Status == MemberStatus.Active && membership.Roles.Any(role => role.Role.Key == BuiltInRoles.Owner), cancellation),
        };
}
