namespace Inbox.Tenancy;

/// <summary>How far a permission reaches. A wider scope includes the narrower ones, so scopes can be compared.</summary>
public enum PermissionScope
{
    /// <summary>The permission is missing.</summary>
    None = 0,

    /// <summary>What is assigned to the person.</summary>
    Own = 1,

    /// <summary>What is in a department of the person, and their own.</summary>
    Department = 2,

    /// <summary>The whole business.</summary>
    All = 3,
}

/// <summary>The permission can be narrowed to one's own or one's departments. Without it, having it means having it for all.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ScopedAttribute : Attribute;

/// <summary>Who only sends messages, a program say, needs the permission: forms offer these together.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ForSendingAttribute : Attribute;
