using System.ComponentModel;

namespace Inbox.Conversations;

public static class ConversationPermissions
{
    [Description("Read conversations")]
    public const string Read = "conversations.read";

    [Description("Answer customers")]
    public const string Reply = "conversations.reply";

    [Description("Write internal notes")]
    public const string Note = "conversations.note";

    [Description("Assign, close and reopen conversations")]
    public const string Manage = "conversations.manage";
}
