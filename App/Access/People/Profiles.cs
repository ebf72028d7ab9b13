using Inbox.Access.Pictures;
using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.People;

/// <summary>A business that the person may enter.</summary>
public sealed record OwnBusiness(long Id, string Slug, string Name);

/// <summary>What somebody says and sees of himself. No right is needed beside being a person of the business.</summary>
public sealed class Profiles(IDbContextFactory<InboxDb> dbs, MemberLists lists, Callers callers, PictureFiles pictures, TimeProvider clock)
{
    /// <summary>How often a browser's "I am here" is written down.</summary>
    private static readonly TimeSpan SeenEvery = TimeSpan.FromSeconds(40);

    /// <exception cref="RefusedException">person_needed.</exception>
    public async Task<MemberRow> FindAsync(Caller caller, CancellationToken cancellation)
        => await lists.FindAsync(caller.TenantId, caller.RequirePerson(), cancellation) ?? throw RefusedException.NotFound("user");

    /// <exception cref="RefusedException">person_needed, invalid_value.</exception>
    public async Task RenameAsync(Caller caller, string name, CancellationToken cancellation)
    {
        var id = caller.RequirePerson();
        var wanted = name.Trim();
        if (wanted.Length == 0 || wanted.Any(char.IsControl))
        {
            throw new RefusedException("invalid_value", "The name needs at least one character and no line breaks.", field: "full_name");
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var user = await db.Set<User>().SingleAsync(user => user.Id == id, cancellation);
        if (user.Name == wanted)
        {
            return;
        }

        db.Audit(caller, "profile.changed", AuditObject.Of("user", id, user.Email), new { user.Name }, new { Name = wanted });
        user.Name = wanted;
        await db.SaveChangesAsync(cancellation);
        callers.Forget(id);
    }

    /// <summary>Shows another face, or none, in this business.</summary>
    /// <param name="bytes">The file; null removes the picture.</param>
    /// <exception cref="RefusedException">person_needed, unsupported_picture, picture_too_large.</exception>
    public async Task ShowAsync(Caller caller, byte[]? bytes, CancellationToken cancellation)
    {
        var id = caller.RequirePerson();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var member = await db.Set<Membership>().Include(member => member.Picture).SingleAsync(member => member.UserId == id, cancellation);
        var before = member.Picture;
        member.Picture = bytes is null ? null : await pictures.AddAsync(db, caller.TenantId, bytes, cancellation);
        db.Audit(caller, bytes is null ? "profile.picture_removed" : "profile.picture_changed", AuditObject.Of("user", id));
        await db.SaveChangesAsync(cancellation);
        if (before is not null)
        {
            db.Remove(before);
            await db.SaveChangesAsync(cancellation);
        }

        await write.CommitAsync(cancellation);
        if (before is not null)
        {
            pictures.Forget(before);
        }
    }

    /// <summary>What the person chooses to be for the others.</summary>
    /// <exception cref="RefusedException">person_needed.</exception>
    public async Task ChooseAsync(Caller caller, Availability availability, CancellationToken cancellation)
    {
        var id = caller.RequirePerson();
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var member = await db.Set<Membership>().SingleAsync(member => member.UserId == id, cancellation);
        if (member.Availability != availability)
        {
            db.Audit(caller, "availability.changed", AuditObject.Of("user", id), new { member.Availability }, new { Availability = availability });
        }

        (member.Availability, member.SeenAt, member.ActiveAt) = (availability, now, now);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>A page of the person is open. Written at most every forty seconds, and when they come back to it.</summary>
    /// <param name="isIdle">Nobody has touched mouse or keyboard for a while.</param>
    public async Task SeenAsync(Caller caller, bool isIdle, CancellationToken cancellation)
    {
        if (caller is not { UserId: { } id, TenantId: not 0 })
        {
            return;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var old = now - SeenEvery;
        var idle = now - Membership.AwayAfter;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var own = db.Set<Membership>().Where(member => member.UserId == id);
        if (await own.AnyAsync(member => member.SeenAt == null || member.SeenAt < old || (!isIdle && (member.ActiveAt == null || member.ActiveAt < idle)), cancellation))
        {
            await using var write = await db.BeginAsync(cancellation);
            await own.ExecuteUpdateAsync(set => set.SetProperty(member => member.SeenAt, now).SetProperty(member => member.ActiveAt, member => isIdle ? member.ActiveAt : now), cancellation);
            await write.CommitAsync(cancellation);
        }
    }

    /// <returns>What the person chose and what others see; null for somebody who is in no business.</returns>
    public async Task<(Availability Chosen, Availability Shown)?> AvailabilityAsync(Caller caller, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Membership>().AsNoTracking().SingleOrDefaultAsync(member => member.UserId == caller.UserId, cancellation) is { } member
            ? (member.Availability, member.AvailabilityAt(clock.GetUtcNow().UtcDateTime))
            : null;
    }

    /// <summary>Where the person may go, by name.</summary>
    public async Task<IReadOnlyList<OwnBusiness>> BusinessesAsync(Caller caller, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // The person's own belongings, over all businesses.
        return await (
            from member in db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant])
            where member.UserId == caller.UserId && member.Status == MemberStatus.Active
            join tenant in db.Set<Tenant>() on member.TenantId equals tenant.Id
            orderby tenant.Name, tenant.Id
            select new OwnBusiness(tenant.Id, tenant.Slug, tenant.Name)).ToListAsync(cancellation);
    }
}
