using Inbox.Access.Factors;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.People;

/// <param name="Key">Of a built-in role; null for one of the business's own.</param>
public sealed record HeldRole(long Id, string? Key, string Name);

public sealed record HeldPlace(long DepartmentId, string Name, bool IsLead);

/// <summary>A person of the team.</summary>
/// <param name="Availability">What others see now.</param>
/// <param name="Picture">Its address; null shows initials.</param>
public sealed record MemberRow(
    long UserId, string Name, string Email, string Username, MemberStatus Status, Availability Availability, DateTime? SeenAt, bool HasSecondFactor, DateTime CreatedAt,
    IReadOnlyList<HeldRole> Roles, IReadOnlyList<HeldPlace> Departments, string? Picture)
{
    public bool IsActive => Status == MemberStatus.Active;

    /// <summary>Of what <see cref="Members"/> changes.</summary>
    public long Version => Fingerprint.Of(Name, Username, Status, Roles.Select(role => role.Id).Order(), Departments.OrderBy(place => place.DepartmentId).Select(place => new { place.DepartmentId, place.IsLead }));
}

/// <param name="Search">Part of name or e-mail.</param>
/// <param name="Status">Null: all but those who are gone.</param>
public sealed record MemberFilter(string? Search = null, MemberStatus? Status = null, long? DepartmentId = null, long? RoleId = null);

/// <summary>Reads the team.</summary>
public sealed class MemberLists(IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    /// <summary>In the order in which they joined, the newest first.</summary>
    public async Task<Page<MemberRow>> PageAsync(Caller caller, MemberFilter filter, Cursor? after, int limit, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var members = db.Set<Membership>().Where(member => filter.Status == null ? member.Status != MemberStatus.Deleted : member.Status == filter.Status);
        if (filter.RoleId is { } role)
        {
            members = members.Where(member => member.Roles.Any(held => held.RoleId == role));
        }

        if (filter.DepartmentId is { } department)
        {
            members = members.Where(member => db.Set<DepartmentMember>().Any(place => place.DepartmentId == department && place.UserId == member.UserId));
        }

        if (filter.Search is { Length: > 0 } search)
        {
            var part = search.Trim().ToUpperInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // becomes SQL, which knows upper() and no comparisons of ours
            members = members.Where(member => db.Set<User>().Any(user => user.Id == member.UserId && (user.NormalizedEmail!.Contains(part) || user.Name.ToUpper().Contains(part))));
#pragma warning restore CA1304, CA1311, CA1862
        }

        if (after is { } from)
        {
            members = members.Where(member => member.CreatedAt < from.At || (member.CreatedAt == from.At && member.Id < from.Id));
        }

        var found = await members.OrderByDescending(member => member.CreatedAt).ThenByDescending(member => member.Id).Take(limit + 1)
            .Select(member => new { member.Id, member.CreatedAt, member.UserId }).ToListAsync(cancellation);
        var page = found.Take(limit).ToList();
        var rows = (await RowsAsync(db, [.. page.Select(member => member.UserId)], cancellation)).ToDictionary(row => row.UserId);
        return new Page<MemberRow>([.. page.Select(member => rows[member.UserId])], found.Count > limit ? new Cursor(page[^1].CreatedAt, page[^1].Id).ToString() : null);
    }

    /// <returns>Null when the business has nobody of this id; somebody who was removed is shown with that status.</returns>
    public async Task<MemberRow?> FindAsync(Caller caller, long userId, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Read);
        return await FindAsync(caller.TenantId, userId, cancellation);
    }

    internal async Task<MemberRow?> FindAsync(long tenantId, long userId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return db.TenantId == tenantId ? (await RowsAsync(db, [userId], cancellation)).SingleOrDefault() : null;
    }

    private async Task<IReadOnlyList<MemberRow>> RowsAsync(InboxDb db, IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var people = await (
            from member in db.Set<Membership>().Include(row => row.Picture)
            where ids.Contains(member.UserId)
            join user in db.Set<User>() on member.UserId equals user.Id
            select new { Member = member, user.Name, user.Email, user.UserName, HasFactor = db.PeopleWithFactor().Contains(user.Id) }).AsNoTracking().ToListAsync(cancellation);
        var memberships = people.ConvertAll(person => person.Member.Id);
        var roles = (await db.Set<MemberRole>().Where(held => memberships.Contains(held.MembershipId)).OrderBy(held => held.RoleId)
            .Select(held => new { held.MembershipId, Role = new HeldRole(held.RoleId, held.Role.Key, held.Role.Name) }).ToListAsync(cancellation)).ToLookup(held => held.MembershipId, held => held.Role);
        var places = (await (
            from place in db.Set<DepartmentMember>()
            where ids.Contains(place.UserId)
            join department in db.Set<Department>() on place.DepartmentId equals department.Id
            orderby department.Name
            select new { place.UserId, Place = new HeldPlace(place.DepartmentId, department.Name, place.IsLead) }).ToListAsync(cancellation)).ToLookup(place => place.UserId, place => place.Place);
        return
        [
            .. from person in people
               let member = person.Member
               select new MemberRow(
                   member.UserId, person.Name is { Length: > 0 } name ? name : person.Email ?? "", person.Email ?? "", person.UserName ?? "", member.Status, member.AvailabilityAt(now),
                   member.SeenAt, person.HasFactor, member.CreatedAt, [.. roles[member.Id]], [.. places[member.UserId]], member.Picture?.Address),
        ];
    }
}
