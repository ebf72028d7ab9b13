using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Conversations;

public static class LabelPermissions
{
    [Description("See the tags")]
    public const string ReadTags = "tags.read";

    [Description("Make, change and remove tags")]
    [Roles(BuiltInRoles.Supervisor)]
    public const string WriteTags = "tags.write";

    [Description("Use canned replies")]
    public const string ReadReplies = "canned-replies.read";

    [Description("Make, change and remove canned replies")]
    [Roles(BuiltInRoles.Supervisor)]
    public const string WriteReplies = "canned-replies.write";
}
