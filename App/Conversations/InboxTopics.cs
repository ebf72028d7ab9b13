using Inbox.Realtime;
using Inbox.Tenancy;

namespace Inbox.Conversations;

/// <summary>
/// Which topics tell of changes in lists. Whoever sees a part of the business watches that part alone: a screen that read
/// again whenever anything happened would show its agent that something did.
/// </summary>
internal static class InboxTopics
{
    public static IEnumerable<string> Of(Conversation conversation) => Of(conversation.TenantId, conversation.DepartmentId, conversation.AssigneeId);

    public static IEnumerable<string> Of(long tenantId, long? departmentId, long? assigneeId)
    {
        yield return Topics.Inbox(tenantId);
        if (departmentId is { } department)
        {
            yield return Topics.InboxOfDepartment(tenantId, department);
        }

        if (assigneeId is { } assignee)
        {
            yield return Topics.InboxOfAgent(tenantId, assignee);
        }
    }

    /// <summary>What the lists of a caller depend on.</summary>
    public static IReadOnlyList<string> WatchedBy(Caller caller) => caller.ScopeOf(ConversationPermissions.Read) switch
    {
        PermissionScope.All => [Topics.Tags(caller.TenantId), Topics.Inbox(caller.TenantId)],
        PermissionScope.Department => [Topics.Tags(caller.TenantId), OfAgent(caller), .. caller.Departments.Select(id => Topics.InboxOfDepartment(caller.TenantId, id))],
        PermissionScope.Own => [Topics.Tags(caller.TenantId), OfAgent(caller)],
        _ => [],
    };

    private static string OfAgent(Caller caller) => Topics.InboxOfAgent(caller.TenantId, caller.UserId ?? 0);

    public static void Publish(this LiveFeed feed, Conversation conversation)
    {
        feed.Publish(Topics.Conversation(conversation.TenantId, conversation.Id));
        feed.Publish(Of(conversation));
    }
}
