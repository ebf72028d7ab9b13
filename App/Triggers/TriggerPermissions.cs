using System.ComponentModel;

namespace Inbox.Triggers;

public static class TriggerPermissions
{
    [Description("See what starts flows")]
    public const string Read = "triggers.read";

    [Description("Make, change and switch what starts flows")]
    public const string Write = "triggers.write";
}
