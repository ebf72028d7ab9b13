using System.ComponentModel;

namespace Inbox.Access;

public static class CompanyPermissions
{
    [Description("See the company profile and business hours")]
    public const string Read = "company-profile.read";

    [Description("Change the company profile, business hours and holidays")]
    public const string Write = "company-profile.write";

    [Description("Decide who may enter: a second factor for everybody, joining without an invitation")]
    public const string Entry = "company-profile.entry";
}
