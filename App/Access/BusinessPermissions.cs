using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Access;

public static class BusinessPermissions
{
    [Description("See the business as the installation lists it")]
    [Roles]
    public const string Read = "business.read";

    [Description("Rename the business")]
    public const string Write = "business.write";

    [Description("Have the whole business removed")]
    public const string Remove = "business.remove";
}
