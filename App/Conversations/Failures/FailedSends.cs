using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Failures;

/// <summary>What messages of a channel that did not go out have in common.</summary>
/// <param name="Status">Failed, or Unknown: they may have been sent.</param>
/// <param name="Code">The platform's code, or ours; null: there is none.</param>
public sealed record FailureReason(long ChannelId, MessageStatus Status, string? Code);

/// <param name="Detail">What the newest of them was told, in a sentence.</param>
public sealed record FailureGroup(FailureReason Reason, string ChannelKind, string ChannelName, string? Detail, int Count, DateTime OldestAt);

/// <param name="Code">Null: any. Empty: those without one.</param>
public sealed record FailureFilter(MessageStatus Status, long? ChannelId = null, string? Code = null)
{
    public static FailureFilter Of(FailureReason reason) => new(reason.Status, reason.ChannelId, reason.Code ?? "");
}

/// <param name="Called">The customer's name, else an address; null of a visitor without one.</param>
public sealed record FailedSend(MessageRow Message, long ContactId, string? Called);

/// <summary>Messages that did not go out, by reason, of the conversations that the caller may answer.</summary>
public sealed class FailedSends(IDbContextFactory<InboxDb> dbs)
{
    public const int PageSize = 50;

    private const int MostGroups = 200;

    /// <summary>The largest first.</summary>
    public async Task<IReadOnlyList<FailureGroup>> GroupsAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        List<(FailureReason Reason, int Count, DateTime Oldest, long Newest)> found = [];
        foreach (var status in new[] { MessageStatus.Failed, MessageStatus.Unknown })
        {
            var groups = await Of(db, caller, status).GroupBy(failed => new { failed.Item.ChannelId, failed.Message.ErrorCode })
                .Select(same => new { same.Key.ChannelId, same.Key.ErrorCode, Count = same.Count(), Oldest = same.Min(failed => failed.Message.SentAt), Newest = same.Max(failed => failed.Message.Id) })
                .OrderByDescending(same => same.Count).Take(MostGroups).ToListAsync(cancellation);
            found.AddRange(groups.Select(same => (new FailureReason(same.ChannelId, status, same.ErrorCode), same.Count, same.Oldest, same.Newest)));
        }

        if (found.Count == 0)
        {
            return [];
        }

        var (newest, channelIds) = (found.ConvertAll(group => group.Newest), found.Select(group => group.Reason.ChannelId).Distinct().ToList());
        var told = await db.Set<Message>().Where(message => newest.Contains(message.Id)).ToDictionaryAsync(message => message.Id, message => message.ErrorDetail, cancellation);
        var channels = await db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]).Where(channel => channelIds.Contains(channel.Id))
            .ToDictionaryAsync(channel => channel.Id, channel => new { channel.Kind, channel.Name }, cancellation);
        return
        [
            .. from one in found
               let channel = channels[one.Reason.ChannelId]
               orderby one.Count descending, one.Oldest
               select new FailureGroup(one.Reason, channel.Kind, channel.Name, told.GetValueOrDefault(one.Newest), one.Count, one.Oldest),
        ];
    }

    /// <summary>The messages, newest first.</summary>
    public async Task<Page<FailedSend>> PageAsync(Caller caller, FailureFilter filter, Cursor? after, int limit, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var failed = Of(db, caller, filter.Status);
        if (filter.ChannelId is { } channelId)
        {
            failed = failed.Where(row => row.Item.ChannelId == channelId);
        }

        if (filter.Code is not null)
        {
            var code = filter.Code.Length == 0 ? null : filter.Code;
            failed = failed.Where(row => row.Message.ErrorCode == code);
        }

        if (after is { Id: var last })
        {
            failed = failed.Where(row => row.Item.Id < last);
        }

        var rows = await failed.OrderByDescending(row => row.Item.Id).Take(limit + 1)
            .Select(row => new { row.Item.Id, row.Item.CreatedAt, row.Item.MessageId, ContactId = row.Contact.Id, row.Contact.Name, row.Contact.Phone, row.Contact.Email }).ToListAsync(cancellation);
        var ids = rows.Take(limit).Select(row => row.MessageId).ToList();
        var messages = (await Threads.ReadAsync(db, caller, db.Set<Message>().Where(message => ids.Contains(message.Id)), cancellation)).ToDictionary(message => message.Id);
        var masked = !caller.SeesAddresses();
        return new Page<FailedSend>(
            [
                .. from row in rows.Take(limit)
                   where messages.ContainsKey(row.MessageId)
                   let called = masked ? Contact.Called(row.Name, AddressMask.Phone(row.Phone), AddressMask.Email(row.Email)) : Contact.Called(row.Name, row.Phone, row.Email)
                   select new FailedSend(messages[row.MessageId], row.ContactId, called),
            ],
            rows.Count <= limit ? null : new Cursor(rows[limit - 1].CreatedAt, rows[limit - 1].Id).ToString());
    }

    /// <summary>By the queue and not by the messages: it has few rows of a state, and an index that finds them.</summary>
    internal static IQueryable<FailedItem> Of(InboxDb db, Caller caller, MessageStatus status)
    {
        var state = status == MessageStatus.Unknown ? OutboxState.Unknown : OutboxState.Failed;
        return from item in db.Set<OutboxItem>()
               where item.State == state
               join message in db.Set<Message>() on item.MessageId equals message.Id
               where message.Status == status && message.RevokedAt == null
               join conversation in db.Set<Conversation>().VisibleTo(caller).VisibleTo(caller, ConversationPermissions.Reply) on item.ConversationId equals conversation.Id
               join contact in db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]) on conversation.ContactId equals contact.Id
               select new FailedItem { Item = item, Message = message, Conversation = conversation, Contact = contact };
    }
}

/// <summary>A send that failed, with all that says whether it may be tried again.</summary>
internal sealed class FailedItem
{
    public required OutboxItem Item { get; init; }

    public required Message Message { get; init; }

    public required Conversation Conversation { get; init; }

    public required Contact Contact { get; init; }
}
