using Inbox.Access;
using Inbox.Access.Rights;
using Inbox.Audit;
using Inbox.Conversations.Labels;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>What to change of a conversation; null leaves it as it is.</summary>
/// <param name="Status">Open or closed; another one only to take a change back.</param>
/// <param name="AssigneeId">A colleague; 0 takes it from everybody.</param>
/// <param name="DepartmentId">0 takes it out of its department.</param>
/// <param name="Tags">Names of all tags that it has then.</param>
/// <param name="Reason">Why it is handed on; colleagues read it in the thread.</param>
public sealed record Change(
    ConversationStatus? Status = null, long? AssigneeId = null, long? DepartmentId = null, ConversationPriority? Priority = null, string? Reason = null,
    IReadOnlyList<string>? Tags = null)
{
    public const int LongestReason = 500;

    /// <summary>Names of tags that it gets besides.</summary>
    public IReadOnlyList<string>? AddTags { get; init; }

    /// <summary>Names of tags that are taken from it.</summary>
    public IReadOnlyList<string>? RemoveTags { get; init; }

    /// <summary>Whoever manages a conversation takes it and gives it back; handing it to others is a right of its own.</summary>
    internal IEnumerable<string> PermissionsFor(Caller caller)
    {
        var hands = DepartmentId is not null || (AssigneeId is > 0 && AssigneeId != caller.UserId);
        if (hands)
        {
            yield return ConversationPermissions.Transfer;
        }

        if (!hands || Status is not null || Priority is not null || Tags is not null || AddTags is not null || RemoveTags is not null)
        {
            yield return ConversationPermissions.Manage;
        }
    }
}

/// <summary>What people do with a conversation as a whole: close, reopen, rank, tag, assign, hand to a department.</summary>
public sealed class ConversationStates(IDbContextFactory<InboxDb> dbs, LiveFeed feed, TimeProvider clock)
{
    public Task CloseAsync(Caller caller, long id, CancellationToken cancellation) => ChangeAsync(caller, id, new Change(ConversationStatus.Closed), cancellation);

    /// <inheritdoc cref="ChangeAsync"/>
    public Task ReopenAsync(Caller caller, long id, CancellationToken cancellation) => ChangeAsync(caller, id, new Change(ConversationStatus.Open), cancellation);

    /// <param name="userId">Null takes the conversation from everybody.</param>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task AssignAsync(Caller caller, long id, long? userId, CancellationToken cancellation)
        => ChangeAsync(caller, id, new Change(AssigneeId: userId ?? 0), cancellation);

    /// <summary>
    /// Makes all of the change or nothing. In another department the conversation loses an assignee who may not look there.
    /// </summary>
    /// <returns>The change that takes this one back; null when nothing changed.</returns>
    /// <exception cref="ForbiddenException">The caller sees the conversation and may not do this with it.</exception>
    /// <exception cref="RefusedException">
    /// conversation_not_found; invalid_value: no such colleague, department or tag in this business; assignee_without_access: the
    /// colleague may not see the department; another_conversation_open: the contact has a newer one on this channel.
    /// </exception>
    public async Task<Change?> ChangeAsync(Caller caller, long id, Change change, CancellationToken cancellation)
    {
        string[] permissions = [.. change.PermissionsFor(caller)];
        Array.ForEach(permissions, caller.Require);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // In turn with arrivals: what one of them changes after this read would be overwritten by the save.
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var conversation = await db.ConversationForAsync(caller, id, permissions, cancellation);
        string[] topics = [.. InboxTopics.Of(conversation)];
        var (before, status) = (Facts(conversation, reason: null), conversation.Status);
        var happened = await ApplyAsync(db, caller, conversation, change, cancellation);
        var tags = await TagChanges.ApplyAsync(db, conversation, change, cancellation);
        if (happened.Count == 0 && tags is null)
        {
            return null;
        }

        db.AddRange(happened);
        foreach (var one in happened)
        {
            db.Audit(caller, one.Type.Replace('_', '.'), AuditObject.Of("conversation", id), before, Facts(conversation, change.Reason));
        }

        if (tags is not null)
        {
            db.Audit(caller, "conversation.tagged", AuditObject.Of("conversation", id), new { Tags = tags.Before }, new { Tags = tags.After });
            conversation.Touch(clock.GetUtcNow().UtcDateTime);
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            throw new RefusedException(
                "another_conversation_open", "This contact has another open conversation on this channel. Go on there.", StatusCodes.Status409Conflict);
        }

        await write.CommitAsync(cancellation);
        feed.Publish(topics.Except(InboxTopics.Of(conversation)));   // it has left those lists

        feed.Publish(conversation);
        var after = Facts(conversation, reason: null);
        return new Change(
            status == conversation.Status ? null : status,
            before.AssigneeId == after.AssigneeId ? null : before.AssigneeId ?? 0,
            before.DepartmentId == after.DepartmentId ? null : before.DepartmentId ?? 0,
            before.Priority == after.Priority ? null : Words.Read<ConversationPriority>(before.Priority),
            Tags: tags?.Before);
    }

    private async Task<List<DomainEvent>> ApplyAsync(InboxDb db, Caller caller, Conversation conversation, Change change, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        List<DomainEvent> happened = [];
        if (change.DepartmentId is { } department && Id(department) != conversation.DepartmentId)
        {
            await RequireDepartmentAsync(db, Id(department), cancellation);
            conversation.Move(Id(department), now);
            Happened("conversation_moved");
        }

        var assignee = change.AssigneeId is { } wanted ? Id(wanted) : conversation.AssigneeId;
        if (assignee is { } user && (assignee != conversation.AssigneeId || happened.Count > 0) && !await MayHoldAsync(db, conversation, user, change.AssigneeId is not null, cancellation))
        {
            assignee = null;
        }

        if (assignee != conversation.AssigneeId)
        {
            conversation.Assign(assignee, now);
            Happened(assignee is null ? "conversation_unassigned" : "conversation_assigned");
        }

        if (change.Priority is { } priority && priority != conversation.Priority)
        {
            conversation.Rank(priority, now);
            Happened("conversation_ranked");
        }

        if (change.Status is { } status && status != conversation.Status)
        {
            Set(conversation, status, now);
            Happened(status == ConversationStatus.Closed ? "conversation_closed" : "conversation_reopened");
        }

        return happened;

        void Happened(string type) => happened.Add(new DomainEvent
        {
            TenantId = conversation.TenantId,
            Type = type,
            At = now,
            ConversationId = conversation.Id,
            ContactId = conversation.ContactId,
            UserId = caller.UserId,
            Data = DomainEvent.Json(Facts(conversation, change.Reason)),
        });
    }

    private static StateFacts Facts(Conversation conversation, string? reason)
        => new(Words.Of(conversation.Status), conversation.AssigneeId, conversation.DepartmentId, Words.Of(conversation.Priority), reason);

    private static long? Id(long wanted) => wanted == 0 ? null : wanted;

    private static void Set(Conversation conversation, ConversationStatus status, DateTime now)
    {
        if (status == ConversationStatus.Closed)
        {
            conversation.Close(now);
        }
        else
        {
            conversation.Reopen(now);
            conversation.Status = status;
        }
    }

    private static async Task RequireDepartmentAsync(InboxDb db, long? id, CancellationToken cancellation)
    {
        if (id is not null && !await db.Set<Department>().AnyAsync(department => department.Id == id, cancellation))
        {
            throw new RefusedException("invalid_value", "There is no such department in this business.", field: "department_id");
        }
    }

    /// <param name="asked">Somebody wants this colleague, and is told when it cannot be; otherwise the conversation goes without.</param>
    private static async Task<bool> MayHoldAsync(InboxDb db, Conversation conversation, long userId, bool asked, CancellationToken cancellation)
    {
        var colleague = await Callers.MemberAsync(db, userId, cancellation);
        if (colleague is null && asked)
        {
            throw new RefusedException("invalid_value", "There is no such colleague in this business.", field: "assignee_id");
        }

        var may = colleague?.MayHold(conversation.DepartmentId) == true;
        return may || !asked
            ? may
            : throw new RefusedException("assignee_without_access", "This colleague may not see conversations of that department.", field: "assignee_id");
    }

    /// <summary>As events and audit rows keep it.</summary>
    private sealed record StateFacts(string Status, long? AssigneeId, long? DepartmentId, string Priority, string? Reason);
}
