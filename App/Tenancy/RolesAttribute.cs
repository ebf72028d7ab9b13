namespace Inbox.Tenancy;

/// <summary>The built-in roles.</summary>
public static class BuiltInRoles
{
    public const string Owner = "owner";
    public const string Admin = "admin";
    public const string Supervisor = "supervisor";
    public const string Agent = "agent";
    public const string Analyst = "analyst";
    public const string ReadOnly = "read-only";

    /// <summary>From the most to the least.</summary>
    public static IReadOnlyList<string> All { get; } = [Owner, Admin, Supervisor, Agent, Analyst, ReadOnly];
}

/// <summary>
/// Which built-in roles have a permission, beside owner and admin, who have all. Without it a permission that ends in
/// <c>.read</c> belongs to everybody and any other to owner and admin.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class RolesAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
