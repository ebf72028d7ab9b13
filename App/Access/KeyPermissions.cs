using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Access;

public static class KeyPermissions
{
    [Description("See the API keys, without their secrets")]
    [Roles]
    public const string Read = "api-keys.read";

    [Description("Make, change and revoke API keys")]
    public const string Write = "api-keys.write";
}
