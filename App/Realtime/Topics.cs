namespace Inbox.Realtime;

/// <summary>Names of topics. Each starts with the tenant, so nobody subscribes to another's by an id alone.</summary>
public static class Topics
{
    /// <summary>Any conversation of the tenant changed: its place, its preview, its unread.</summary>
    public static string Inbox(long tenantId) => $"t:{tenantId}:inbox";

    /// <summary>As <see cref="Inbox"/>, of one department's conversations alone.</summary>
    public static string InboxOfDepartment(long tenantId, long departmentId) => $"t:{tenantId}:inbox:department:{departmentId}";

    /// <summary>As <see cref="Inbox"/>, of the conversations assigned to one agent alone.</summary>
    public static string InboxOfAgent(long tenantId, long userId) => $"t:{tenantId}:inbox:agent:{userId}";

    public static string Conversation(long tenantId, long conversationId) => $"t:{tenantId}:conversation:{conversationId}";

    /// <summary>A customer's first conversation began: the address is all that is known before.</summary>
    public static string Customer(long tenantId, long channelId, string address) => $"t:{tenantId}:customer:{channelId}:{address}";

    /// <summary>Who types or looks in a conversation.</summary>
    public static string Presence(long tenantId, long conversationId) => $"t:{tenantId}:presence:{conversationId}";

    /// <summary>Something that only this agent sees: read marks, drafts.</summary>
    public static string Agent(long tenantId, long userId) => $"t:{tenantId}:agent:{userId}";

    /// <summary>What this agent wants to be told changed.</summary>
    public static string Notifications(long tenantId, long userId) => $"t:{tenantId}:notifications:{userId}";

    /// <summary>A tag was renamed, coloured, merged or archived: it may stand on any conversation.</summary>
    public static string Tags(long tenantId) => $"t:{tenantId}:tags";

    public static string Channels(long tenantId) => $"t:{tenantId}:channels";

    /// <summary>A template was judged, handed in, read again or removed.</summary>
    public static string Templates(long tenantId) => $"t:{tenantId}:templates";

    /// <summary>An attempt to send an outgoing webhook was made.</summary>
    public static string Webhooks(long tenantId) => $"t:{tenantId}:webhooks";

    /// <summary>The rights or sessions of a person changed.</summary>
    public static string User(long userId) => $"user:{userId}";

    /// <summary>The ledger changed, for those who run the installation.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>Sending was stopped or let go for the whole installation.</summary>
    public const string Sends = "sends";
}
