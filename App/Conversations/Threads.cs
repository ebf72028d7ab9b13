using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>A message as the thread shows it.</summary>
/// <param name="SenderName">Of a colleague; null for customers and programs.</param>
public sealed record MessageRow(
    long Id,
    long ConversationId,
    MessageDirection Direction,
    string Type,
    string? Text,
    string? Content,
    MessageStatus Status,
    string? ErrorCode,
    string? ErrorDetail,
    string? ExternalId,
    string? ClientKey,
    SenderKind SenderKind,
    long? SenderId,
    string? SenderName,
    string? ReplyTo,
    DateTime SentAt,
    DateTime CreatedAt);

/// <summary>The messages of a conversation, by key from the newest back.</summary>
public sealed class Threads(IDbContextFactory<InboxDb> dbs)
{
    public const int PageSize = 50;

    /// <returns>Newest first; null when the tenant has no such conversation.</returns>
    public async Task<Page<MessageRow>?> PageAsync(Caller caller, long conversationId, Cursor? before, int limit, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (!await db.Set<Conversation>().VisibleTo(caller).AnyAsync(c => c.Id == conversationId, cancellation))
        {
            return null;
        }

        var messages = db.Set<Message>().Where(m => m.ConversationId == conversationId);
        if (before is { } first)
        {
            messages = messages.Where(m => m.SentAt < first.At || (m.SentAt == first.At && m.Id < first.Id));
        }

        var rows = await Rows(db, messages.OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(limit + 1)).ToListAsync(cancellation);
        return rows.Count <= limit
            ? new Page<MessageRow>(rows, null)
            : new Page<MessageRow>(rows[..limit], new Cursor(rows[limit - 1].SentAt, rows[limit - 1].Id).ToString());
    }

    /// <summary>What stands at or after a place: a screen reads again what it shows, with all that came meanwhile.</summary>
    /// <returns>Oldest first.</returns>
    public async Task<IReadOnlyList<MessageRow>> SinceAsync(Caller caller, long conversationId, Cursor from, int limit, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var messages = Visible(db, caller).Where(m => m.ConversationId == conversationId && (m.SentAt > from.At || (m.SentAt == from.At && m.Id >= from.Id)));
        var rows = await Rows(db, messages.OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(limit)).ToListAsync(cancellation);
        rows.Reverse();
        return rows;
    }

    /// <returns>Null when the tenant has no such message.</returns>
    public async Task<MessageRow?> FindAsync(Caller caller, long messageId, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await Rows(db, Visible(db, caller).Where(m => m.Id == messageId)).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>The messages of all conversations that the caller may read.</summary>
    internal static IQueryable<Message> Visible(InboxDb db, Caller caller)
    {
        if (caller.ScopeOf(ConversationPermissions.Read) == PermissionScope.All)
        {
            return db.Set<Message>();
        }

        var conversations = db.Set<Conversation>().VisibleTo(caller);
        return db.Set<Message>().Where(m => conversations.Any(c => c.Id == m.ConversationId));
    }

    internal static IQueryable<MessageRow> Rows(InboxDb db, IQueryable<Message> messages)
        => from m in messages
           join sender in db.Set<User>() on m.SenderId equals sender.Id into senders
           from sender in senders.DefaultIfEmpty()
           orderby m.SentAt descending, m.Id descending
           select new MessageRow(
               m.Id, m.ConversationId, m.Direction, m.Type, m.Text, m.Content, m.Status, m.ErrorCode, m.ErrorDetail, m.ExternalId,
               m.ClientKey, m.SenderKind, m.SenderId, sender!.Name, m.ReplyTo, m.SentAt, m.CreatedAt);
}
