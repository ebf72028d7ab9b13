using System.Collections.Frozen;
using Inbox.Access.Rights;
using Inbox.Tenancy;

namespace Inbox.Access.Support;

/// <summary>What support may do in a business that let it in. Each permission stands in one of the lists; a new one gives nothing until it does.</summary>
internal static class SupportRights
{
    /// <summary>Nothing that outlives the permission, and nobody else's way in or out: no keys, accounts, roles, channels, webhooks, rules of entry, nor the business itself.</summary>
    internal static readonly FrozenSet<string> Never =
    [
        KeyPermissions.Read, KeyPermissions.Write, PeoplePermissions.Write, PeoplePermissions.Invite, PeoplePermissions.WriteRoles, CompanyPermissions.Entry,
        BusinessPermissions.Write, BusinessPermissions.Remove, "channels.write", "webhooks.write",
    ];

    /// <summary>As far as the role has it, by which they look or change.</summary>
    internal static readonly FrozenSet<string> Allowed =
    [
        "analytics.export", "analytics.read", "assistant.use", "assistant.write", "audit.export", "audit.read", "business.read",
        "canned-replies.read", "canned-replies.write", "channels.read", "company-profile.read", "company-profile.write", "contact-addresses.read", "contacts.delete",
        "contacts.export", "contacts.import", "contacts.merge", "contacts.read", "contacts.write", "conversations.delete", "conversations.export",
        "conversations.manage", "conversations.note", "conversations.read", "conversations.reply", "conversations.start", "conversations.transfer", "custom-fields.write",
        "departments.read", "departments.write", "feedback.read", "feedback.send", "flows.publish", "flows.read", "flows.run", "flows.write",
        "leads.delete", "leads.export", "leads.read", "leads.write", "operations.read", "roles.read", "tags.read", "tags.write", "templates.read",
        "templates.write", "triggers.read", "triggers.write", "users.read", "webhooks.read",
    ];

    private static readonly IReadOnlyDictionary<string, PermissionScope> Looks = Of(BuiltInRoles.ReadOnly);
    private static readonly IReadOnlyDictionary<string, PermissionScope> Changes = Of(BuiltInRoles.Admin);

    public static IReadOnlyDictionary<string, PermissionScope> Of(SupportGrant grant) => grant.MayChange ? Changes : Looks;

    private static FrozenDictionary<string, PermissionScope> Of(string role)
        => PermissionCatalogue.OfRole(role).Where(right => Allowed.Contains(right.Key)).ToFrozenDictionary();
}
