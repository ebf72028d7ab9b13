using Inbox.Access;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>What people do with a conversation as a whole: close, reopen, assign.</summary>
public sealed class ConversationStates(IDbContextFactory<InboxDb> dbs, LiveFeed feed, TimeProvider clock)
{
    public Task CloseAsync(Caller caller, long id, CancellationToken cancellation)
        => ChangeAsync(caller, id, (conversation, now) =>
        {
            if (conversation.Status == ConversationStatus.Closed)
            {
                return null;
            }

            conversation.Close(now);
            return "conversation_closed";
        }, cancellation);

    /// <exception cref="RefusedException">another_conversation_open: the contact has a newer one on this channel.</exception>
    public async Task ReopenAsync(Caller caller, long id, CancellationToken cancellation)
    {
        try
        {
            await ChangeAsync(caller, id, (conversation, now) =>
            {
                if (conversation.Status == ConversationStatus.Open)
                {
                    return null;
                }

                conversation.Reopen(now);
                return "conversation_reopened";
            }, cancellation);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            throw new RefusedException(
                "another_conversation_open",
                "This contact has another open conversation on this channel. Go on there.",
                StatusCodes.Status409Conflict);
        }
    }

    /// <param name="userId">Null takes the conversation from everybody.</param>
    /// <exception cref="RefusedException">invalid_value: no such colleague in this business.</exception>
    public async Task AssignAsync(Caller caller, long id, long? userId, CancellationToken cancellation)
    {
        if (userId is not null)
        {
            await using var db = await dbs.CreateDbContextAsync(cancellation);
            if (!await db.Set<Membership>().AnyAsync(membership => membership.UserId == userId && membership.Status == MemberStatus.Active, cancellation))
            {
                throw new RefusedException("invalid_value", "There is no such colleague in this business.", field: "assignee_id");
            }
        }

        await ChangeAsync(caller, id, (conversation, now) =>
        {
            if (conversation.AssigneeId == userId)
            {
                return null;
            }

            conversation.Assign(userId, now);
            return userId is null ? "conversation_unassigned" : "conversation_assigned";
        }, cancellation);
    }

    /// <param name="change">Returns what happened, or null when nothing did.</param>
    private async Task ChangeAsync(Caller caller, long id, Func<Conversation, DateTime, string?> change, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Manage);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // In turn with arrivals: what one of them changes after this read would be overwritten by the save.
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var conversation = await db.Set<Conversation>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("conversation");
        var now = clock.GetUtcNow().UtcDateTime;
        var before = new { conversation.Status, conversation.AssigneeId };
        if (change(conversation, now) is not { } happened)
        {
            return;
        }

        db.Add(new DomainEvent
        {
            TenantId = conversation.TenantId,
            Type = happened,
            At = now,
            ConversationId = conversation.Id,
            ContactId = conversation.ContactId,
            UserId = caller.UserId,
            Data = DomainEvent.Json(new { status = conversation.Status.ToString().ToLowerInvariant(), assignee_id = conversation.AssigneeId }),
        });
        db.Audit(
            caller, happened.Replace('_', '.'), AuditObject.Of("conversation", conversation.Id), before, new { conversation.Status, conversation.AssigneeId });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(Topics.Conversation(conversation.TenantId, conversation.Id));
        feed.Publish(Topics.Inbox(conversation.TenantId));
    }
}
