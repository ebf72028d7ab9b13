using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.People;

public sealed record DepartmentPerson(long UserId, string Name, bool IsLead);

public sealed record DepartmentRow(long Id, string Name, string Description, IReadOnlyList<DepartmentPerson> Members, long Version);

/// <param name="Members">User ids, each with whether the person leads; null leaves them as they are.</param>
public sealed record DepartmentWish(string Name, string Description, IReadOnlyDictionary<long, bool>? Members);

/// <summary>The departments of a business and who is in them.</summary>
public sealed class Departments(IDbContextFactory<InboxDb> dbs, Callers callers, TimeProvider clock)
{
    private const int Most = 200;

    /// <summary>By name, without the removed ones.</summary>
    public async Task<IReadOnlyList<DepartmentRow>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.ReadDepartments);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await RowsAsync(db, null, cancellation);
    }

    /// <returns>Null when the business has no such department.</returns>
    public async Task<DepartmentRow?> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.ReadDepartments);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return (await RowsAsync(db, id, cancellation)).SingleOrDefault();
    }

    /// <exception cref="RefusedException">department_exists, too_many_departments, invalid_value.</exception>
    public async Task<DepartmentRow> CreateAsync(Caller caller, DepartmentWish wish, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.WriteDepartments);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await db.Set<Department>().CountAsync(cancellation) >= Most)
        {
            throw new RefusedException("too_many_departments", $"A business has at most {Most} departments.", StatusCodes.Status409Conflict);
        }

        var department = new Department { TenantId = caller.TenantId, Name = wish.Name.Trim(), Description = wish.Description.Trim(), CreatedAt = clock.GetUtcNow().UtcDateTime };
        await FillAsync(db, caller, department, wish, cancellation);
        db.Add(department);
        db.Audit(caller, "department.created", () => AuditObject.Of("department", department.Id, department.Name), after: Facts(department));
        await SaveAsync(db, cancellation);
        callers.ForgetBusiness(caller.TenantId);
        return (await RowsAsync(db, department.Id, cancellation)).Single();
    }

    /// <param name="check">Given the version that is there: throws when the caller has read another one.</param>
    /// <exception cref="RefusedException">department_not_found, department_exists, department_not_reached, invalid_value.</exception>
    public async Task<DepartmentRow> ChangeAsync(Caller caller, long id, DepartmentWish wish, Action<long>? check, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.WriteDepartments);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var department = await db.Set<Department>().Include(row => row.Members).SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("department");
        check?.Invoke(department.Version);
        var before = Facts(department);
        (department.Name, department.Description, department.Version) = (wish.Name.Trim(), wish.Description.Trim(), department.Version + 1);
        await FillAsync(db, caller, department, wish, cancellation);
        db.Audit(caller, "department.changed", AuditObject.Of("department", id, department.Name), before, Facts(department));
        await SaveAsync(db, cancellation);
        callers.ForgetBusiness(caller.TenantId);
        return (await RowsAsync(db, id, cancellation)).Single();
    }

    /// <summary>Who is in it stays known, so that it can be brought back.</summary>
    /// <exception cref="RefusedException">department_not_found.</exception>
    public Task RemoveAsync(Caller caller, long id, CancellationToken cancellation) => SetRemovedAsync(caller, id, clock.GetUtcNow().UtcDateTime, cancellation);

    /// <exception cref="RefusedException">department_not_found; department_exists when another one has taken the name.</exception>
    public Task RestoreAsync(Caller caller, long id, CancellationToken cancellation) => SetRemovedAsync(caller, id, null, cancellation);

    private async Task SetRemovedAsync(Caller caller, long id, DateTime? at, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.WriteDepartments);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var department = await db.Set<Department>().IgnoreQueryFilters([Filters.Deleted]).Include(row => row.Members)
            .SingleOrDefaultAsync(row => row.Id == id && row.DeletedAt == null == (at != null), cancellation) ?? throw RefusedException.NotFound("department");
        if (department.Members.Count > 0)
        {
            caller.RequireDepartments([id]);
        }

        (department.DeletedAt, department.Version) = (at, department.Version + 1);
        db.Audit(caller, at is null ? "department.restored" : "department.removed", AuditObject.Of("department", id, department.Name), at is null ? null : Facts(department), at is null ? Facts(department) : null);
        await SaveAsync(db, cancellation);
        callers.ForgetBusiness(caller.TenantId);
    }

    private static async Task FillAsync(InboxDb db, Caller caller, Department department, DepartmentWish wish, CancellationToken cancellation)
    {
        if (wish.Members is not { } wanted)
        {
            return;
        }

        var current = department.Members.Select(member => member.UserId).ToHashSet();
        if (department.Members.Any(member => wanted.GetValueOrDefault(member.UserId) != member.IsLead) || !current.SetEquals(wanted.Keys))
        {
            caller.RequireDepartments([department.Id]);
        }

        var added = wanted.Keys.Where(user => !current.Contains(user)).ToList();
        if (await db.Set<Membership>().CountAsync(membership => added.Contains(membership.UserId) && membership.Status != MemberStatus.Deleted, cancellation) != added.Count)
        {
            throw new RefusedException("invalid_value", "One of the people is not in this business.", field: "members");
        }

        department.Members.RemoveAll(member => !wanted.ContainsKey(member.UserId));
        department.Members.ForEach(member => member.IsLead = wanted[member.UserId]);
        department.Members.AddRange(added.Select(user => new DepartmentMember { TenantId = department.TenantId, UserId = user, IsLead = wanted[user] }));
    }

    private static async Task<IReadOnlyList<DepartmentRow>> RowsAsync(InboxDb db, long? id, CancellationToken cancellation)
    {
        var departments = await db.Set<Department>().AsNoTracking().Where(row => id == null || row.Id == id).OrderBy(row => row.Name)
            .Select(row => new { row.Id, row.Name, row.Description, row.Version }).ToListAsync(cancellation);
        var people = await (
            from member in db.Set<DepartmentMember>()
            where id == null || member.DepartmentId == id
            join user in db.Set<User>() on member.UserId equals user.Id
            where db.Set<Membership>().Any(membership => membership.UserId == member.UserId && membership.Status != MemberStatus.Deleted)
            select new { member.DepartmentId, Person = new DepartmentPerson(member.UserId, user.Name != "" ? user.Name : user.Email!, member.IsLead) }).ToListAsync(cancellation);
        var byDepartment = people.ToLookup(row => row.DepartmentId, row => row.Person);
        return [.. departments.Select(row => new DepartmentRow(
            row.Id, row.Name, row.Description, [.. byDepartment[row.Id].OrderByDescending(person => person.IsLead).ThenBy(person => person.Name, StringComparer.CurrentCulture)], row.Version))];
    }

    private static async Task SaveAsync(InboxDb db, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new RefusedException("changed_meanwhile", "Somebody else changed the department at the same moment. Read it again and repeat.", StatusCodes.Status409Conflict);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            throw new RefusedException("department_exists", "There is a department with this name already.", StatusCodes.Status409Conflict, "name");
        }
    }

    private static object Facts(Department department)
        => new { department.Name, department.Description, Members = department.Members.Select(member => member.UserId).Order(), Leads = department.Members.Where(member => member.IsLead).Select(member => member.UserId).Order() };
}
