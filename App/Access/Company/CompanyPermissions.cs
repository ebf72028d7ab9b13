using System.ComponentModel;

namespace Inbox.Access.Company;

public static class CompanyPermissions
{
    [Description("See the company profile and business hours")]
    public const string Read = "company.read";

    [Description("Change the company profile, its logo and business hours")]
    public const string Write = "company.write";
}
