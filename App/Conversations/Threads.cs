using Inbox.Access;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>A message as the thread shows it.</summary>
/// <param name="SenderName">Of a colleague; null for customers and programs.</param>
public sealed record MessageRow(
    long Id,
    long ConversationId,
    long ChannelId,
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
    DateTime CreatedAt,
    DateTime? EditedAt,
    DateTime? RevokedAt)
{
    /// <summary>The reader may not see addresses in full, and the platform's ids may hold one.</summary>
    public bool IsMasked { get; init; }

    /// <summary>The message of this conversation that it answers.</summary>
    public Quote? Quoted { get; init; }

    public IReadOnlyList<FileRow> Files { get; init; } = [];

    public IReadOnlyList<ReactionRow> Reactions { get; init; } = [];
}

/// <summary>The message that another one answers.</summary>
public sealed record Quote(long Id, MessageDirection Direction, string Type, string? Text);

/// <summary>A file as the thread shows it.</summary>
public sealed record FileRow(long Id, long MessageId, string Kind, MediaState State, string? MimeType, string? FileName, long? Size, int? Width, int? Height, string? ErrorDetail, DateTime? DueAt = null, int Attempts = 0);

/// <param name="Until">When it was changed.</param>
public sealed record EarlierText(string Text, DateTime Until);

/// <param name="Ours">Given by our side.</param>
/// <param name="Error">Why the platform did not take it (yet).</param>
public sealed record ReactionRow(string Emoji, bool Ours, string? Error);

/// <summary>The messages of a conversation, by key from the newest back.</summary>
public sealed class Threads(IDbContextFactory<InboxDb> dbs)
{
    public const int PageSize = 50;

    /// <returns>Newest first; null when the tenant has no such conversation.</returns>
    public Task<Page<MessageRow>?> PageAsync(Caller caller, long conversationId, Cursor? before, int limit, CancellationToken cancellation)
        => PageAsync(caller, conversationId, onlyNotes: false, before, limit, cancellation);

    /// <summary>The notes alone.</summary>
    /// <returns>Newest first; null when the tenant has no such conversation.</returns>
    public Task<Page<MessageRow>?> NotesAsync(Caller caller, long conversationId, Cursor? before, int limit, CancellationToken cancellation)
        => PageAsync(caller, conversationId, onlyNotes: true, before, limit, cancellation);

    private async Task<Page<MessageRow>?> PageAsync(Caller caller, long conversationId, bool onlyNotes, Cursor? before, int limit, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (!await db.Set<Conversation>().VisibleTo(caller).AnyAsync(c => c.Id == conversationId, cancellation))
        {
            return null;
        }

        var messages = db.Set<Message>().Where(m => m.ConversationId == conversationId);
        if (onlyNotes)
        {
            messages = messages.Where(m => m.Direction == MessageDirection.Note);
        }

        if (before is { } first)
        {
            messages = messages.Before(first);
        }

        var rows = await ReadAsync(db, caller, messages.OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(limit + 1), cancellation);
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
        var rows = await ReadAsync(db, caller, messages.OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(limit), cancellation);
        rows.Reverse();
        return rows;
    }

    /// <summary>The newest messages of all conversations over a channel, without notes.</summary>
    public async Task<IReadOnlyList<MessageRow>> NewestAsync(Caller caller, long channelId, int limit, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // The newest messages are in the conversations that changed last, and hardly older than the last change of the last of these.
        var latest = await db.Set<Conversation>().VisibleTo(caller).Where(conversation => conversation.ChannelId == channelId)
            .OrderByDescending(conversation => conversation.LastMessageAt).ThenByDescending(conversation => conversation.Id)
            .Select(conversation => new { conversation.Id, conversation.LastMessageAt }).Take(limit).ToListAsync(cancellation);
        var (ids, since) = (latest.ConvertAll(row => row.Id), latest.Count == limit ? latest[^1].LastMessageAt.AddDays(-1) : DateTime.UnixEpoch);
        return await ReadAsync(
            db,
            caller,
            db.Set<Message>().Where(m => ids.Contains(m.ConversationId) && m.SentAt >= since && m.Direction != MessageDirection.Note)
                .OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(limit),
            cancellation);
    }

    /// <returns>Null when the tenant has no such message.</returns>
    public async Task<MessageRow?> FindAsync(Caller caller, long messageId, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return (await ReadAsync(db, caller, Visible(db, caller).Where(m => m.Id == messageId), cancellation)).SingleOrDefault();
    }

    /// <summary>What a changed message said before, oldest first.</summary>
    public async Task<IReadOnlyList<EarlierText>> EarlierAsync(Caller caller, long messageId, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var messages = Visible(db, caller).Where(message => message.RevokedAt == null);
        return await db.Set<MessageRevision>().Where(revision => revision.MessageId == messageId && !revision.IsDeletion && revision.Before != null && messages.Any(message => message.Id == messageId))
            .OrderBy(revision => revision.At).ThenBy(revision => revision.Id).Select(revision => new EarlierText(revision.Before!, revision.At)).ToListAsync(cancellation);
    }

    /// <summary>What became of a message, oldest first.</summary>
    public async Task<IReadOnlyList<StatusChange>> HistoryAsync(Caller caller, long messageId, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var events = await (from message in Visible(db, caller)
                            where message.Id == messageId
                            join happened in db.Set<DomainEvent>() on new { message.TenantId, ConversationId = (long?)message.ConversationId } equals new { happened.TenantId, happened.ConversationId }
                            where happened.MessageId == messageId
                            orderby happened.Sequence
                            select new { happened.Type, happened.At, happened.Data }).ToListAsync(cancellation);
        var reports = await (from message in Visible(db, caller)
                             where message.Id == messageId
                             join report in db.Set<MessageStatusReport>() on new { message.TenantId, MessageId = (long?)message.Id } equals new { report.TenantId, report.MessageId }
                             orderby report.Id
                             select report).AsNoTracking().ToListAsync(cancellation);
        return MessageHistory.Of(events.Select(happened => (happened.Type, happened.At, happened.Data)), reports);
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

    /// <summary>The messages, newest first, with their files, reactions and what they answer: four queries, however many there are.</summary>
    internal static async Task<List<MessageRow>> ReadAsync(InboxDb db, Caller caller, IQueryable<Message> messages, CancellationToken cancellation)
    {
        var rows = await Rows(db, messages).ToListAsync(cancellation);
        var withFiles = rows.Where(row => row is { RevokedAt: null, Direction: not MessageDirection.Note }).Select(row => (long?)row.Id).ToArray();
        var files = withFiles.Length == 0 ? null : (await db.Set<MediaFile>().Where(file => withFiles.Contains(file.MessageId)).OrderBy(file => file.Position).ThenBy(file => file.Id)
            .Select(file => new FileRow(file.Id, file.MessageId!.Value, file.Kind, file.State, file.MimeType, file.FileName, file.Size, file.Width, file.Height, file.ErrorDetail, file.DueAt, file.Attempts))
            .ToListAsync(cancellation)).ToLookup(file => file.MessageId);
        var keys = rows.Select(row => row.ExternalId).OfType<string>().ToArray();
        var reactions = keys.Length == 0 ? null : (await db.Set<Reaction>().Where(reaction => keys.Contains(reaction.Target) && reaction.Emoji != null)
            .OrderBy(reaction => reaction.At).Select(reaction => new { reaction.ChannelId, reaction.Target, reaction.Emoji, reaction.Sender, reaction.Error }).ToListAsync(cancellation))
            .ToLookup(reaction => (reaction.ChannelId, reaction.Target), reaction => new ReactionRow(reaction.Emoji!, reaction.Sender == Reaction.Us, reaction.Error));
        var answered = rows.Select(row => row.ReplyTo).OfType<string>().Distinct().ToArray();
        // Only within the conversation: whoever sees it need not see another one of the same customer.
        var quotes = answered.Length == 0 ? null : (await db.Set<Message>().Where(message => answered.Contains(message.ExternalId))
            .Select(message => new { message.ConversationId, message.ExternalId, message.Id, message.Direction, message.Type, message.Text }).ToListAsync(cancellation))
            .ToDictionary(message => (message.ConversationId, message.ExternalId!), message => new Quote(message.Id, message.Direction, message.Type, message.Text));
        var masked = !caller.SeesAddresses();
        return
        [
            .. rows.Select(row => row with
            {
                IsMasked = masked,
                Content = masked ? ContentMask.Of(row.Content) : row.Content,
                Quoted = row.ReplyTo is null ? null : quotes?.GetValueOrDefault((row.ConversationId, row.ReplyTo)),
                Files = files is null ? [] : [.. files[row.Id]],
                Reactions = reactions is null || row.ExternalId is null ? [] : [.. reactions[(row.ChannelId, row.ExternalId)]],
            }),
        ];
    }

    private static IQueryable<MessageRow> Rows(InboxDb db, IQueryable<Message> messages)
        => from m in messages
           join sender in db.Set<User>() on m.SenderId equals sender.Id into senders
           from sender in senders.DefaultIfEmpty()
           orderby m.SentAt descending, m.Id descending
           select new MessageRow(
               m.Id, m.ConversationId, m.ChannelId, m.Direction, m.Type, m.Text, m.Content, m.Status, m.ErrorCode, m.ErrorDetail, m.ExternalId,
               m.ClientKey, m.SenderKind, m.SenderId, sender!.Name, m.ReplyTo, m.SentAt, m.CreatedAt, m.EditedAt, m.RevokedAt);
}
