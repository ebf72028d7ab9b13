using System.Collections.Frozen;
using System.ComponentModel;
using System.Reflection;
using Inbox.Tenancy;

namespace Inbox.Access.Rights;

/// <summary>A right to do something, declared as a constant of a feature's <c>…Permissions</c> class.</summary>
/// <param name="Roles">The built-in roles that have it.</param>
/// <param name="IsScoped">It can be narrowed to one's own or one's departments.</param>
/// <param name="IsForSending">Who only sends messages needs it.</param>
public sealed record Permission(string Name, string Description, FrozenSet<string> Roles, bool IsScoped, bool IsForSending)
{
    /// <summary>What it is about: the name up to the dot.</summary>
    public string Feature => Name.Split('.')[0];
}

/// <summary>All permissions of this build, found by reflection.</summary>
public static class PermissionCatalogue
{
    public static IReadOnlyList<Permission> All { get; } = [.. Find().OrderBy(permission => permission.Name, StringComparer.Ordinal)];

    public static IReadOnlySet<string> Names { get; } = All.Select(permission => permission.Name).ToFrozenSet();

    private static readonly FrozenDictionary<string, Permission> ByName = All.ToFrozenDictionary(permission => permission.Name);

    private static readonly FrozenDictionary<string, IReadOnlyDictionary<string, PermissionScope>> ByRole = BuiltInRoles.All.ToFrozenDictionary(
        role => role,
        role => (IReadOnlyDictionary<string, PermissionScope>)All.Where(permission => permission.Roles.Contains(role))
            .ToFrozenDictionary(permission => permission.Name, _ => PermissionScope.All));

    /// <returns>Null when this build has no such permission.</returns>
    public static Permission? Find(string name) => ByName.GetValueOrDefault(name);

    /// <returns>What a built-in role may do; nothing for a role that does not exist.</returns>
    public static IReadOnlyDictionary<string, PermissionScope> OfRole(string role) => ByRole.GetValueOrDefault(role, Caller.NoRights);

    private static IEnumerable<Permission> Find()
        => from type in typeof(PermissionCatalogue).Assembly.GetTypes()
           where type is { IsAbstract: true, IsSealed: true } && type.Name.EndsWith("Permissions", StringComparison.Ordinal)
           from field in type.GetFields(BindingFlags.Public | BindingFlags.Static)
           where field.IsLiteral && field.FieldType == typeof(string)
           let name = (string)field.GetRawConstantValue()!
           select new Permission(
               name, field.GetCustomAttribute<DescriptionAttribute>()?.Description ?? name, RolesOf(field, name), field.IsDefined(typeof(ScopedAttribute)),
               field.IsDefined(typeof(ForSendingAttribute)));

    private static FrozenSet<string> RolesOf(FieldInfo field, string name)
    {
        var others = field.GetCustomAttribute<RolesAttribute>()?.Names ?? (name.EndsWith(".read", StringComparison.Ordinal) ? BuiltInRoles.All : []);
        return [BuiltInRoles.Owner, BuiltInRoles.Admin, .. others];
    }
}
