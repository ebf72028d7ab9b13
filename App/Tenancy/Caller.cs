namespace Inbox.Tenancy;

public enum CallerKind
{
    Nobody,
    User,
    Key,
    System,
}

/// <summary>Who acts, for which business, with which rights. Operations take it and check.</summary>
/// <param name="UserId">Null for programs.</param>
/// <param name="Permissions">Names from the permission catalogue.</param>
public sealed record Caller(CallerKind Kind, long TenantId, long? UserId, string Name, IReadOnlySet<string> Permissions, bool IsSuperAdmin = false)
{
    public static Caller Nobody { get; } = new(CallerKind.Nobody, 0, null, "", new HashSet<string>());

    /// <summary>The installation itself, for what it does by itself in a business.</summary>
    public static Caller System(long tenantId) => new(CallerKind.System, tenantId, null, "Inbox", new HashSet<string>());

    public bool May(string permission) => Kind == CallerKind.System || Permissions.Contains(permission);

    /// <exception cref="ForbiddenException">The caller lacks the permission.</exception>
    public void Require(string permission)
    {
        if (!May(permission))
        {
            throw new ForbiddenException(permission);
        }
    }
}

/// <summary>The caller of the scope: set by middleware in a request, by the circuit in a page.</summary>
public sealed class CurrentCaller
{
    public Caller Value { get; set; } = Caller.Nobody;
}

/// <summary>Answered as 403 with code <c>forbidden</c>.</summary>
public sealed class ForbiddenException(string permission) : Exception($"The permission {permission} is missing.")
{
    public string Permission { get; } = permission;
}
