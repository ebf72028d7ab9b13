using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Operations;

public static class OperationsPermissions
{
    [Description("See how the installation runs")]
    [Roles]
    public const string Read = "operations.read";
}
