using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <summary>A contact that may be the same person.</summary>
/// <param name="Reason">phone or email: what the two have in common.</param>
public sealed record Lookalike(ContactRow Contact, string Reason);

/// <summary>Contacts that may be one person, until somebody says that they are not.</summary>
public sealed class Lookalikes(IDbContextFactory<InboxDb> dbs, IContactThreads threads, ContactLists lists, TimeProvider clock)
{
    private const int Most = 10;

    /// <summary>Those that the caller may see, the oldest first.</summary>
    /// <exception cref="RefusedException">contact_not_found.</exception>
    public async Task<IReadOnlyList<Lookalike>> OfAsync(Caller caller, long contactId, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var contact = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Read, cancellation);
        var (phone, email) = (contact.Phone, contact.Email?.ToLowerInvariant());
        string[] phones = phone is null ? [] : [.. PhoneNumber.FormsOf(phone)];
        if (phone is null && email is null)
        {
            return [];
        }

        var apart = db.Set<ContactDistinction>();
        var found = await db.Set<Contact>().AsNoTracking().VisibleTo(db, caller, threads)
            .Where(other => other.Id != contactId && ((phone != null && phones.Contains(other.Phone)) || (email != null && other.Email == email)))
            .Where(other => !apart.Any(said => (said.FirstId == contactId && said.SecondId == other.Id) || (said.SecondId == contactId && said.FirstId == other.Id)))
            .OrderBy(other => other.Id).Take(Most).ToListAsync(cancellation);
        var byPhone = found.Where(other => other.Phone is not null && phones.Contains(other.Phone)).Select(other => other.Id).ToHashSet();
        var rows = await lists.RowsAsync(db, caller, found, await threads.TagsAsync(db, cancellation), cancellation);
        return [.. rows.Select(row => new Lookalike(row, byPhone.Contains(row.Id) ? IdentityReasons.Phone : IdentityReasons.Email))];
    }

    /// <summary>Two contacts are not the same person: neither is suggested for the other again.</summary>
    /// <exception cref="RefusedException">contact_not_found; invalid_value: the other is not there, or is the same.</exception>
    public async Task TellApartAsync(Caller caller, long contactId, long otherId, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Merge);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var contact = await db.ContactForAsync(caller, threads, contactId, ContactPermissions.Read, cancellation);
        if (otherId == contactId || !await db.Set<Contact>().VisibleTo(db, caller, threads).AnyAsync(row => row.Id == otherId, cancellation))
        {
            throw new RefusedException("invalid_value", "Say which other contact of this business is somebody else.", field: "contact_id");
        }

        var (first, second) = (Math.Min(contactId, otherId), Math.Max(contactId, otherId));
        if (await db.Set<ContactDistinction>().AnyAsync(said => said.FirstId == first && said.SecondId == second, cancellation))
        {
            return;
        }

        db.Add(new ContactDistinction { TenantId = caller.TenantId, FirstId = first, SecondId = second, UserId = caller.UserId, At = clock.GetUtcNow().UtcDateTime });
        db.Audit(caller, "contact.told_apart", ContactEdits.Target(contact), null, new { OtherId = otherId });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            // Somebody else said so at the same moment.
        }
    }
}
