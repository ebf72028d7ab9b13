using Inbox.Audit;
using Inbox.Channels;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <summary>A proof, with the name of the channel where it was said.</summary>
public sealed record ConsentRow(ContactConsent Consent, string? Channel);

/// <summary>Whether people want to hear from the business, with the proof, and who is blocked.</summary>
public sealed class ContactConsents(IDbContextFactory<InboxDb> dbs, IContactThreads threads, LiveFeed feed, TimeProvider clock)
{
    private const int MostShown = 50;

    /// <summary>The proofs, newest first.</summary>
    /// <exception cref="RefusedException">contact_not_found.</exception>
    public async Task<IReadOnlyList<ConsentRow>> ListAsync(Caller caller, long contactId, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        _ = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Read, cancellation);
        return await (from consent in db.Set<ContactConsent>().AsNoTracking().Where(consent => consent.ContactId == contactId)
                          .OrderByDescending(consent => consent.At).ThenByDescending(consent => consent.Id).Take(MostShown)
                      join channel in db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]) on consent.ChannelId equals channel.Id into channels
                      from channel in channels.DefaultIfEmpty()
                      orderby consent.At descending, consent.Id descending
                      select new ConsentRow(consent, channel == null ? null : channel.Name)).ToListAsync(cancellation);
    }

    /// <summary>Enters what a person said somewhere else.</summary>
    /// <param name="words">Where and how they said it.</param>
    /// <exception cref="RefusedException">contact_not_found, invalid_value.</exception>
    public async Task<Contact> SayAsync(Caller caller, long contactId, bool isIn, string? words, DateTime? at, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var contact = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Write, cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        if (at > now || words?.Length > ContactConsent.LongestWords)
        {
            throw new RefusedException("invalid_value", at > now ? "This has not happened yet." : $"The proof has at most {ContactConsent.LongestWords} characters.", field: at > now ? "at" : "words");
        }

        var source = caller.Kind == CallerKind.User ? ConsentSources.Person : ConsentSources.Program;
        contact.UpdatedAt = now;
        db.Add(Proof(contact, isIn, at ?? now, source, string.IsNullOrWhiteSpace(words) ? null : words.Replace("\0", "", StringComparison.Ordinal).Trim(), caller.UserId));
        if (contact.Consent(isIn, at ?? now))
        {
            db.Add(ContactEdits.Happened(isIn ? "contact_opted_in" : "contact_opted_out", contact, caller));
            if (!isIn)
            {
                await threads.OptOutAsync(db, [contactId], ofMarketing: false, now, cancellation);
            }
        }

        db.AuditRow(caller, isIn ? "contact.opted_in" : "contact.opted_out", contact, ContactEdits.Target(contact));

        var topics = await threads.TopicsAsync(db, contactId, cancellation);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(topics);
        return contact;
    }

    /// <summary>Blocks a person or lets them in again. What they write while blocked is kept, in spam.</summary>
    /// <exception cref="RefusedException">contact_not_found.</exception>
    public async Task<Contact> BlockAsync(Caller caller, long contactId, bool isBlocked, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // In turn with arrivals: the person may be writing at this moment.
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var contact = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Write, cancellation);
        if (contact.BlockedAt is not null == isBlocked)
        {
            return contact;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        contact.BlockedAt = isBlocked ? now : null;
        contact.UpdatedAt = now;
        db.Add(ContactEdits.Happened(isBlocked ? "contact_blocked" : "contact_unblocked", contact, caller));
        db.AuditRow(caller, isBlocked ? "contact.blocked" : "contact.unblocked", contact, ContactEdits.Target(contact));
        var topics = await threads.ScreenAsync(db, caller, [contactId], isBlocked, now, cancellation);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(topics);
        return contact;
    }

    internal static ContactConsent Proof(Contact contact, bool isIn, DateTime at, string source, string? words, long? userId)
        => new() { TenantId = contact.TenantId, ContactId = contact.Id, IsIn = isIn, At = at, Source = source, Words = words, UserId = userId };
}
