using System.Collections.Frozen;
using System.ComponentModel;
using System.Reflection;
using Inbox.Tenancy;

namespace Inbox.Access.Rights;

/// <summary>A right to do something, declared as a constant of a feature's <c>…Permissions</c> class.</summary>
public sealed record Permission(string Name, string Description, FrozenSet<string> Roles);

/// <summary>All permissions of this build, found by reflection.</summary>
public static class PermissionCatalogue
{
    public static IReadOnlyList<Permission> All { get; } = [.. Find().OrderBy(permission => permission.Name, StringComparer.Ordinal)];

    public static IReadOnlySet<string> Names { get; } = All.Select(permission => permission.Name).ToFrozenSet();

    private static readonly FrozenDictionary<string, FrozenSet<string>> ByRole = BuiltInRoles.All.ToFrozenDictionary(
        role => role,
        role => All.Where(permission => permission.Roles.Contains(role)).Select(permission => permission.Name).ToFrozenSet());

    /// <returns>Nothing for a role that does not exist.</returns>
    public static IReadOnlySet<string> OfRole(string role) => ByRole.GetValueOrDefault(role, []);

    private static IEnumerable<Permission> Find()
        => from type in typeof(PermissionCatalogue).Assembly.GetTypes()
           where type is { IsAbstract: true, IsSealed: true } && type.Name.EndsWith("Permissions", StringComparison.Ordinal)
           from field in type.GetFields(BindingFlags.Public | BindingFlags.Static)
           where field.IsLiteral && field.FieldType == typeof(string)
           let name = (string)field.GetRawConstantValue()!
           select new Permission(name, field.GetCustomAttribute<DescriptionAttribute>()?.Description ?? name, RolesOf(field, name));

    private static FrozenSet<string> RolesOf(FieldInfo field, string name)
    {
        var others = field.GetCustomAttribute<RolesAttribute>()?.Names ?? (name.EndsWith(".read", StringComparison.Ordinal) ? BuiltInRoles.All : []);
        return [BuiltInRoles.Owner, BuiltInRoles.Admin, .. others];
    }
}
