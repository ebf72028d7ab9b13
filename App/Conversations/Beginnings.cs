using System.Globalization;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Templates;
using Inbox.Contacts;
using Inbox.Conversations.Files;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>With whom to begin, and over what.</summary>
/// <param name="Channel">A channel's id, or a kind: then the oldest active channel of it.</param>
/// <param name="ContactId">Somebody whom the business knows.</param>
/// <param name="Phone">Digits with the country's code; spaces, dashes, brackets and a plus are read over.</param>
public sealed record Beginning(string Channel, long? ContactId = null, string? Phone = null)
{
    /// <summary>What is written as soon as it is begun: where that would be refused, nothing is begun.</summary>
    public Writing? First { get; init; }
}

/// <param name="Created">False when there was an open conversation to go on with.</param>
public sealed record Begun(Conversation Conversation, bool Created);

/// <summary>Begins conversations with customers, or finds the one that is open.</summary>
public sealed class Beginnings(IDbContextFactory<InboxDb> dbs, IContactThreads threads, ChannelCatalogue kinds, SentFiles files, LiveFeed feed, TimeProvider clock)
{
    /// <exception cref="ForbiddenException">The caller may not answer customers, not begin a conversation where none is open, or not see the one that is.</exception>
    /// <exception cref="RefusedException">channel_not_found, channel_inactive, channel_cannot_begin, contact_not_found, no_address, invalid_value, contact_blocked, contact_opted_out, contact_stopped_marketing, media_not_found, media_not_stored, storage_unavailable; and what <see cref="Composition"/> and <see cref="TemplateUses"/> refuse of the first message.</exception>
    public async Task<Begun> BeginAsync(Caller caller, Beginning beginning, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        // In turn with arrivals: the customer may be writing at this moment.
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var channel = await ChannelAsync(db, beginning, cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        var contactId = await ContactAsync(db, caller, channel, beginning, now, cancellation);
        var last = await db.Set<Conversation>().Where(row => row.ContactId == contactId && row.ChannelId == channel.Id)
            .OrderBy(row => row.ClosedAt == null ? 0 : 1).ThenByDescending(row => row.ClosedAt).ThenByDescending(row => row.Id).FirstOrDefaultAsync(cancellation);
        if (last is { ClosedAt: null })
        {
            // Whoever may not see it is told what they would be told without it.
            return caller.Reaches(ConversationPermissions.Read, last.AssigneeId, last.DepartmentId) ? new Begun(last, Created: false) : throw new ForbiddenException(ConversationPermissions.Start);
        }

        caller.Require(ConversationPermissions.Start);
        var conversation = Conversation.Start(db, channel, contactId, now);
        // The platform counts from the customer's last message, in whichever conversation it stands.
        conversation.LastInboundAt = last?.LastInboundAt;
        if (beginning.First is { } first)
        {
            var capabilities = kinds[channel.Kind].CapabilitiesOf(channel);
            var file = first.FileId is { } fileId ? await files.FindAsync(db, caller, fileId, capabilities, cancellation) : null;
            var type = Composition.Check(first, file, capabilities, conversation, now);
            string? category = null;
            if (first.Content?.Template is { } template)
            {
                category = (await TemplateUses.CheckAsync(db, channel, kinds[channel.Kind], template, file?.Kind, [], cancellation))?.Category;
            }

            await Reachability.CheckAsync(db, caller, type, category, conversation, cancellation);
        }

        if (!caller.Reaches(ConversationPermissions.Read, conversation.AssigneeId, conversation.DepartmentId))
        {
            // Whoever sees only their own begins it as their own.
            conversation.Assign(caller.UserId, now);
        }

        db.Add(conversation);
        db.Add(new DomainEvent
        {
            TenantId = caller.TenantId,
            Type = "conversation_created",
            At = now,
            ConversationId = conversation.Id,
            ContactId = contactId,
            UserId = caller.UserId,
        });
        db.Audit(caller, "conversation.created", AuditObject.Of("conversation", conversation.Id), null, new { channel.Name, ContactId = contactId });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(conversation);
        return new Begun(conversation, Created: true);
    }

    /// <summary>The channel of the id; of a kind the one where a conversation with the customer is open, else one that knows them, else the oldest real one.</summary>
    private static async Task<Channel> ChannelAsync(InboxDb db, Beginning beginning, CancellationToken cancellation)
    {
        var (channel, contactId, phone) = (beginning.Channel, beginning.ContactId, PhoneNumber.DigitsOf(beginning.Phone));
        var known = db.Set<ContactIdentity>().Where(identity => contactId != null ? identity.ContactId == contactId : identity.Address == phone);
        var channels = db.Set<Channel>().OrderByDescending(row => row.IsActive)
            .ThenByDescending(row => known.Any(identity => identity.ChannelId == row.Id
                && db.Set<Conversation>().Any(open => open.ContactId == identity.ContactId && open.ChannelId == row.Id && open.ClosedAt == null)))
            .ThenByDescending(row => known.Any(identity => identity.ChannelId == row.Id))
            .ThenBy(row => row.IsSandbox).ThenBy(row => row.Id);
        var found = (long.TryParse(channel, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? await channels.FirstOrDefaultAsync(row => row.Id == id, cancellation)
            : await channels.FirstOrDefaultAsync(row => row.Kind == channel, cancellation)) ?? throw RefusedException.NotFound("channel");
        Messages.CheckActive(found);
        return found;
    }

    private async Task<long> ContactAsync(InboxDb db, Caller caller, Channel channel, Beginning beginning, DateTime now, CancellationToken cancellation)
    {
        var byPhone = kinds[channel.Kind].Capabilities.BeginsByPhone;
        if (beginning.ContactId is { } contactId)
        {
            var contact = await db.Set<Contact>().VisibleTo(db, caller, threads).SingleOrDefaultAsync(row => row.Id == contactId, cancellation) ?? throw RefusedException.NotFound("contact");
            return await db.Set<ContactIdentity>().AnyAsync(row => row.ContactId == contactId && row.ChannelId == channel.Id, cancellation) ? contactId
                : byPhone && contact.Phone is { } own ? await KnownAsync(db, channel, own, now, contactId, cancellation)
                : throw Messages.NoAddress();
        }

        if (!byPhone)
        {
            throw new RefusedException("channel_cannot_begin", "Over this channel customers write first.", StatusCodes.Status409Conflict);
        }

        return await KnownAsync(db, channel, Digits(beginning.Phone), now, null, cancellation);
    }

    /// <summary>The contact of the number on the channel; else the oldest one with the number, else a new one.</summary>
    private static async Task<long> KnownAsync(InboxDb db, Channel channel, string phone, DateTime now, long? contactId, CancellationToken cancellation)
    {
        if (await db.Set<ContactIdentity>().SingleOrDefaultAsync(row => row.Address == phone && row.ChannelId == channel.Id && row.Kind == "phone", cancellation) is { } known)
        {
            await db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]).Where(row => row.Id == known.ContactId && row.DeletedAt != null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DeletedAt, (DateTime?)null), cancellation);
            return contactId is null || contactId == known.ContactId ? known.ContactId
                : throw new RefusedException("no_address", "The phone number of this contact belongs to another contact on this channel.", StatusCodes.Status409Conflict);
        }

        var id = contactId ?? await db.Set<Contact>().Where(row => row.Phone == phone).OrderBy(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancellation);
        var isNew = id == 0;
        if (isNew)
        {
            var contact = new Contact { TenantId = channel.TenantId, Phone = phone, CreatedAt = now };
            db.Add(contact);
            id = contact.Id;
        }

        db.Add(new ContactIdentity { TenantId = channel.TenantId, ContactId = id, ChannelId = channel.Id, Kind = "phone", Address = phone, Reason = id == contactId ? IdentityReasons.Begun : isNew ? IdentityReasons.First : IdentityReasons.Phone, CreatedAt = now });
        return id;
    }

    private static string Digits(string? phone)
        => PhoneNumber.DigitsOf(phone)
            ?? throw new RefusedException("invalid_value", $"A phone number has {PhoneNumber.Shortest} to {PhoneNumber.Longest} digits, with the country's code.", field: "customer_phone");
}
