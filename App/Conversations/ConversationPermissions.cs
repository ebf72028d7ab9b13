using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Conversations;

public static class ConversationPermissions
{
    [Description("Read conversations")]
    public const string Read = "conversations.read";

    [Description("Answer customers")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    public const string Reply = "conversations.reply";

    [Description("Write internal notes")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    public const string Note = "conversations.note";

    [Description("Assign, close and reopen conversations")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    public const string Manage = "conversations.manage";
}
