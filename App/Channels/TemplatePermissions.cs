using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Channels;

public static class TemplatePermissions
{
    [Description("See message templates")]
    [ForSending]
    public const string Read = "templates.read";

    [Description("Make and remove message templates")]
    [Roles(BuiltInRoles.Supervisor)]
    public const string Write = "templates.write";
}
