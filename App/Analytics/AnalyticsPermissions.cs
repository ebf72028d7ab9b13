using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Analytics;

public static class AnalyticsPermissions
{
    [Description("See the figures")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Analyst)]
    [Scoped]
    public const string Read = "analytics.read";

    [Description("Export the figures")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Analyst)]
    [Scoped]
    public const string Export = "analytics.export";
}
