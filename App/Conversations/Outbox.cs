using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Media;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>What people do about messages that did not go out.</summary>
public sealed partial class Outbox(
    IDbContextFactory<InboxDb> dbs, ChannelCatalogue kinds, SendLanes lanes, ChannelDirectory directory, OutboundSignal signal, LiveFeed feed, TimeProvider clock)
{
    /// <summary>
    /// Queues a message again that failed, on the same rows; a channel that stopped sending is tried again too. One that
    /// may have been sent is queued only when the caller says so, for the customer may get it twice.
    /// </summary>
    /// <exception cref="ForbiddenException">The caller may not answer customers.</exception>
    /// <exception cref="RefusedException">message_not_found, maybe_sent, not_failed, no_address, window_closed, contact_blocked, contact_opted_out, contact_stopped_marketing.</exception>
    public async Task RetryAsync(Caller caller, long messageId, bool allowUnknown, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);

        // Of two people who try again at once, the second must read what the first has written.
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var message = await db.Set<Message>().SingleOrDefaultAsync(row => row.Id == messageId, cancellation) ?? throw RefusedException.NotFound("message");
        var conversation = await ConversationAsync(db, caller, message, cancellation);
        var item = await db.Set<OutboxItem>().SingleOrDefaultAsync(row => row.MessageId == messageId, cancellation);
        Check(message, item, allowUnknown);
        item ??= await AnewAsync(db, message, conversation, cancellation);
        await Reachability.CheckAsync(db, caller, message.Type, message.TemplateCategory, conversation, cancellation);

        var channel = await db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]).SingleAsync(row => row.Id == message.ChannelId, cancellation);
        if (IsTooLate(message, conversation, channel))
        {
            throw Composition.WindowClosed();
        }

        QueueAgain(db, caller, item, message, conversation);
        channel.Resume();
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        Tell(channel, [conversation]);
    }

    private void QueueAgain(InboxDb db, Caller caller, OutboxItem item, Message message, Conversation conversation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        item.QueueAgain(now);
        message.QueueAgain();
        if (conversation.LastMessageId == message.Id)
        {
            conversation.LastMessageStatus = message.Status;
        }

        db.Add(new DomainEvent
        {
            TenantId = message.TenantId,
            Type = "message_retried",
            At = now,
            ConversationId = conversation.Id,
            ContactId = conversation.ContactId,
            MessageId = message.Id,
            UserId = caller.UserId,
        });
    }

    private void Tell(Channel channel, IEnumerable<Conversation> conversations)
    {
        directory.Changed();
        lanes.Wake(channel.Id);
        signal.Raise();
        foreach (var conversation in conversations.Distinct())
        {
            feed.Publish(conversation);
        }

        feed.Publish(Topics.Channels(channel.TenantId));
    }

    /// <summary>The channel takes free text only for a while after the customer's last message.</summary>
    private bool IsTooLate(Message message, Conversation conversation, Channel channel)
    {
        var capabilities = kinds[channel.Kind].CapabilitiesOf(channel);
        var asPerson = MessageContent.Read(message.Content)?.HumanAgent == true ? capabilities.HumanAgentWindow : null;
        return message.Type != "template" && !Composition.IsWindowOpen(conversation, capabilities, clock.GetUtcNow().UtcDateTime, asPerson);
    }

    private static async Task<Conversation> ConversationAsync(InboxDb db, Caller caller, Message message, CancellationToken cancellation)
    {
        var conversation = await db.Set<Conversation>().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == message.ConversationId, cancellation)
            ?? throw RefusedException.NotFound("message");
        return caller.Reaches(ConversationPermissions.Reply, conversation.AssigneeId, conversation.DepartmentId) ? conversation : throw new ForbiddenException(ConversationPermissions.Reply);
    }

    /// <summary>Its item is gone: those that ended long ago are removed.</summary>
    private async Task<OutboxItem> AnewAsync(InboxDb db, Message message, Conversation conversation, CancellationToken cancellation)
    {
        if (MessageContent.Read(message.Content)?.Template?.CardMediaIds is not null)
        {
            throw new RefusedException("not_failed", "Choose the template again: the files of its cards are no longer at hand.", StatusCodes.Status409Conflict);
        }

        var to = await db.Set<ContactIdentity>().Where(identity => identity.ContactId == conversation.ContactId && identity.ChannelId == message.ChannelId)
            .OrderBy(identity => identity.Id == message.IdentityId ? 0 : 1).ThenBy(identity => identity.Id).Select(identity => new { identity.Kind, identity.Address }).FirstOrDefaultAsync(cancellation)
            ?? throw Messages.NoAddress();
        return db.Add(new OutboxItem
        {
            TenantId = message.TenantId,
            ChannelId = message.ChannelId,
            ConversationId = message.ConversationId,
            MessageId = message.Id,
            ToKind = to.Kind,
            To = to.Address,
            Type = message.Type,
            Text = message.Text,
            Content = message.Content,
            FileId = await db.Set<MediaFile>().Where(file => file.MessageId == message.Id).OrderBy(file => file.Position).Select(file => (long?)file.Id).FirstOrDefaultAsync(cancellation),
            ReplyTo = message.ReplyTo,
            CreatedAt = message.CreatedAt,
            DueAt = clock.GetUtcNow().UtcDateTime,
        }).Entity;
    }

    private static void Check(Message message, OutboxItem? item, bool allowUnknown)
    {
        if (message.Status == MessageStatus.Unknown && !allowUnknown)
        {
            throw MaybeSent();
        }

        if (item is { State: OutboxState.Queued or OutboxState.Sending } || message.Status is not (MessageStatus.Failed or MessageStatus.Unknown))
        {
            throw new RefusedException("not_failed", "Only a message that failed can be sent again.", StatusCodes.Status409Conflict);
        }
    }

    private static RefusedException MaybeSent()
        => new("maybe_sent", "This message may have been sent. Sending it again may give it to the customer twice.", StatusCodes.Status409Conflict);
}
