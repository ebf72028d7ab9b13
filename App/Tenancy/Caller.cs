using System.Collections.Frozen;

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
/// <param name="Rights">Names from the permission catalogue, each with how far it reaches.</param>
public sealed record Caller(
    CallerKind Kind, long TenantId, long? UserId, string Name, IReadOnlyDictionary<string, PermissionScope> Rights, bool IsSuperAdmin = false)
{
    public static Caller Nobody { get; } = new(CallerKind.Nobody, 0, null, "", NoRights);

    public static IReadOnlyDictionary<string, PermissionScope> NoRights => FrozenDictionary<string, PermissionScope>.Empty;

    /// <summary>The departments that the person is in; what <see cref="PermissionScope.Department"/> reaches.</summary>
    public IReadOnlySet<long> Departments { get; init; } = FrozenSet<long>.Empty;

    /// <summary>When the person joined the business, UTC; null for programs, and for those who are only let in.</summary>
    public DateTime? JoinedAt { get; init; }

    /// <summary>An owner of the business, or its internal key: may make and change owners, which no permission gives.</summary>
    public bool IsOwner { get; init; }

    /// <summary>The API key, where a program acts with one.</summary>
    public long? KeyId { get; init; }

    /// <summary>The person in whose name the caller acts; null for one who acts for himself.</summary>
    public Principal? OnBehalfOf { get; init; }

    /// <summary>Set for those who run the installation while a business lets them look into it; their name says so too.</summary>
    public SupportMark? Support { get; init; }

    /// <summary>The name of the role through whose eyes the person looks: they have no right beyond it. Null for their own.</summary>
    public string? ViewsAs { get; init; }

    public IEnumerable<string> Permissions => Rights.Keys;

    /// <summary>The installation itself, for what it does by itself in a business.</summary>
    public static Caller System(long tenantId) => new(CallerKind.System, tenantId, null, "Inbox", NoRights);

    /// <summary>How far the permission reaches for this caller; <see cref="PermissionScope.None"/> when it is missing.</summary>
    public PermissionScope ScopeOf(string permission)
        => Kind == CallerKind.System ? PermissionScope.All : Rights.GetValueOrDefault(permission);

    /// <summary>The caller has the permission, however far it reaches. Where it can be narrowed, ask <see cref="ScopeOf"/> too.</summary>
    public bool May(string permission) => ScopeOf(permission) != PermissionScope.None;

    /// <exception cref="ForbiddenException">The caller lacks the permission.</exception>
    public void Require(string permission)
    {
        if (!May(permission))
        {
            throw new ForbiddenException(permission);
        }
    }

    /// <summary>The person who calls; for what belongs to people, such as a profile, a password or sessions.</summary>
    /// <exception cref="RefusedException">person_needed: a key or the installation calls.</exception>
    public long RequirePerson()
        => UserId ?? throw new RefusedException("person_needed", "Only a person may do this; a key may not.", StatusCodes.Status403Forbidden);
}

/// <summary>Somebody in whose name another acts.</summary>
public sealed record Principal(long? UserId, string? Name);

/// <summary>Somebody acts in a business as support, in the name of the owner who let them in.</summary>
/// <param name="Person">What they are called at home.</param>
/// <param name="OwnerId">The owner who let them in.</param>
/// <param name="MayChange">False: they only look.</param>
/// <param name="Until">When they are out at the latest; UTC.</param>
public sealed record SupportMark(long GrantId, string Person, long OwnerId, string OwnerName, bool MayChange, DateTime Until);

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
