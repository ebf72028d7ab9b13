using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Conversations;

public static class ConversationPermissions
{
    [Description("Read conversations")]
    [Scoped]
    [ForSending]
    public const string Read = "conversations.read";

    [Description("Answer customers")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    [Scoped]
    [ForSending]
    public const string Reply = "conversations.reply";

    [Description("Write internal notes")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    [Scoped]
    public const string Note = "conversations.note";

    [Description("Take, rank, close and reopen conversations")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    [Scoped]
    public const string Manage = "conversations.manage";

    [Description("Begin conversations with customers")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    [ForSending]
    public const string Start = "conversations.start";

    [Description("Hand conversations to other people and departments")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    [Scoped]
    public const string Transfer = "conversations.transfer";

    [Description("Delete conversations")]
    [Scoped]
    public const string Delete = "conversations.delete";

    [Description("Export conversations")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Analyst)]
    [Scoped]
    public const string Export = "conversations.export";
}
