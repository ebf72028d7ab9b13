using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Channels.Templates;
using Inbox.Contacts;
using Inbox.Conversations.Files;
using Inbox.Data;
using Inbox.Media;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <param name="Created">False when the client key was known: this is the message stored before.</param>
public sealed record Written(Message Message, bool Created);

/// <summary>Replies and notes.</summary>
public sealed class Messages(IDbContextFactory<InboxDb> dbs, ChannelCatalogue kinds, SentFiles files, OutboundSignal outbound, LiveFeed feed, TimeProvider clock)
{
    /// <summary>Of a note, in characters.</summary>
    internal const int LongestNote = 10_000;

    /// <summary>Stores the reply and its sending in one commit: once this returns, it will be sent or shown as failed.</summary>
    /// <exception cref="ForbiddenException">The caller may not answer customers.</exception>
    /// <exception cref="RefusedException">conversation_not_found, idempotency_key_reused, channel_inactive, no_address, media_not_found, media_not_stored, media_too_large, storage_unavailable, contact_blocked, contact_opted_out, contact_stopped_marketing, and what <see cref="Composition"/> and <see cref="TemplateUses"/> refuse.</exception>
    public async Task<Written> SendAsync(Caller caller, long conversationId, Writing writing, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        var written = await WriteAsync(caller, conversationId, writing, MessageDirection.Outbound, QueueAsync, cancellation);
        if (written.Created)
        {
            outbound.Raise();
        }

        return written;

        async Task<Message> QueueAsync(InboxDb db, Conversation conversation, Channel channel)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            CheckActive(channel);
            if (writing.Content?.HumanAgent == true)
            {
                caller.RequirePerson();   // the platform lets nobody else
            }

            var capabilities = kinds[channel.Kind].CapabilitiesOf(channel);
            var file = writing.FileId is { } fileId ? await files.FindAsync(db, caller, fileId, capabilities, cancellation) : null;
            var type = Composition.Check(writing, file, capabilities, conversation, now);
            var cards = await CardFilesAsync(db, caller, writing.Content?.Template?.CardMediaIds ?? [], capabilities, cancellation);
            var used = writing.Content?.Template is { } template ? await TemplateUses.CheckAsync(db, channel, kinds[channel.Kind], template, file?.Kind, cards.ConvertAll(card => card.Kind), cancellation) : null;
            var category = used?.Category;
            if (writing.Content?.Template is { } named)
            {
                writing = writing with { Content = writing.Content with { Template = named with { Category = category } } };
            }

            var to = await (from identity in db.Set<ContactIdentity>()
                            join contact in db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]) on identity.ContactId equals contact.Id
                            where identity.ContactId == conversation.ContactId && identity.ChannelId == channel.Id
                            orderby identity.Id == conversation.IdentityId ? 0 : 1, identity.Id
                            select new { identity.Id, identity.Kind, identity.Address, Reach = new Reach(contact.BlockedAt, contact.OptedOutAt, contact.MarketingStoppedAt) })
                .FirstOrDefaultAsync(cancellation)
                ?? throw NoAddress();
            Reachability.Check(caller, to.Reach, type, category, conversation);
            var replyTo = await ReplyToAsync(db, conversationId, writing.ReplyToId, cancellation);
            if (writing.ReplyToId is not null && replyTo is null)
            {
                throw new RefusedException("invalid_value", "The message to answer is not in this conversation.", field: "reply_to_id");
            }

            var message = New(db, caller, conversation, used?.Shown is not { } shown ? writing : writing with { Text = shown.Text, Content = writing.Content! with { Interactive = shown.Offer } }, type, MessageDirection.Outbound, MessageStatus.Queued, to.Id, replyTo, now);
            var sent = file is null ? null : Attach(db, file, message);
            var sentCards = cards.ConvertAll(card => Attach(db, card, message));
            foreach (var (place, card) in sentCards.Index())
            {
                card.Position = place;
            }

            db.Add(new OutboxItem
            {
                TenantId = conversation.TenantId,
                ChannelId = channel.Id,
                ConversationId = conversation.Id,
                MessageId = message.Id,
                ToKind = to.Kind,
                To = to.Address,
                Type = type,
                Text = message.Text,
                Content = sentCards.Count == 0 ? writing.Content?.ToJson()
                    : (writing.Content! with { Template = writing.Content.Template! with { CardMediaIds = sentCards.ConvertAll(card => card.Id) } }).ToJson(),
                // The first of the cards' files stands for all: with a file a send may take longer.
                FileId = sent?.Id ?? sentCards.FirstOrDefault()?.Id,
                ReplyTo = message.ReplyTo,
                CreatedAt = now,
                DueAt = now,
            });
            return message;
        }
    }

    /// <summary>Stores a note that only colleagues see.</summary>
    /// <exception cref="RefusedException">conversation_not_found, invalid_value, idempotency_key_reused.</exception>
    public async Task<Written> NoteAsync(Caller caller, long conversationId, Writing writing, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Note);
        return await WriteAsync(caller, conversationId, writing, MessageDirection.Note, (db, conversation, _) =>
        {
            Composition.Text(writing.Text, LongestNote);
            return Task.FromResult(New(db, caller, conversation, writing, "text", MessageDirection.Note, MessageStatus.Sent, null, null, clock.GetUtcNow().UtcDateTime));
        }, cancellation);
    }

    private async Task<Written> WriteAsync(
        Caller caller, long conversationId, Writing writing, MessageDirection direction, Func<InboxDb, Conversation, Channel, Task<Message>> make, CancellationToken cancellation)
    {
        try
        {
            return await StoreAsync(caller, conversationId, writing, direction, make, cancellation);
        }
        catch (DbUpdateException error) when (writing.ClientKey is not null && error.IsDuplicateKey)
        {
            // The same key arrived twice at once: the other one won.
            await using var again = await dbs.CreateDbContextAsync(cancellation);
            if (await KnownAsync(again, conversationId, writing, direction, cancellation) is { } winner)
            {
                return new Written(winner, Created: false);
            }

            throw;
        }
    }

    private async Task<Written> StoreAsync(
        Caller caller, long conversationId, Writing writing, MessageDirection direction, Func<InboxDb, Conversation, Channel, Task<Message>> make, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // In turn with arrivals: what one of them changes after this read would be overwritten by the save.
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var (conversation, channel) = await FindAsync(db, caller, conversationId, direction, cancellation);
        if (await KnownAsync(db, conversationId, writing, direction, cancellation) is { } known)
        {
            return new Written(known, Created: false);
        }

        var message = await make(db, conversation, channel);
        await SaveAsync(db, caller, conversation, message, direction == MessageDirection.Note ? "note_added" : "message_queued", cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(conversation);
        return new Written(message, Created: true);
    }

    private static async Task<(Conversation, Channel)> FindAsync(InboxDb db, Caller caller, long conversationId, MessageDirection direction, CancellationToken cancellation)
    {
        var permission = direction == MessageDirection.Note ? ConversationPermissions.Note : ConversationPermissions.Reply;
        var conversation = await db.ConversationForAsync(caller, conversationId, [permission], cancellation);
        return (conversation, await db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]).SingleAsync(channel => channel.Id == conversation.ChannelId, cancellation));
    }

    /// <summary>The message that was stored under the key before.</summary>
    /// <exception cref="RefusedException">idempotency_key_reused: it says something else.</exception>
    private static async Task<Message?> KnownAsync(InboxDb db, long conversationId, Writing writing, MessageDirection direction, CancellationToken cancellation)
    {
        var known = writing.ClientKey is null ? null
            : await db.Set<Message>().AsNoTracking().SingleOrDefaultAsync(message => message.ConversationId == conversationId && message.ClientKey == writing.ClientKey, cancellation);
        return known is null || (known.Direction == direction && (writing.Content?.Template is not null || known.Text == Plain(writing.Text)) && Asked(known, writing) == AsAsked(writing.Content)?.ToJson()
                && known.ReplyTo == await ReplyToAsync(db, conversationId, writing.ReplyToId, cancellation)
                // The files of cards stand in the content.
                && (writing.Content?.Template?.CardMediaIds is not null || await HasFileAsync(db, known.Id, writing.FileId, cancellation)))
            ? known
            : throw new RefusedException("idempotency_key_reused", "This key was used for another message of the conversation. Make a new key for each message.");
    }

    /// <summary>What its sender gave of the content: the buttons and the category of a template are added here.</summary>
    private static string? Asked(Message known, Writing writing)
        => writing.Content?.Template is null ? known.Content : AsAsked(MessageContent.Read(known.Content) is { } content ? content with { Interactive = null } : null)?.ToJson();

    private static MessageContent? AsAsked(MessageContent? content) => content?.Template is { } template ? content with { Template = template with { Category = null } } : content;

    /// <returns>The platform's id of the message; null when it is not in the conversation, or the platform has none of it.</returns>
    private static async Task<string?> ReplyToAsync(InboxDb db, long conversationId, long? messageId, CancellationToken cancellation)
        => messageId is null ? null
            : await db.Set<Message>().Where(message => message.ConversationId == conversationId && message.Id == messageId).Select(message => message.ExternalId).SingleOrDefaultAsync(cancellation);

    private static async Task<bool> HasFileAsync(InboxDb db, long messageId, long? fileId, CancellationToken cancellation)
    {
        var sent = await db.Set<MediaFile>().Where(file => file.MessageId == messageId).Select(file => file.Sha256).ToListAsync(cancellation);
        return fileId is null ? sent.Count == 0 : await db.Set<MediaFile>().AnyAsync(file => file.Id == fileId && sent.Contains(file.Sha256), cancellation);
    }

    /// <exception cref="RefusedException">media_not_found, media_not_stored, media_too_large, media_type_refused, unsupported_by_channel.</exception>
    private async Task<List<MediaFile>> CardFilesAsync(InboxDb db, Caller caller, IReadOnlyList<long> ids, ChannelCapabilities channel, CancellationToken cancellation)
    {
        List<MediaFile> found = [];
        foreach (var id in ids)
        {
            found.Add(await files.FindAsync(db, caller, id, channel, cancellation));
            Composition.File(found[^1], channel);
        }

        return found;
    }

    /// <summary>An upload becomes the message's; a file of another message is sent as a copy that shares its bytes.</summary>
    private static MediaFile Attach(InboxDb db, MediaFile file, Message message)
    {
        if (file.MessageId is null)
        {
            file.MessageId = message.Id;
            return file;
        }

        var copy = file.CopyFor(message.Id, message.CreatedAt);
        db.Add(copy);
        return copy;
    }

    private static string? Plain(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);

    private static Message New(
        InboxDb db, Caller caller, Conversation conversation, Writing writing, string type, MessageDirection direction, MessageStatus status, long? identityId, string? replyTo, DateTime now)
    {
        var message = new Message
        {
            TenantId = conversation.TenantId,
            ConversationId = conversation.Id,
            ChannelId = conversation.ChannelId,
            Direction = direction,
            Type = type,
            Text = Plain(writing.Text),
            Content = writing.Content?.ToJson(),
            Status = status,
            ClientKey = writing.ClientKey,
            SenderKind = caller.Kind == CallerKind.User ? SenderKind.User : SenderKind.System,
            SenderId = caller.UserId,
            IdentityId = identityId,
            ReplyTo = replyTo,
            SentAt = now,
            CreatedAt = now,
        };
        db.Add(message);
        conversation.Write(message, now);
        return message;
    }

    private static async Task SaveAsync(InboxDb db, Caller caller, Conversation conversation, Message message, string happened, CancellationToken cancellation)
    {
        db.Add(new DomainEvent
        {
            TenantId = conversation.TenantId,
            Type = happened,
            At = message.CreatedAt,
            ConversationId = conversation.Id,
            ContactId = conversation.ContactId,
            MessageId = message.Id,
            UserId = caller.UserId,
        });
        // Only what the composer's text became: what is typed stays beside a voice message, a template, a choice or a place.
        // Past the tracker: the browser may be putting it away itself at this moment.
        if (caller.UserId is { } userId && message.Text is not null && message.Type is not ("template" or "interactive"))
        {
            await db.Set<Draft>().Where(row => row.UserId == userId && row.ConversationId == conversation.Id && row.IsNote == (message.Direction == MessageDirection.Note))
                .ExecuteDeleteAsync(cancellation);
        }

        await db.SaveChangesAsync(cancellation);
    }

    internal static RefusedException NoAddress() => new("no_address", "This contact has no address on this channel.", StatusCodes.Status409Conflict);

    /// <exception cref="RefusedException">channel_inactive.</exception>
    internal static void CheckActive(Channel channel)
    {
        if (!channel.IsActive || channel.DeletedAt is not null)
        {
            throw new RefusedException("channel_inactive", "This channel is switched off. Switch it on to answer here.", StatusCodes.Status409Conflict);
        }
    }
}
