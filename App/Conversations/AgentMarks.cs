using Inbox.Conversations.Signs;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>What is kept per agent and conversation: how far it is read, and what is typed and not sent.</summary>
public sealed class AgentMarks(IDbContextFactory<InboxDb> dbs, CustomerSigns signs, LiveFeed feed, TimeProvider clock)
{
    public const int LongestDraft = 50_000;

    /// <summary>Marks as read all that the customer wrote up to now.</summary>
    /// <param name="upTo">The newest message the agent has seen; null: the newest there is.</param>
    public async Task ReadAsync(Caller caller, long conversationId, long? upTo, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var conversation = await db.Set<Conversation>().VisibleTo(caller).Where(c => c.Id == conversationId)
            .Select(c => new { c.TenantId, c.InboundCount, c.LastMessageId, c.AssigneeId, c.DepartmentId }).SingleOrDefaultAsync(cancellation)
            ?? throw RefusedException.NotFound("conversation");
        var (last, later) = upTo is { } seen && seen != conversation.LastMessageId ? await PlaceAsync(db, conversationId, seen, cancellation) : (conversation.LastMessageId, 0);
        await MarkAsync(caller, conversation.TenantId, conversationId, conversation.InboundCount - later, last, onlyForward: true, cancellation);
        if (later == 0 && caller.Reaches(ConversationPermissions.Reply, conversation.AssigneeId, conversation.DepartmentId))
        {
            signs.Seen(conversation.TenantId, conversationId);
        }
    }

    /// <returns>The newest message that was seen, and how many of the customer's came after it.</returns>
    private static async Task<(long Last, int Later)> PlaceAsync(InboxDb db, long conversationId, long upTo, CancellationToken cancellation)
    {
        var messages = db.Set<Message>().Where(m => m.ConversationId == conversationId);
        var inbound = messages.Where(m => m.Direction == MessageDirection.Inbound);
        return await messages.PlaceAsync(upTo, cancellation) is { } place
            ? (place.Id, await inbound.After(place).CountAsync(cancellation))
            : (0, await inbound.CountAsync(cancellation));
    }

    /// <summary>Shows the conversation as unread to this agent again.</summary>
    public async Task UnreadAsync(Caller caller, long conversationId, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var conversation = await db.Set<Conversation>().VisibleTo(caller).Where(c => c.Id == conversationId)
            .Select(c => new { c.TenantId, c.InboundCount }).SingleOrDefaultAsync(cancellation)
            ?? throw RefusedException.NotFound("conversation");
        await MarkAsync(caller, conversation.TenantId, conversationId, Math.Max(0, conversation.InboundCount - 1), 0, onlyForward: false, cancellation);
    }

    /// <summary>What this agent has typed there: at most one reply and one note.</summary>
    public async Task<IReadOnlyList<Draft>> DraftsAsync(Caller caller, long conversationId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var visible = db.Set<Conversation>().VisibleTo(caller);
        return await db.Set<Draft>().AsNoTracking().Where(d => visible.Any(c => c.Id == d.ConversationId) && d.UserId == caller.UserId && d.ConversationId == conversationId).ToListAsync(cancellation);
    }

    /// <summary>The newest message this agent has seen; 0 when none.</summary>
    public async Task<long> LastReadAsync(Caller caller, long conversationId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var visible = db.Set<Conversation>().VisibleTo(caller);
        return await db.Set<ReadMark>().Where(m => visible.Any(c => c.Id == m.ConversationId) && m.UserId == caller.UserId && m.ConversationId == conversationId).Select(m => m.LastMessageId).SingleOrDefaultAsync(cancellation);
    }

    /// <param name="text">Empty removes the draft.</param>
    public async Task SaveDraftAsync(Caller caller, long conversationId, string text, bool isNote, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        if (text.Length > LongestDraft)
        {
            throw new RefusedException("text_too_long", $"A draft has at most {LongestDraft} characters.", field: "text");
        }

        var userId = RequireUser(caller);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var tenantId = await db.Set<Conversation>().VisibleTo(caller).Where(c => c.Id == conversationId).Select(c => (long?)c.TenantId).SingleOrDefaultAsync(cancellation)
            ?? throw RefusedException.NotFound("conversation");
        await OnceMoreAsync(fresh => WriteDraftAsync(fresh, new Draft
        {
            TenantId = tenantId,
            UserId = userId,
            ConversationId = conversationId,
            IsNote = isNote,
            Text = text.Replace("\0", "", StringComparison.Ordinal),
            UpdatedAt = clock.GetUtcNow().UtcDateTime,
        }, cancellation), cancellation);
        feed.Publish(Topics.Agent(tenantId, userId));
    }

    private static async Task<bool> WriteDraftAsync(InboxDb db, Draft typed, CancellationToken cancellation)
    {
        await using var write = await db.BeginAsync(cancellation);
        var draft = await db.Set<Draft>().SingleOrDefaultAsync(d => d.UserId == typed.UserId && d.ConversationId == typed.ConversationId && d.IsNote == typed.IsNote, cancellation);
        if (typed.Text.Length > 0 && draft is null)
        {
            db.Add(typed);
        }
        else if (typed.Text.Length > 0)
        {
            (draft!.Text, draft.UpdatedAt) = (typed.Text, typed.UpdatedAt);
        }
        else if (draft is not null)
        {
            db.Remove(draft);
        }

        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return true;
    }

    private async Task MarkAsync(Caller caller, long tenantId, long conversationId, int seen, long lastMessageId, bool onlyForward, CancellationToken cancellation)
    {
        var userId = RequireUser(caller);
        if (await OnceMoreAsync(WriteAsync, cancellation))
        {
            feed.Publish(Topics.Agent(tenantId, userId));
        }

        async Task<bool> WriteAsync(InboxDb db)
        {
            await using var write = await db.BeginAsync(cancellation);
            var mark = await db.Set<ReadMark>().SingleOrDefaultAsync(m => m.UserId == userId && m.ConversationId == conversationId, cancellation)
                ?? db.Add(new ReadMark { TenantId = tenantId, UserId = userId, ConversationId = conversationId }).Entity;
            if (onlyForward && (mark.SeenInbound > seen || (mark.SeenInbound == seen && mark.LastMessageId == lastMessageId)))
            {
                return false;
            }

            (mark.SeenInbound, mark.LastMessageId) = (seen, lastMessageId);
            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
            return true;
        }
    }

    // Two windows of one person may insert the same row at once: the second finds the first one's then.
    private async Task<bool> OnceMoreAsync(Func<InboxDb, Task<bool>> write, CancellationToken cancellation)
    {
        try
        {
            await using var db = await dbs.CreateDbContextAsync(cancellation);
            return await write(db);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            await using var db = await dbs.CreateDbContextAsync(cancellation);
            return await write(db);
        }
    }

    private static long RequireUser(Caller caller)
        => caller.UserId ?? throw new RefusedException("user_required", "Drafts and read marks belong to people; this key is a program's.", StatusCodes.Status403Forbidden);
}
