using Inbox.Audit;
using Inbox.Contacts;
using Inbox.Conversations.Labels;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>The conversations of contacts, as contacts need them.</summary>
public sealed class ContactThreads : IContactThreads
{
    private const int MostTopics = 50;

    // Databases keep times more coarsely than we do.
    private static readonly TimeSpan SameMoment = TimeSpan.FromMilliseconds(1);

    public IQueryable<long> ReachedBy(InboxDb db, Caller caller, string permission) => db.Set<Conversation>().VisibleTo(caller, permission).Select(c => c.ContactId);

    public async Task<IReadOnlyDictionary<long, ContactActivity>> ActivityAsync(InboxDb db, Caller caller, IReadOnlyCollection<long> contactIds, CancellationToken cancellation)
        => await db.Set<Conversation>().VisibleTo(caller).Where(c => contactIds.Contains(c.ContactId)).GroupBy(c => c.ContactId)
            .Select(of => new { of.Key, Open = of.Count(c => c.ClosedAt == null && c.Status != ConversationStatus.Spam), Seen = of.Max(c => c.LastInboundAt), Newest = of.Max(c => c.Id) })
            .ToDictionaryAsync(row => row.Key, row => new ContactActivity(row.Open, row.Seen, row.Newest), cancellation);

    public async Task<IReadOnlyList<TagWord>> TagsAsync(InboxDb db, CancellationToken cancellation)
        => await db.Set<Tag>().OrderBy(tag => tag.Name).Select(tag => new TagWord(tag.Id, tag.Name, tag.Colour, tag.ArchivedAt != null)).ToListAsync(cancellation);

    public async Task<MovedThreads> MoveAsync(InboxDb db, Caller caller, long fromId, long intoId, DateTime now, CancellationToken cancellation)
    {
        await AnswerWhereWrittenAsync(db, [fromId, intoId], cancellation);
        var open = await db.Set<Conversation>().Where(c => (c.ContactId == fromId || c.ContactId == intoId) && c.ClosedAt == null).ToListAsync(cancellation);
        var older = open.GroupBy(c => c.ChannelId).SelectMany(same => same.OrderByDescending(c => c.LastMessageAt).ThenByDescending(c => c.Id).Skip(1)).ToList();
        foreach (var conversation in older)
        {
            conversation.Close(now);
            db.Add(Happened("conversation_closed", conversation, caller, now));
        }

        await db.SaveChangesAsync(cancellation);   // before the move, or the index would see two open ones
        open.ForEach(conversation => db.Entry(conversation).State = EntityState.Detached);   // the move goes past the tracker
        var moved = await db.Set<Conversation>().Where(c => c.ContactId == fromId).Select(c => c.Id).ToListAsync(cancellation);
        await GiveAsync(db, db.Set<Conversation>().Where(c => c.ContactId == fromId), fromId, intoId, cancellation);
        return new MovedThreads(moved, older.ConvertAll(c => c.Id), now, [.. older.SelectMany(TopicsOf)]);
    }

    public async Task<IReadOnlyList<string>> MoveBackAsync(
        InboxDb db, Caller caller, MovedThreads moved, long intoId, long fromId, IReadOnlyCollection<long> addresses, DateTime now, CancellationToken cancellation)
    {
        var going = db.Set<Conversation>().Where(c => c.ContactId == intoId
            && (moved.Ids.Contains(c.Id) || (c.CreatedAt >= moved.ClosedAt && c.IdentityId != null && addresses.Contains(c.IdentityId.Value))));
        await GiveAsync(db, going, intoId, fromId, cancellation);
        var closed = await db.Set<Conversation>().Where(c => moved.ClosedIds.Contains(c.Id) && c.Status == ConversationStatus.Closed).ToListAsync(cancellation);
        var open = (await db.Set<Conversation>().Where(c => (c.ContactId == fromId || c.ContactId == intoId) && c.ClosedAt == null)
            .Select(c => new { c.ContactId, c.ChannelId }).ToListAsync(cancellation)).Select(c => (c.ContactId, c.ChannelId)).ToHashSet();
        foreach (var conversation in closed.Where(c => c.ClosedAt - moved.ClosedAt < SameMoment && open.Add((c.ContactId, c.ChannelId))))
        {
            conversation.Reopen(now);
            db.Add(Happened("conversation_reopened", conversation, caller, now));
        }

        return [.. closed.SelectMany(TopicsOf), .. await TopicsAsync(db, fromId, cancellation)];
    }

    public async Task<IReadOnlyList<long>> WrittenFromAsync(InboxDb db, IReadOnlyCollection<long> messageIds, IReadOnlyCollection<long> addresses, CancellationToken cancellation)
        => await db.Set<Message>().Where(m => messageIds.Contains(m.Id) && m.IdentityId != null && addresses.Contains(m.IdentityId.Value)).Select(m => m.Id).ToListAsync(cancellation);

    public async Task<IReadOnlyList<string>> ScreenAsync(InboxDb db, Caller caller, IReadOnlyCollection<long> contactIds, bool isBlocked, DateTime now, CancellationToken cancellation)
    {
        var open = await db.Set<Conversation>().Where(c => contactIds.Contains(c.ContactId) && c.ClosedAt == null).ToListAsync(cancellation);
        foreach (var conversation in open.Where(c => c.Status == ConversationStatus.Spam != isBlocked))
        {
            if (isBlocked)
            {
                conversation.Screen(now);
            }
            else
            {
                conversation.Reopen(now);
            }

            db.Add(Happened(isBlocked ? "conversation_screened" : "conversation_reopened", conversation, caller, now));
        }

        if (isBlocked)
        {
            await WithdrawAsync(db, [.. contactIds], Reachability.BlockedCode, now, cancellation);
        }

        return [.. open.SelectMany(TopicsOf)];
    }

    public Task OptOutAsync(InboxDb db, IReadOnlyCollection<long> contactIds, bool ofMarketing, DateTime now, CancellationToken cancellation)
        => WithdrawAsync(db, [.. contactIds], ofMarketing ? Reachability.MarketingStoppedCode : Reachability.OptedOutCode, now, cancellation);

    public async Task<IReadOnlyList<string>> TopicsAsync(InboxDb db, long contactId, CancellationToken cancellation)
        => [.. (await db.Set<Conversation>().AsNoTracking().Where(c => c.ContactId == contactId).OrderByDescending(c => c.Id).Take(MostTopics).ToListAsync(cancellation)).SelectMany(TopicsOf)];

    /// <summary>
    /// With two addresses on one channel an answer must go where the question came from, and each customer sees what they
    /// wrote, so conversations and messages are told their own before the addresses get one contact.
    /// </summary>
    private static async Task AnswerWhereWrittenAsync(InboxDb db, long[] contacts, CancellationToken cancellation)
    {
        var identities = db.Set<ContactIdentity>();
        await db.Set<Conversation>().Where(c => contacts.Contains(c.ContactId) && c.IdentityId == null).ExecuteUpdateAsync(
            set => set.SetProperty(
                c => c.IdentityId,
                c => identities.Where(identity => identity.ContactId == c.ContactId && identity.ChannelId == c.ChannelId).OrderBy(identity => identity.Id)
                    .Select(identity => (long?)identity.Id).FirstOrDefault()),
            cancellation);
        var conversations = db.Set<Conversation>().Where(c => contacts.Contains(c.ContactId));
        await db.Set<Message>().Where(m => m.IdentityId == null && m.Direction != MessageDirection.Note && conversations.Any(c => c.Id == m.ConversationId)).ExecuteUpdateAsync(
            set => set.SetProperty(m => m.IdentityId, m => conversations.Where(c => c.Id == m.ConversationId).Select(c => c.IdentityId).FirstOrDefault()),
            cancellation);
    }

    private static async Task WithdrawAsync(InboxDb db, long[] contactIds, string code, DateTime now, CancellationToken cancellation)
        => db.AddRange(await Withdrawals.OfContactsAsync(db, contactIds, code, now, cancellation));

    /// <summary>Past the tracker, also what waits for the automation of the contact.</summary>
    private static async Task GiveAsync(InboxDb db, IQueryable<Conversation> conversations, long fromId, long toId, CancellationToken cancellation)
    {
        var ids = await conversations.Select(c => c.Id).ToListAsync(cancellation);
        await db.Set<Conversation>().Where(c => ids.Contains(c.Id)).ExecuteUpdateAsync(set => set.SetProperty(c => c.ContactId, toId), cancellation);
        await db.Set<ContactQueueItem>().Where(wake => wake.ContactId == fromId && ids.Contains(wake.ConversationId))
            .ExecuteUpdateAsync(set => set.SetProperty(wake => wake.ContactId, toId), cancellation);
    }

    private static IEnumerable<string> TopicsOf(Conversation conversation)
        => InboxTopics.Of(conversation).Prepend(Realtime.Topics.Conversation(conversation.TenantId, conversation.Id));

    private static DomainEvent Happened(string type, Conversation conversation, Caller caller, DateTime now) => new()
    {
        TenantId = conversation.TenantId,
        Type = type,
        At = now,
        ConversationId = conversation.Id,
        ContactId = conversation.ContactId,
        UserId = caller.UserId,
    };
}
