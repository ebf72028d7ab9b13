using System.Collections.Frozen;
using Inbox.Access.Rights;
using Inbox.Tenancy;

namespace Inbox.Access.Support;

/// <summary>What support may do in a business that let it in.</summary>
internal static class SupportRights
{
    /// <summary>Nothing that outlives the permission, and nobody else's way in: no keys, accounts, roles, webhooks or rules of entry.</summary>
    private static readonly FrozenSet<string> Never =
    [
        KeyPermissions.Read, KeyPermissions.Write, PeoplePermissions.Write, PeoplePermissions.Invite, PeoplePermissions.WriteRoles, CompanyPermissions.Entry, "webhooks.write",
    ];

    private static readonly IReadOnlyDictionary<string, PermissionScope> Looks = Without(BuiltInRoles.ReadOnly);
    private static readonly IReadOnlyDictionary<string, PermissionScope> Changes = Without(BuiltInRoles.Admin);

    public static IReadOnlyDictionary<string, PermissionScope> Of(SupportGrant grant) => grant.MayChange ? Changes : Looks;

    private static FrozenDictionary<string, PermissionScope> Without(string role)
        => PermissionCatalogue.OfRole(role).Where(right => !Never.Contains(right.Key)).ToFrozenDictionary();
}
