using Inbox.Tenancy;

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
    public static void RequireRoles(this Caller caller, IReadOnlyCollection<Role> roles)
    {
        caller.RequireAll(roles.SelectMany(role => role.Rights()));
        if (caller is { IsOwner: false, Kind: not CallerKind.System } && roles.Any(role => role.Key == BuiltInRoles.Owner))
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
}
