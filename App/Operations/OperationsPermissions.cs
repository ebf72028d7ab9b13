using System.ComponentModel;

namespace Inbox.Operations;

public static class OperationsPermissions
{
    [Description("See how the installation runs")]
    public const string Read = "operations.read";
}
