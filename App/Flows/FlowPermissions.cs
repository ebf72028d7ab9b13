using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Flows;

public static class FlowPermissions
{
    [Description("See bots, flows and their runs")]
    public const string Read = "flows.read";

    [Description("Make and change bots and flows")]
    public const string Write = "flows.write";

    [Description("Publish flows, so that they talk to customers")]
    public const string Publish = "flows.publish";

    [Description("Start, pause and end runs of flows")]
    [Roles(BuiltInRoles.Supervisor)]
    public const string Run = "flows.run";
}
