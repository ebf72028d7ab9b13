using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Contacts;

public static class ContactPermissions
{
    [Description("See contacts")]
    [Scoped]
    [ForSending]
    public const string Read = "contacts.read";

    [Description("See phone numbers and e-mail addresses of contacts in full")]
    public const string ReadAddresses = "contact-addresses.read";

    [Description("Make and change contacts")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    [Scoped]
    public const string Write = "contacts.write";

    [Description("Merge two contacts into one")]
    [Roles(BuiltInRoles.Supervisor)]
    public const string Merge = "contacts.merge";

    [Description("Delete contacts")]
    [Roles(BuiltInRoles.Supervisor)]
    [Scoped]
    public const string Delete = "contacts.delete";

    [Description("Import contacts from a file")]
    [Roles(BuiltInRoles.Supervisor)]
    public const string Import = "contacts.import";

    [Description("Export contacts")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Analyst)]
    [Scoped]
    public const string Export = "contacts.export";

    [Description("Make and change the fields that contacts have beside the usual ones")]
    public const string WriteFields = "custom-fields.write";
}
