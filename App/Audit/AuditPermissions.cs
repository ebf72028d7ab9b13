using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Audit;

public static class AuditPermissions
{
    [Description("See who changed what")]
    [Roles]
    public const string Read = "audit.read";

    [Description("Export the audit trail")]
    public const string Export = "audit.export";
}
