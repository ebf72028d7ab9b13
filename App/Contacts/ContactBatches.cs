using Inbox.Audit;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <summary>One change to many contacts. Null leaves things as they are.</summary>
/// <param name="AddTags">Names of tags that each gets.</param>
/// <param name="RemoveTags">Names of tags that are taken from each.</param>
/// <param name="Blocked">True blocks each, false lets each in again.</param>
public sealed record ContactBatch(IReadOnlyList<string>? AddTags = null, IReadOnlyList<string>? RemoveTags = null, bool? Blocked = null)
{
    /// <summary>What takes it back of those that it changed.</summary>
    internal ContactBatch Back => new(RemoveTags, AddTags, !Blocked);
}

/// <summary>A contact that was left as it is, and why.</summary>
public sealed record ContactRefusal(long Id, string Code, string Detail);

/// <param name="Done">The contacts that are now as was asked for.</param>
/// <param name="NextCursor">Of a filter that lets through more than one call takes: call again with it. Null: that was all.</param>
public sealed record ContactBatchResult(IReadOnlyList<long> Done, IReadOnlyList<ContactRefusal> Refused, string? NextCursor = null)
{
    /// <summary>Those that were not so before.</summary>
    internal IReadOnlyList<long> Changed { get; init; } = [];
}

/// <summary>
/// One change to many contacts in one transaction, with a few statements however many they are. What cannot be done to one
/// does not stop the others.
/// </summary>
public sealed class ContactBatches(IDbContextFactory<InboxDb> dbs, ContactLists lists, IContactThreads threads, LiveFeed feed, TimeProvider clock)
{
    /// <summary>In one call.</summary>
    public const int Most = 500;

    /// <param name="ids">At most <see cref="Most"/>.</param>
    /// <exception cref="ForbiddenException">The caller may change no contacts.</exception>
    /// <exception cref="RefusedException">invalid_value: there is no such tag, it is archived, or there are too many contacts.</exception>
    public async Task<ContactBatchResult> ChangeAsync(Caller caller, IReadOnlyCollection<long> ids, ContactBatch change, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        caller.Require(ContactPermissions.Write);
        if (ids.Count > Most)
        {
            throw ContactValues.Invalid("ids", $"One call takes at most {Most} contacts.");
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // In turn with arrivals: one of them may be writing at this moment.
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var (reached, refused) = await ReachedAsync(db, caller, ids, cancellation);
        var tagged = await TagAsync(db, caller, reached, change, refused, cancellation);
        var left = reached.Where(contact => refused.TrueForAll(refusal => refusal.Id != contact.Id)).ToList();
        var (blocked, topics) = change.Blocked is { } isBlocked ? await BlockAsync(db, caller, left, isBlocked, cancellation) : ([], []);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        feed.Publish(topics.Distinct());

        return new ContactBatchResult(left.ConvertAll(contact => contact.Id), refused) { Changed = [.. tagged.Union(blocked)] };
    }

    /// <summary>As the other, over the next ones that the filter lets through of what the caller may see.</summary>
    /// <param name="after">Where the call before ended; null for the first.</param>
    /// <inheritdoc cref="ChangeAsync(Caller, IReadOnlyCollection{long}, ContactBatch, CancellationToken)"/>
    public async Task<ContactBatchResult> ChangeAsync(Caller caller, ContactFilter filter, Cursor? after, ContactBatch change, CancellationToken cancellation)
    {
        var page = await lists.IdsAsync(caller, filter, after, Most, cancellation);
        return await ChangeAsync(caller, page.Items, change, cancellation) with { NextCursor = page.NextCursor };
    }

    private async Task<(List<Contact> Reached, List<ContactRefusal> Refused)> ReachedAsync(InboxDb db, Caller caller, IReadOnlyCollection<long> ids, CancellationToken cancellation)
    {
        var contacts = db.Set<Contact>().AsNoTracking().Where(contact => ids.Contains(contact.Id));
        var seen = await contacts.VisibleTo(db, caller, threads).OrderBy(contact => contact.Id).ToListAsync(cancellation);
        var reached = caller.ScopeOf(ContactPermissions.Write) == PermissionScope.All ? null
            : (await contacts.VisibleTo(db, caller, threads, ContactPermissions.Write).Select(contact => contact.Id).ToListAsync(cancellation)).ToHashSet();
        var unseen = RefusedException.NotFound("contact");
        var forbidden = new ForbiddenException(ContactPermissions.Write);
        return (
            seen.FindAll(contact => reached?.Contains(contact.Id) != false),
            [
                .. ids.Distinct().Except(seen.Select(contact => contact.Id)).Select(id => new ContactRefusal(id, unseen.Code, unseen.Message)),
                .. seen.Where(contact => reached?.Contains(contact.Id) == false).Select(contact => new ContactRefusal(contact.Id, "forbidden", forbidden.Message)),
            ]);
    }

    /// <returns>Ids of those whose tags are others now.</returns>
    private async Task<IReadOnlyList<long>> TagAsync(InboxDb db, Caller caller, List<Contact> contacts, ContactBatch change, List<ContactRefusal> refused, CancellationToken cancellation)
    {
        if (change is { AddTags: null, RemoveTags: null })
        {
            return [];
        }

        var words = await threads.TagsAsync(db, cancellation);
        var (add, remove) = (ContactTags.Named(words, change.AddTags ?? [], "add_tags"), ContactTags.Named(words, change.RemoveTags ?? [], "remove_tags"));
        ContactTags.CheckAlive(words, add, "add_tags");
        var ids = contacts.ConvertAll(contact => contact.Id);
        var links = (await db.Set<ContactTag>().AsNoTracking().Where(link => ids.Contains(link.ContactId)).ToListAsync(cancellation)).ToLookup(link => link.ContactId, link => link.TagId);
        List<ContactTag> put = [];
        List<long> changed = [];
        foreach (var contact in contacts)
        {
            var has = links[contact.Id].ToHashSet();
            HashSet<long> wanted = [.. has.Union(add).Except(remove)];
            if (wanted.Count > ContactTags.MostOnOne && wanted.Count > has.Count)
            {
                refused.Add(new ContactRefusal(contact.Id, "invalid_value", ContactTags.TooMany));
            }
            else if (!has.SetEquals(wanted))
            {
                changed.Add(contact.Id);
                put.AddRange(wanted.Except(has).Select(tag => new ContactTag { TenantId = contact.TenantId, ContactId = contact.Id, TagId = tag }));
                ContactEdits.Tagged(db, caller, contact, ContactTags.Of(words, has, wanted));
            }
        }

        if (changed.Count > 0)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            await db.Set<ContactTag>().Where(link => changed.Contains(link.ContactId) && remove.Contains(link.TagId)).ExecuteDeleteAsync(cancellation);
            await db.InsertAsync(put, cancellation);
            // The form of a contact saves all its tags: one that was opened before must not.
            await db.Set<Contact>().Where(contact => changed.Contains(contact.Id)).ExecuteUpdateAsync(
                set => set.SetProperty(contact => contact.UpdatedAt, now).SetProperty(contact => contact.Version, contact => contact.Version + 1), cancellation);
            foreach (var contact in contacts.Where(contact => changed.Contains(contact.Id)))
            {
                contact.UpdatedAt = now;
                db.Add(ContactEdits.Happened("contact_changed", contact, caller));
            }
        }

        return changed;
    }

    /// <returns>Ids of those who were let in before or were not, and the topics that changed.</returns>
    private async Task<(IReadOnlyList<long> Changed, IReadOnlyList<string> Topics)> BlockAsync(
        InboxDb db, Caller caller, List<Contact> contacts, bool isBlocked, CancellationToken cancellation)
    {
        var others = contacts.FindAll(contact => contact.BlockedAt is not null != isBlocked);
        if (others.Count == 0)
        {
            return ([], []);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        DateTime? since = isBlocked ? now : null;
        var ids = others.ConvertAll(contact => contact.Id);
        await db.Set<Contact>().Where(contact => ids.Contains(contact.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(contact => contact.BlockedAt, since).SetProperty(contact => contact.UpdatedAt, now).SetProperty(contact => contact.Version, contact => contact.Version + 1),
            cancellation);
        foreach (var contact in others)
        {
            db.Audit(caller, isBlocked ? "contact.blocked" : "contact.unblocked", ContactEdits.Target(contact), new { contact.BlockedAt }, new { BlockedAt = since });
            (contact.BlockedAt, contact.UpdatedAt) = (since, now);
            db.Add(ContactEdits.Happened(isBlocked ? "contact_blocked" : "contact_unblocked", contact, caller));
        }

        return (ids, await threads.ScreenAsync(db, caller, ids, isBlocked, now, cancellation));
    }
}
