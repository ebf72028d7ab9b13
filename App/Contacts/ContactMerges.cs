using System.Text.Json;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <summary>What a merge moved and chose.</summary>
internal sealed record MergeRecord(
    ContactFields Before,
    ContactFields After,
    IReadOnlyList<MovedAddress> Addresses,
    IReadOnlyList<long> Notes,
    IReadOnlyList<long> Consents,
    IReadOnlyList<long> AddedTags,
    MovedThreads Threads);

/// <param name="Reason">Why it was the other contact's.</param>
internal sealed record MovedAddress(long Id, string? Reason);

/// <summary>A merge as the history of a contact shows it.</summary>
public sealed record MergeRow(long Id, long ContactId, long FromId, string? FromName, DateTime At, string UserName, DateTime? UndoneAt);

/// <summary>Makes one contact of two, and two of one again.</summary>
public sealed class ContactMerges(IDbContextFactory<InboxDb> dbs, IContactThreads threads, LiveFeed feed, TimeProvider clock)
{
    private const int MostShown = 50;

    /// <summary>The merges into a contact, newest first.</summary>
    /// <exception cref="RefusedException">contact_not_found.</exception>
    public async Task<IReadOnlyList<MergeRow>> ListAsync(Caller caller, long contactId, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        _ = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Read, cancellation);
        return await db.Set<ContactMerge>().Where(merge => merge.IntoId == contactId).OrderByDescending(merge => merge.At).ThenByDescending(merge => merge.Id)
            .Select(merge => new MergeRow(merge.Id, merge.IntoId, merge.FromId, merge.FromName, merge.At, merge.UserName, merge.UndoneAt)).Take(MostShown).ToListAsync(cancellation);
    }

    /// <summary>The addresses, conversations, notes and tags of one become the other's, and the one is gone until the merge is undone.</summary>
    /// <param name="take">Fields of the one that goes that are preferred: see <see cref="ContactFields.Merged"/>.</param>
    /// <returns>The merge's id.</returns>
    /// <exception cref="RefusedException">contact_not_found; invalid_value: into itself, the other is not there, or there is no such field.</exception>
    public async Task<long> MergeAsync(Caller caller, long intoId, long fromId, IReadOnlyCollection<string> take, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Merge);
        CheckFields(take);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // In turn with arrivals: one of the two may be writing at this moment.
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var into = await db.ContactForAsync(caller, threads, intoId, ContactPermissions.Read, cancellation);
        var from = fromId == intoId ? null : await db.Set<Contact>().VisibleTo(db, caller, threads).SingleOrDefaultAsync(row => row.Id == fromId, cancellation);
        if (from is null)
        {
            throw new RefusedException("invalid_value", "Say which other contact of this business is the same person.", field: "contact_id");
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var before = ContactFields.Of(into);
        var after = ContactFields.Merged(before, ContactFields.Of(from), take.ToHashSet(StringComparer.Ordinal));
        after.PutInto(into);
        (into.UpdatedAt, from.UpdatedAt, from.DeletedAt, from.MergedIntoId) = (now, now, now, intoId);
        var moved = await threads.MoveAsync(db, caller, fromId, intoId, now, cancellation);
        var addresses = await db.Set<ContactIdentity>().Where(identity => identity.ContactId == fromId).ToListAsync(cancellation);
        MovedAddress[] record = [.. addresses.Select(address => new MovedAddress(address.Id, address.Reason))];
        addresses.ForEach(address => (address.ContactId, address.Reason) = (intoId, IdentityReasons.Merged));
        var notes = await db.Set<ContactNote>().Where(note => note.ContactId == fromId).ToListAsync(cancellation);
        notes.ForEach(note => note.ContactId = intoId);
        var consents = await db.Set<ContactConsent>().Where(consent => consent.ContactId == fromId).ToListAsync(cancellation);
        consents.ForEach(consent => consent.ContactId = intoId);
        var links = db.Set<ContactTag>();
        var tags = await links.Where(link => link.ContactId == fromId && !links.Any(has => has.ContactId == intoId && has.TagId == link.TagId)).Select(link => link.TagId).ToListAsync(cancellation);
        db.AddRange(tags.Select(tag => new ContactTag { TenantId = caller.TenantId, ContactId = intoId, TagId = tag }));
        var merge = db.Add(new ContactMerge
        {
            TenantId = caller.TenantId,
            IntoId = intoId,
            FromId = fromId,
            FromName = from.Name,
            At = now,
            UserId = caller.UserId,
            UserName = caller.Name.Cut(200),
            Record = JsonSerializer.Serialize(
                new MergeRecord(before, after, record, [.. notes.Select(note => note.Id)], [.. consents.Select(consent => consent.Id)], tags, moved with { Topics = [] })),
        }).Entity;
        db.Add(ContactEdits.Happened("contact_merged", into, caller));
        db.Audit(caller, "contact.merged", ContactEdits.Target(into), new { into.Name, FromId = fromId, FromName = from.Name }, new { into.Name, Taken = take, Conversations = moved.Ids.Count });
        var kept = await KeepFromAsync(db, caller, into, now, cancellation);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(moved.Topics.Concat(kept).Concat(await threads.TopicsAsync(db, intoId, cancellation)).Distinct());
        return merge.Id;
    }

    /// <summary>Who is blocked or opted out is so with all conversations that are theirs now.</summary>
    /// <returns>The topics that changed.</returns>
    private async Task<IReadOnlyList<string>> KeepFromAsync(InboxDb db, Caller caller, Contact into, DateTime now, CancellationToken cancellation)
    {
        if ((into.OptedOutAt ?? into.MarketingStoppedAt) is not null)
        {
            await threads.OptOutAsync(db, [into.Id], ofMarketing: into.OptedOutAt is null, now, cancellation);
        }

        return into.BlockedAt is null ? [] : await threads.ScreenAsync(db, caller, [into.Id], isBlocked: true, now, cancellation);
    }

    /// <summary>
    /// Makes two contacts again. What came in by the addresses of the one since the merge goes with them; what somebody changed
    /// since stays. An opt-out or a block of which nobody knows whose it is counts for both.
    /// </summary>
    /// <exception cref="RefusedException">contact_not_found, merge_not_found, merge_undone, merged_further.</exception>
    public async Task UndoAsync(Caller caller, long contactId, long mergeId, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Merge);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var merge = await db.Set<ContactMerge>().SingleOrDefaultAsync(row => row.Id == mergeId && row.IntoId == contactId, cancellation);
        var into = merge is not null && await db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]).AnyAsync(row => row.Id == contactId && row.MergedIntoId != null && row.DeletedAt != null
                && db.Set<Contact>().VisibleTo(db, caller, threads).Any(other => other.Id == row.MergedIntoId), cancellation)
            ? throw new RefusedException("merged_further", "The contact became part of another one since. Undo that merge first.", StatusCodes.Status409Conflict)
            : await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Read, cancellation);
        if (merge is null || merge.UndoneAt is not null)
        {
            throw merge is null ? RefusedException.NotFound("merge") : new RefusedException("merge_undone", "This merge was undone already.", StatusCodes.Status409Conflict);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var record = JsonSerializer.Deserialize<MergeRecord>(merge.Record)!;
        var from = await db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]).SingleAsync(row => row.Id == merge.FromId, cancellation);
        var topics = await BackAsync(db, caller, merge, record, now, cancellation);
        var blockedSince = into.BlockedAt != record.After.BlockedAt ? into.BlockedAt : null;
        ContactFields.Unmerged(ContactFields.Of(into), record.Before, record.After).PutInto(into);
        from.BlockedAt ??= blockedSince;
        (into.OptedInAt, into.OptedOutAt, into.MarketingStoppedAt) = (record.Before.OptedInAt, record.Before.OptedOutAt, record.Before.MarketingStoppedAt);
        await SayAgainAsync(db, [into, from], cancellation);
        (into.UpdatedAt, from.UpdatedAt, from.DeletedAt, from.MergedIntoId) = (now, now, null, null);
        (merge.UndoneAt, merge.UndoneById) = (now, caller.UserId);
        db.Add(ContactEdits.Happened("contact_unmerged", into, caller));
        db.Audit(caller, "contact.unmerged", ContactEdits.Target(into), null, new { into.Name, FromId = from.Id, FromName = from.Name });
        await db.SaveChangesAsync(cancellation);   // before the look at what is open of them now
        long[] blocked = [.. new[] { into, from }.Where(contact => contact.BlockedAt is not null).Select(contact => contact.Id)];
        List<string> back = [.. await threads.ScreenAsync(db, caller, blocked, isBlocked: true, now, cancellation)];
        if (record.After.BlockedAt is not null && from.BlockedAt is null)
        {
            back.AddRange(await threads.ScreenAsync(db, caller, [from.Id], isBlocked: false, now, cancellation));
        }

        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(topics.Concat(back).Concat(await threads.TopicsAsync(db, contactId, cancellation)).Distinct());
    }

    private async Task<IReadOnlyList<string>> BackAsync(InboxDb db, Caller caller, ContactMerge merge, MergeRecord record, DateTime now, CancellationToken cancellation)
    {
        var ids = record.Addresses.Select(address => address.Id).ToArray();
        var addresses = await db.Set<ContactIdentity>().Where(identity => ids.Contains(identity.Id) && identity.ContactId == merge.IntoId).ToListAsync(cancellation);
        var topics = await threads.MoveBackAsync(db, caller, record.Threads, merge.IntoId, merge.FromId, [.. addresses.Select(address => address.Id)], now, cancellation);
        var reasons = record.Addresses.ToDictionary(address => address.Id, address => address.Reason);
        addresses.ForEach(address => (address.ContactId, address.Reason) = (merge.FromId, reasons[address.Id]));
        (await db.Set<ContactNote>().Where(note => record.Notes.Contains(note.Id) && note.ContactId == merge.IntoId).ToListAsync(cancellation)).ForEach(note => note.ContactId = merge.FromId);
        await ConsentsBackAsync(db, merge, record, addresses, cancellation);
        db.RemoveRange(await db.Set<ContactTag>().Where(link => link.ContactId == merge.IntoId && record.AddedTags.Contains(link.TagId)).ToListAsync(cancellation));
        return topics;
    }

    private async Task ConsentsBackAsync(InboxDb db, ContactMerge merge, MergeRecord record, List<ContactIdentity> addresses, CancellationToken cancellation)
    {
        var consents = await db.Set<ContactConsent>().Where(consent => consent.ContactId == merge.IntoId && (record.Consents.Contains(consent.Id) || consent.ChannelId != null || consent.At >= merge.At))
            .ToListAsync(cancellation);
        var going = addresses.ConvertAll(address => address.Id);
        var written = await threads.WrittenFromAsync(db, [.. consents.Select(consent => consent.MessageId).OfType<long>()], going, cancellation);
        var channels = addresses.Select(address => address.ChannelId).ToHashSet();
        var staying = await db.Set<ContactIdentity>().Where(identity => identity.ContactId == merge.IntoId && !going.Contains(identity.Id)).Select(identity => identity.ChannelId).ToListAsync(cancellation);
        foreach (var consent in consents)
        {
            if (record.Consents.Contains(consent.Id) || (consent.MessageId is { } message ? written.Contains(message) : consent.ChannelId is { } channel && channels.Contains(channel) && !staying.Contains(channel)))
            {
                consent.ContactId = merge.FromId;
            }
            else if (consent is { IsIn: false, MessageId: null } && consent.At >= merge.At && (consent.ChannelId is null || channels.Contains(consent.ChannelId.Value)))
            {
                // Said by one of the two, and nothing tells by which.
                db.Add(new ContactConsent
                {
                    TenantId = consent.TenantId,
                    ContactId = merge.FromId,
                    IsIn = false,
                    OfMarketing = consent.OfMarketing,
                    At = consent.At,
                    Source = consent.Source,
                    ChannelId = consent.ChannelId,
                    Words = consent.Words,
                    UserId = consent.UserId,
                });
            }
        }
    }

    /// <summary>What each of them said since, on top of what they had said until the merge.</summary>
    private static async Task SayAgainAsync(InboxDb db, Contact[] contacts, CancellationToken cancellation)
    {
        var ids = contacts.Select(contact => contact.Id).ToArray();
        await db.Set<ContactConsent>().Where(consent => ids.Contains(consent.ContactId)).LoadAsync(cancellation);
        foreach (var contact in contacts)
        {
            foreach (var consent in db.Set<ContactConsent>().Local.Where(consent => consent.ContactId == contact.Id).OrderBy(consent => consent.At).ThenBy(consent => consent.Id))
            {
                contact.Consent(consent);
            }
        }
    }

    private static void CheckFields(IEnumerable<string> take)
    {
        if (take.FirstOrDefault(field => !ContactFields.Chosen.Contains(field) && field?.StartsWith(ContactFields.Custom, StringComparison.Ordinal) != true) is { } unknown)
        {
            throw new RefusedException("invalid_value", $"There is no field {unknown.Cut(60)} to take: {string.Join(", ", ContactFields.Chosen)} and {ContactFields.Custom}key.", field: "take");
        }
    }
}
