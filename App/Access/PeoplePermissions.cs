using System.ComponentModel;

namespace Inbox.Access;

public static class PeoplePermissions
{
    [Description("See the team and who is there")]
    public const string Read = "users.read";

    [Description("Change, disable, remove and restore people")]
    public const string Write = "users.write";

    [Description("Invite people")]
    public const string Invite = "users.invite";

    [Description("See the roles and what they may do")]
    public const string ReadRoles = "roles.read";

    [Description("Make, change and remove roles")]
    public const string WriteRoles = "roles.write";

    [Description("See the departments and who is in them")]
    public const string ReadDepartments = "departments.read";

    [Description("Make, change and remove departments")]
    public const string WriteDepartments = "departments.write";
}
