using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// The one rule of which conversations a caller reaches. Own: assigned to the person. Department: those, and all of the
/// person's departments. All: the whole business. A program is nobody's colleague: a narrowed key reaches nothing.
/// </summary>
public static class ConversationScope
{
    /// <summary>Those that the caller reaches with a permission. Filters of the caller are added to it, never put in its place.</summary>
    public static IQueryable<Conversation> VisibleTo(this IQueryable<Conversation> conversations, Caller caller, string permission = ConversationPermissions.Read)
    {
        var me = caller.UserId ?? 0;
        var departments = caller.Departments.ToArray();
        return caller.ScopeOf(permission) switch
        {
            PermissionScope.All => conversations,
            PermissionScope.Department => conversations.Where(c => c.AssigneeId == me || (c.DepartmentId != null && departments.Contains(c.DepartmentId.Value))),
            PermissionScope.Own => conversations.Where(c => c.AssigneeId == me),
            _ => conversations.Where(c => false),
        };
    }

    /// <summary>As the query's rule, for a conversation that was read.</summary>
    public static bool Reaches(this Caller caller, string permission, long? assigneeId, long? departmentId) => caller.ScopeOf(permission) switch
    {
        PermissionScope.All => true,
        PermissionScope.Department => Has(caller, assigneeId) || IsIn(caller, departmentId),
        PermissionScope.Own => Has(caller, assigneeId),
        _ => false,
    };

    /// <summary>
    /// Whether a colleague may be given conversations of a department. Being assigned makes a conversation one's own, so
    /// the department alone is asked: without it, giving somebody a conversation would show them what they may not see.
    /// </summary>
    public static bool MayHold(this Caller caller, long? departmentId) => caller.ScopeOf(ConversationPermissions.Read) switch
    {
        PermissionScope.None => false,
        PermissionScope.All => true,
        _ => departmentId is null || IsIn(caller, departmentId),
    };

    /// <summary>The conversation, tracked, to do something with it that needs permissions.</summary>
    /// <exception cref="ForbiddenException">The caller sees it and a permission does not reach it.</exception>
    /// <exception cref="RefusedException">conversation_not_found: also when the caller may not see it.</exception>
    internal static async Task<Conversation> ConversationForAsync(
        this InboxDb db, Caller caller, long id, IEnumerable<string> permissions, CancellationToken cancellation)
    {
        var conversation = await db.Set<Conversation>().VisibleTo(caller).SingleOrDefaultAsync(c => c.Id == id, cancellation)
            ?? throw RefusedException.NotFound("conversation");
        foreach (var permission in permissions)
        {
            if (!caller.Reaches(permission, conversation.AssigneeId, conversation.DepartmentId))
            {
                throw new ForbiddenException(permission);
            }
        }

        return conversation;
    }

    private static bool Has(Caller caller, long? assigneeId) => assigneeId is not null && assigneeId == caller.UserId;

    private static bool IsIn(Caller caller, long? departmentId) => departmentId is { } id && caller.Departments.Contains(id);
}
