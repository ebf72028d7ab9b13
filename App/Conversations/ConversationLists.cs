using Inbox.Access;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Conversations.Labels;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

public enum ConversationTab
{
    All = 0,
    Mine = 1,
    Unassigned = 2,
}

/// <param name="Status">Null: of any status.</param>
public sealed record ConversationFilter(ConversationStatus? Status = ConversationStatus.Open, ConversationTab Tab = ConversationTab.All, long? ChannelId = null, long? ContactId = null)
{
    /// <summary>0: those that are in no department.</summary>
    public long? DepartmentId { get; init; }

    public long? AssigneeId { get; init; }

    /// <summary>The kind of channel, for example <c>whatsapp</c>.</summary>
    public string? ChannelKind { get; init; }

    public ConversationPriority? Priority { get; init; }

    /// <summary>With something that the caller has not seen, or without.</summary>
    public bool? Unread { get; init; }

    public DateTime? UpdatedSince { get; init; }

    /// <summary>The name of a tag, without regard to case.</summary>
    public string? Tag { get; init; }

    /// <summary>Words that the contact's name, phone or e-mail or a message must have.</summary>
    public string? Text { get; init; }
}

/// <summary>A conversation as lists show it.</summary>
/// <param name="Unread">Messages of the customer that this agent has not seen; of those from before the agent joined, what waits for an answer.</param>
/// <param name="Draft">The start of what this agent has typed and not sent.</param>
public sealed record ConversationRow(
    long Id,
    long ChannelId,
    string ChannelKind,
    string ChannelName,
    long ContactId,
    string? ContactName,
    string? ContactPhone,
    string? ContactEmail,
    ConversationStatus Status,
    long? AssigneeId,
    string? AssigneeName,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    DateTime? ClosedAt,
    DateTime LastMessageAt,
    string LastMessageType,
    string Preview,
    MessageDirection LastMessageDirection,
    MessageStatus LastMessageStatus,
    DateTime? LastInboundAt,
    int Unread,
    string? Draft,
    long? DepartmentId = null,
    string? DepartmentName = null,
    ConversationPriority Priority = ConversationPriority.Normal,
    string? ContactFirstName = null,
    DateTime? ContactBlockedAt = null,
    DateTime? ContactOptedOutAt = null,
    DateTime? StandbyAt = null)
{
    /// <summary>How to greet the contact; null where no name is known.</summary>
    public string? FirstName => Contact.Greeted(ContactFirstName, ContactName);

    public TagMarks Tags { get; init; } = TagMarks.None;

    /// <summary>Phone and e-mail are shown in part: the caller may not see them.</summary>
    public bool IsMasked { get; init; }

    /// <summary>The contact's name, else an address; null of a stranger, whom screens call a visitor by number.</summary>
    public string? Called => Contact.Called(ContactName, ContactPhone, ContactEmail);
}

/// <summary>How many conversations each tab has.</summary>
public sealed record ConversationCounts(int All, int Mine, int Unassigned);

/// <summary>Lists of conversations, newest activity first, by key.</summary>
public sealed class ConversationLists(IDbContextFactory<InboxDb> dbs)
{
    public const int MostRows = 200;

    private const int DraftShown = 80;

    public async Task<Page<ConversationRow>> PageAsync(Caller caller, ConversationFilter filter, Cursor? after, int limit, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var conversations = Filtered(db, filter, caller);
        if (after is { } last)
        {
            conversations = conversations.Where(c => c.LastMessageAt < last.At || (c.LastMessageAt == last.At && c.Id < last.Id));
        }

        var rows = await RowsAsync(db, conversations.OrderByDescending(c => c.LastMessageAt).ThenByDescending(c => c.Id).Take(limit + 1), caller, cancellation);
        return rows.Count <= limit
            ? new Page<ConversationRow>(rows, null)
            : new Page<ConversationRow>(rows[..limit], new Cursor(rows[limit - 1].LastMessageAt, rows[limit - 1].Id).ToString());
    }

    /// <returns>Null when the tenant has no such conversation, or the caller may not see it.</returns>
    public async Task<ConversationRow?> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return (await RowsAsync(db, db.Set<Conversation>().VisibleTo(caller).Where(c => c.Id == id), caller, cancellation)).SingleOrDefault();
    }

    /// <param name="filter">Its tab is not asked: each tab is counted.</param>
    public async Task<ConversationCounts> CountAsync(Caller caller, ConversationFilter filter, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var userId = caller.UserId;
        var counts = await Filtered(db, filter with { Tab = ConversationTab.All }, caller)
            .GroupBy(c => 1)
            .Select(all => new { All = all.Count(), Mine = all.Count(c => c.AssigneeId == userId), Unassigned = all.Count(c => c.AssigneeId == null) })
            .SingleOrDefaultAsync(cancellation);
        return new ConversationCounts(counts?.All ?? 0, userId is null ? 0 : counts?.Mine ?? 0, counts?.Unassigned ?? 0);
    }

    /// <returns>How many open conversations have something that the caller has not seen.</returns>
    public async Task<int> CountUnreadAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await Filtered(db, new ConversationFilter { Unread = true }, caller).CountAsync(cancellation);
    }

    /// <summary>The ids of what the filter lets through, newest activity first.</summary>
    public async Task<IReadOnlyList<long>> IdsAsync(Caller caller, ConversationFilter filter, int most, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await Filtered(db, filter, caller).OrderByDescending(c => c.LastMessageAt).ThenByDescending(c => c.Id).Select(c => c.Id).Take(most).ToListAsync(cancellation);
    }

    /// <summary>The first rows of a part of what the caller may see, in a context that is there already.</summary>
    internal static async Task<IReadOnlyList<ConversationRow>> FirstAsync(
        Caller caller, int limit, Func<IQueryable<Conversation>, IQueryable<Conversation>> part, InboxDb db, CancellationToken cancellation)
        => await RowsAsync(db, part(db.Set<Conversation>().VisibleTo(caller)).OrderByDescending(c => c.LastMessageAt).ThenByDescending(c => c.Id).Take(limit), caller, cancellation);

    /// <summary>From when on everything is news to the caller: who joins does not begin with the whole past unread. Null: nothing is, to those who are only let in.</summary>
    private static DateTime? NewsSince(Caller caller) => caller.UserId is null ? DateTime.UnixEpoch : caller.JoinedAt;

    /// <summary>Those that a person who never opened them has something unread in: what came since they joined, what is theirs, and what waits for an answer.</summary>
    private static IQueryable<Conversation> WithNews(InboxDb db, Caller caller)
    {
        var (userId, since) = (caller.UserId, NewsSince(caller));
        return db.Set<Conversation>().Where(c => c.CreatedAt >= since || c.LastInboundAt >= since || c.AssigneeId == userId || (c.Status == ConversationStatus.Open
            && (c.LastMessageDirection == MessageDirection.Inbound || (c.LastMessageDirection == MessageDirection.Note
                && !db.Set<Message>().Any(m => m.ConversationId == c.Id && m.Direction == MessageDirection.Outbound && m.SentAt > c.LastInboundAt)))));
    }

    /// <summary>What the filter lets through of what the caller may see.</summary>
    internal static IQueryable<Conversation> Filtered(InboxDb db, ConversationFilter filter, Caller caller)
    {
        var userId = caller.UserId;
        var conversations = Having(db, db.Set<Conversation>().VisibleTo(caller), filter, caller);
        return filter.Tab switch
        {
            ConversationTab.Mine => conversations.Where(c => c.AssigneeId == (userId ?? 0)),
            ConversationTab.Unassigned => conversations.Where(c => c.AssigneeId == null),
            _ => conversations,
        };
    }

    private static IQueryable<Conversation> Having(InboxDb db, IQueryable<Conversation> conversations, ConversationFilter filter, Caller caller)
    {
        var userId = caller.UserId;
        if (filter.Status is { } status)
        {
            conversations = conversations.Where(c => c.Status == status);
        }

        if (filter.ChannelId is { } channelId)
        {
            conversations = conversations.Where(c => c.ChannelId == channelId);
        }

        if (filter.ContactId is { } contactId)
        {
            conversations = conversations.Where(c => c.ContactId == contactId);
        }

        if (filter.DepartmentId is { } departmentId)
        {
            conversations = departmentId == 0 ? conversations.Where(c => c.DepartmentId == null) : conversations.Where(c => c.DepartmentId == departmentId);
        }

        if (filter.AssigneeId is { } assigneeId)
        {
            conversations = conversations.Where(c => c.AssigneeId == assigneeId);
        }

        if (filter.ChannelKind is { } kind)
        {
            var channels = db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]).Where(channel => channel.Kind == kind);
            conversations = conversations.Where(c => channels.Any(channel => channel.Id == c.ChannelId));
        }

        if (filter.Priority is { } priority)
        {
            conversations = conversations.Where(c => c.Priority == priority);
        }

        if (filter.Tag is { } name)
        {
#pragma warning disable CA1304, CA1311, CA1862 // the database lowers it
            var tags = db.Set<Tag>().Where(tag => tag.Name == name || tag.Name.ToLower() == name.ToLower());
#pragma warning restore CA1304, CA1311, CA1862
            conversations = conversations.Where(c => db.Set<ConversationTag>().Any(link => link.ConversationId == c.Id && tags.Any(tag => tag.Id == link.TagId)));
        }

        if (filter.UpdatedSince is { } since)
        {
            conversations = conversations.Where(c => c.UpdatedAt >= since);
        }

        if (filter.Unread is { } unread)
        {
            var news = WithNews(db, caller);
            var marks = db.Set<ReadMark>().Where(m => m.UserId == userId);
            conversations = conversations.Where(c => unread == (c.InboundCount > (marks.Where(m => m.ConversationId == c.Id).Select(m => (int?)m.SeenInbound).FirstOrDefault()
                ?? (news.Any(other => other.Id == c.Id) ? 0 : c.InboundCount))));
        }

        return filter.Text is { } text ? MessageSearch.Having(db, caller, conversations, text) : conversations;
    }

    private static async Task<List<ConversationRow>> RowsAsync(InboxDb db, IQueryable<Conversation> conversations, Caller caller, CancellationToken cancellation)
    {
        var rows = await Rows(db, conversations, caller.UserId, NewsSince(caller), WithNews(db, caller)).ToListAsync(cancellation);
        if (!caller.SeesAddresses())
        {
            rows = rows.ConvertAll(row => row with { ContactPhone = AddressMask.Phone(row.ContactPhone), ContactEmail = AddressMask.Email(row.ContactEmail), IsMasked = true });
        }

        var ids = rows.ConvertAll(row => row.Id);
        var tags = (await (from link in db.Set<ConversationTag>()
                           join tag in db.Set<Tag>() on link.TagId equals tag.Id
                           where ids.Contains(link.ConversationId)
                           orderby tag.Name
                           select new { link.ConversationId, tag.Name, tag.Colour }).ToListAsync(cancellation)).ToLookup(tag => tag.ConversationId, tag => new TagMark(tag.Name, tag.Colour));
        return tags.Count == 0 ? rows : rows.ConvertAll(row => tags.Contains(row.Id) ? row with { Tags = new TagMarks(tags[row.Id]) } : row);
    }

    private static IQueryable<ConversationRow> Rows(InboxDb db, IQueryable<Conversation> conversations, long? userId, DateTime? since, IQueryable<Conversation> news)
        => from c in conversations
           join contact in db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]) on c.ContactId equals contact.Id
           join channel in db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]) on c.ChannelId equals channel.Id
           join mark in db.Set<ReadMark>().Where(m => m.UserId == userId) on c.Id equals mark.ConversationId into marks
           from mark in marks.DefaultIfEmpty()
           join draft in db.Set<Draft>().Where(d => d.UserId == userId && !d.IsNote) on c.Id equals draft.ConversationId into drafts
           from draft in drafts.DefaultIfEmpty()
           join assignee in db.Set<User>() on c.AssigneeId equals assignee.Id into assignees
           from assignee in assignees.DefaultIfEmpty()
           join department in db.Set<Department>().IgnoreQueryFilters([Filters.Deleted]) on c.DepartmentId equals department.Id into departments
           from department in departments.DefaultIfEmpty()
           orderby c.LastMessageAt descending, c.Id descending
           select new ConversationRow(
               c.Id, c.ChannelId, channel.Kind, channel.Name, c.ContactId, contact.Name, contact.Phone, contact.Email,
               c.Status, c.AssigneeId, assignee!.Name, c.CreatedAt, c.UpdatedAt, c.ClosedAt, c.LastMessageAt,
               c.LastMessageType, c.LastMessagePreview, c.LastMessageDirection, c.LastMessageStatus, c.LastInboundAt,
               mark != null ? c.InboundCount - mark.SeenInbound
                   : c.CreatedAt >= since ? c.InboundCount
                   : news.Any(other => other.Id == c.Id)
                       ? db.Set<Message>().Count(m => m.ConversationId == c.Id && m.Direction == MessageDirection.Inbound
                           && (m.SentAt >= since || (c.AssigneeId == userId && m.SentAt >= c.LastInboundAt)
                               || !db.Set<Message>().Any(reply => reply.ConversationId == c.Id && reply.Direction == MessageDirection.Outbound && reply.SentAt > m.SentAt)))
                       : 0,
               draft == null ? null : draft.Text.Substring(0, DraftShown),
               c.DepartmentId, department!.Name, c.Priority, contact.FirstName, contact.BlockedAt, contact.OptedOutAt, c.StandbyAt);
}
