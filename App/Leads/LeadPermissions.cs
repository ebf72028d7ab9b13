using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Leads;

public static class LeadPermissions
{
    [Description("See leads")]
    [Scoped]
    public const string Read = "leads.read";

    [Description("Make and change leads")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    [Scoped]
    public const string Write = "leads.write";

    [Description("Delete leads")]
    [Roles(BuiltInRoles.Supervisor)]
    [Scoped]
    public const string Delete = "leads.delete";

    [Description("Export leads")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Analyst)]
    [Scoped]
    public const string Export = "leads.export";
}
