using Inbox.Access;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Media;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// What a customer may see of their own conversations: no notes, nothing unsent, no names of systems. Where a colleague
/// made several visitors one contact, each still sees only what was written from and to their own address.
/// </summary>
public sealed class CustomerThreads(IDbContextFactory<InboxDb> dbs, LiveFeed feed, TimeProvider clock) : ICustomerThreads
{
    private const int MostNews = 200;

    public async Task<CustomerPage> PageAsync(Channel channel, ContactAddress customer, long? before, int limit, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var sequence = await SequenceAsync(db, channel.TenantId, cancellation);
        if (await OwnAsync(db, channel, customer, cancellation) is not { } own)
        {
            return new CustomerPage([], false, sequence);
        }

        var messages = Visible(db, own);
        if (before is { } id)
        {
            if (await messages.PlaceOfAsync(id, cancellation) is not { } next)
            {
                return new CustomerPage([], false, sequence);
            }

            messages = messages.Before(next);
        }

        var rows = await Shown(db, messages.OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(limit + 1))
            .OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).ToListAsync(cancellation);
        var files = await FilesAsync(db, rows, cancellation);
        return new CustomerPage([.. rows.Take(limit).Select(row => row.View(customer, files))], rows.Count > limit, sequence);
    }

    public async Task<CustomerNews> SinceAsync(Channel channel, ContactAddress customer, long sequence, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var last = await SequenceAsync(db, channel.TenantId, cancellation);
        if (last <= sequence || await OwnAsync(db, channel, customer, cancellation) is not { } own)
        {
            return new CustomerNews([], last);
        }

        var events = await db.Set<DomainEvent>()
            .Where(e => own.Conversations.Contains(e.ConversationId!.Value) && e.Sequence > sequence && e.Sequence <= last && e.MessageId != null
                && (e.Type == "message_received" || e.Type == "message_sent" || e.Type == "message_status"))
            .OrderBy(e => e.Sequence).Take(MostNews)
            .Select(e => new { e.Sequence, e.Type, MessageId = e.MessageId!.Value }).ToListAsync(cancellation);
        var ids = events.Select(e => e.MessageId).Distinct().ToArray();
        var messages = await Shown(db, Of(db, own).Where(m => ids.Contains(m.Id) && m.Direction != MessageDirection.Note)).ToDictionaryAsync(m => m.Id, cancellation);
        var files = await FilesAsync(db, messages.Values, cancellation);
        return new CustomerNews(
            [.. from e in events
                where messages.ContainsKey(e.MessageId)
                select new CustomerEvent(e.Sequence, e.Type != "message_status", messages[e.MessageId].View(customer, files))],
            events.Count == MostNews ? events[^1].Sequence : last,
            events.Count == MostNews);
    }

    public async Task<CustomerSummary> SummaryAsync(Channel channel, ContactAddress customer, Cursor? seen, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await OwnAsync(db, channel, customer, cancellation) is not { } own)
        {
            return new CustomerSummary(0, null);
        }

        var toCustomer = Visible(db, own).Where(m => m.Direction == MessageDirection.Outbound);
        var unread = await (seen is null ? toCustomer : toCustomer.After(seen.Value)).CountAsync(cancellation);
        var last = await Shown(db, toCustomer.OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(1)).SingleOrDefaultAsync(cancellation);
        return new CustomerSummary(unread, last?.View(customer, await FilesAsync(db, [last], cancellation)));
    }

    public async Task<Cursor?> ReadAsync(Channel channel, ContactAddress customer, long upTo, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await OwnAsync(db, channel, customer, cancellation) is not { } own)
        {
            return null;
        }

        // A place beyond the newest message would count later ones as seen.
        if (await Visible(db, own).PlaceAsync(upTo, cancellation) is not { } place)
        {
            return null;
        }

        var unseen = Visible(db, own).Where(m => m.Direction == MessageDirection.Outbound && m.Status < MessageStatus.Read).UpTo(place);
        if (!await unseen.AnyAsync(cancellation))
        {
            return place;
        }

        // In turn with arrivals and sends, and with another tab.
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [channel.TenantId], cancellation);
        var seen = await unseen.ToListAsync(cancellation);
        var changed = await db.Set<Conversation>().Where(c => own.Conversations.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancellation);
        foreach (var message in seen.Where(message => message.Report("read", null, null)))
        {
            var conversation = changed[message.ConversationId];
            if (conversation.LastMessageId == message.Id)
            {
                conversation.LastMessageStatus = message.Status;
            }

            db.Add(new DomainEvent
            {
                TenantId = channel.TenantId,
                Type = "message_status",
                At = clock.GetUtcNow().UtcDateTime,
                ConversationId = conversation.Id,
                ContactId = conversation.ContactId,
                MessageId = message.Id,
                Data = DomainEvent.Json(new { status = "read" }),
            });
        }

        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        foreach (var conversation in seen.Select(message => message.ConversationId).Distinct().Select(id => changed[id]))
        {
            feed.Publish(conversation);
        }

        return place;
    }

    public async Task<long?> ConversationAsync(Channel channel, ContactAddress customer, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // One that goes on with another address of the same contact is not theirs to see typing in.
        var own = from identity in Identity(db, channel, customer)
                  join conversation in db.Set<Conversation>() on identity.ContactId equals conversation.ContactId
                  where conversation.ChannelId == channel.Id && (conversation.IdentityId == null || conversation.IdentityId == identity.Id)
                  select new { identity.Address, conversation.Id, IsOpen = conversation.ClosedAt == null };
        return (from conversation in await own.ToListAsync(cancellation)
                where conversation.Address == customer.Value
                orderby conversation.IsOpen descending, conversation.Id descending
                select (long?)conversation.Id).FirstOrDefault();
    }

    public async Task<bool> HasAsync(Channel channel, string externalId, CancellationToken cancellation)
    {
        var key = ExternalKey.Of(externalId);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Message>().AnyAsync(message => message.ChannelId == channel.Id && message.ExternalId == key, cancellation);
    }

    public async Task<CustomerFile?> FileAsync(Channel channel, ContactAddress customer, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await OwnAsync(db, channel, customer, cancellation) is not { } own)
        {
            return null;
        }

        var messages = Visible(db, own).Where(message => message.RevokedAt == null);
        return await Shown(db.Set<MediaFile>().Where(file => file.Id == id && messages.Any(message => message.Id == file.MessageId))).Select(file => file.File).SingleOrDefaultAsync(cancellation);
    }

    public async Task NameAsync(Channel channel, ContactAddress customer, string? name, string? email, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var found = await (from identity in Identity(db, channel, customer)
                           join row in db.Set<Contact>() on identity.ContactId equals row.Id
                           select new { identity.Address, Contact = row }).ToListAsync(cancellation);
        if (found.Find(row => row.Address == customer.Value)?.Contact is not { } contact)
        {
            return;
        }

        // What a visitor says of themselves is a hint, not a proof: it never overwrites what is known.
        contact.Name ??= name;
        if (contact.Email is null && email is not null)
        {
            (contact.Email, contact.IsEmailClaimed) = (email.ToLowerInvariant(), true);
        }

        await db.SaveChangesAsync(cancellation);
        foreach (var conversation in await db.Set<Conversation>().Where(c => c.ContactId == contact.Id && c.ChannelId == channel.Id).ToListAsync(cancellation))
        {
            feed.Publish(conversation);
        }
    }

    private static IQueryable<ContactIdentity> Identity(InboxDb db, Channel channel, ContactAddress customer)
        => db.Set<ContactIdentity>().Where(identity => identity.Address == customer.Value && identity.ChannelId == channel.Id && identity.Kind == customer.Kind);

    /// <returns>Null when the customer never wrote.</returns>
    private static async Task<Own?> OwnAsync(InboxDb db, Channel channel, ContactAddress customer, CancellationToken cancellation)
    {
        var found = await (from identity in Identity(db, channel, customer)
                           join conversation in db.Set<Conversation>() on identity.ContactId equals conversation.ContactId
                           where conversation.ChannelId == channel.Id
                           select new
                           {
                               identity.Id,
                               identity.Address,
                               ConversationId = conversation.Id,
                               HasOthers = db.Set<ContactIdentity>().Any(other => other.ContactId == identity.ContactId && other.ChannelId == channel.Id && other.Id != identity.Id),
                           }).ToListAsync(cancellation);
        // Some databases take Ann and ann for one, a site need not.
        var rows = found.FindAll(row => row.Address == customer.Value);
        return rows.Count == 0 ? null : new Own(rows[0].Id, !rows[0].HasOthers, [.. rows.Select(row => row.ConversationId)]);
    }

    private static IQueryable<Message> Of(InboxDb db, Own own)
        => db.Set<Message>().Where(m => own.Conversations.Contains(m.ConversationId) && (m.IdentityId == own.IdentityId || (m.IdentityId == null && own.IsOnly)));

    private static Task<long> SequenceAsync(InboxDb db, long tenantId, CancellationToken cancellation)
        => db.Set<Tenant>().Where(t => t.Id == tenantId).Select(t => t.LastEvent).SingleAsync(cancellation);

    private static IQueryable<Message> Visible(InboxDb db, Own own)
        => Of(db, own).Where(m => m.Direction == MessageDirection.Inbound
            || (m.Direction == MessageDirection.Outbound && m.Status >= MessageStatus.Sent && m.Status != MessageStatus.Failed));

    private static IQueryable<Row> Shown(InboxDb db, IQueryable<Message> messages)
        => from m in messages
           join sender in db.Set<User>() on m.SenderId equals sender.Id into senders
           from sender in senders.DefaultIfEmpty()
           select new Row { Id = m.Id, ExternalId = m.ExternalId, Direction = m.Direction, Type = m.Type, Text = m.Text, Sender = sender!.Name, Status = m.Status, SentAt = m.SentAt, IsRevoked = m.RevokedAt != null };

    /// <summary>The customer's address, and the conversations of its contact on the channel.</summary>
    /// <param name="IsOnly">The contact has no other there, so messages that name none are this one's.</param>
    private sealed record Own(long IdentityId, bool IsOnly, long[] Conversations);

    /// <summary>The files of all these messages that are here, in one question.</summary>
    private static async Task<ILookup<long, CustomerFile>> FilesAsync(InboxDb db, IEnumerable<Row> rows, CancellationToken cancellation)
    {
        var ids = rows.Where(row => row.Type != "text" && !row.IsRevoked).Select(row => (long?)row.Id).ToArray();
        var files = ids.Length == 0 ? [] : await Shown(db.Set<MediaFile>().Where(file => ids.Contains(file.MessageId)).OrderBy(file => file.Position)).ToListAsync(cancellation);
        return files.ToLookup(file => file.MessageId, file => file.File);
    }

    private static IQueryable<OfMessage> Shown(IQueryable<MediaFile> files)
        => from file in files
           where file.State == MediaState.Stored && file.MessageId != null
           select new OfMessage { MessageId = file.MessageId!.Value, File = new CustomerFile(file.TenantId, file.Id, file.Kind, file.MimeType, file.FileName, file.Size, file.Width, file.Height) };

    private sealed class OfMessage
    {
        public required long MessageId { get; init; }

        public required CustomerFile File { get; init; }
    }

    private sealed class Row
    {
        public required long Id { get; init; }

        public required string? ExternalId { get; init; }

        public required MessageDirection Direction { get; init; }

        public required string Type { get; init; }

        public required string? Text { get; init; }

        public required string? Sender { get; init; }

        public required MessageStatus Status { get; init; }

        public required DateTime SentAt { get; init; }

        public required bool IsRevoked { get; init; }

        public CustomerMessage View(ContactAddress customer, ILookup<long, CustomerFile> files)
        {
            var inbound = Direction == MessageDirection.Inbound;
            var own = $"{customer.Value}:";
            var key = inbound && ExternalId?.StartsWith(own, StringComparison.Ordinal) == true ? ExternalId[own.Length..] : null;
            return new CustomerMessage(Id, key, inbound, Type, Text, Sender, Words.Of(Status), SentAt) { Files = [.. files[Id]] };
        }
    }
}
