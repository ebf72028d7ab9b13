using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.People;

/// <summary>What of a person is to be another; null leaves it.</summary>
/// <param name="Check">Throws when the version is not the one that the caller saw; null: whatever it is.</param>
/// <param name="Successor">Who takes the open conversations of somebody who may not enter any more; null: nobody.</param>
public sealed record MemberChange(
    IReadOnlyCollection<long>? Roles = null, IReadOnlyDictionary<long, bool>? Departments = null, bool? IsActive = null, Successor? Successor = null,
    string? Name = null, string? UserName = null, Action<long>? Check = null);

/// <summary>
/// The people of a business: what they are there, and whether they may enter. Whatever changes shows at once. Nobody
/// changes somebody who may do more than himself, and a business keeps one owner who can enter.
/// </summary>
public sealed class Members(IDbContextFactory<InboxDb> dbs, Callers callers, MemberLists lists, IHeldWork work)
{
    /// <exception cref="RefusedException">user_not_found, last_owner, own_account, owner_required, department_not_reached, account_shared, username_taken, invalid_value, version_stale.</exception>
    public async Task<MemberRow> ChangeAsync(Caller caller, long userId, MemberChange change, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Write);
        var successor = change.Successor ?? Successor.Nobody;
        if (change.IsActive == false)
        {
            await work.CheckAsync(caller, userId, successor, cancellation);
        }

        await using (var db = await dbs.CreateDbContextAsync(cancellation))
        await using (var write = await db.BeginAsync(cancellation))
        {
            var member = await TakeAsync(db, caller, userId, MemberStatus.Deleted, cancellation);
            change.Check?.Invoke((await lists.FindAsync(caller.TenantId, userId, cancellation))!.Version);
            var wasOwner = IsOwner(member);
            var before = await FactsAsync(db, member, cancellation);
            if (change.Roles is { } ids && !ids.ToHashSet().SetEquals(member.Roles.Select(role => role.RoleId)))
            {
                member.Hold(await db.GivenRolesAsync(caller, ids, cancellation));
            }

            if (change.Departments is { } departments)
            {
                await db.PlaceAsync(caller, userId, departments, cancellation);
            }

            if (change.Name is not null || change.UserName is not null)
            {
                await NameAsync(db, caller, userId, change, cancellation);
            }

            if (change.IsActive is { } active && member.Status == MemberStatus.Active != active)
            {
                RequireOther(caller, userId);
                member.Status = active ? MemberStatus.Active : MemberStatus.Disabled;
            }

            await db.SaveChangesAsync(cancellation);
            await RequireOwnerAsync(db, wasOwner, cancellation);
            db.Audit(caller, "user.changed", await ObjectAsync(db, userId, cancellation), before, await FactsAsync(db, member, cancellation));
            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
        }

        callers.Forget(userId);
        if (change.IsActive == false)
        {
            await work.HandOverAsync(caller, userId, successor, CancellationToken.None);   // they are out: also when nobody waits for the answer any more
        }

        return (await lists.FindAsync(caller.TenantId, userId, cancellation))!;
    }

    /// <summary>Gone from the team at once; the successor, else nobody, takes their open conversations. Their roles and departments are kept for <see cref="RestoreAsync"/>.</summary>
    /// <exception cref="RefusedException">user_not_found, last_owner, own_account, owner_required.</exception>
    public async Task RemoveAsync(Caller caller, long userId, CancellationToken cancellation, Successor? successor = null)
    {
        caller.Require(PeoplePermissions.Write);
        RequireOther(caller, userId);
        await work.CheckAsync(caller, userId, successor ?? Successor.Nobody, cancellation);
        await using (var db = await dbs.CreateDbContextAsync(cancellation))
        await using (var write = await db.BeginAsync(cancellation))
        {
            var member = await TakeAsync(db, caller, userId, MemberStatus.Deleted, cancellation);
            var wasOwner = IsOwner(member);
            var before = await FactsAsync(db, member, cancellation);
            member.Status = MemberStatus.Deleted;
            await db.SaveChangesAsync(cancellation);
            await RequireOwnerAsync(db, wasOwner, cancellation);
            db.Audit(caller, "user.removed", await ObjectAsync(db, userId, cancellation), before);
            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
        }

        callers.Forget(userId);
        await work.HandOverAsync(caller, userId, successor ?? Successor.Nobody, CancellationToken.None);   // they are out: also when nobody waits for the answer any more
    }

    /// <exception cref="RefusedException">user_not_found: nobody of this id was removed; owner_required.</exception>
    public async Task<MemberRow> RestoreAsync(Caller caller, long userId, CancellationToken cancellation)
    {
        await using (var db = await dbs.CreateDbContextAsync(cancellation))
        await using (var write = await db.BeginAsync(cancellation))
        {
            var member = await TakeAsync(db, caller, userId, null, cancellation);
            if (member.Status != MemberStatus.Deleted)
            {
                throw RefusedException.NotFound("user");
            }

            member.Status = MemberStatus.Active;
            db.Audit(caller, "user.restored", await ObjectAsync(db, userId, cancellation), after: await FactsAsync(db, member, cancellation));
            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
        }

        callers.Forget(userId);
        return (await lists.FindAsync(caller.TenantId, userId, cancellation))!;
    }

    private static async Task<Membership> TakeAsync(InboxDb db, Caller caller, long userId, MemberStatus? not, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Write);
        // Two owners who remove each other at once take turns here, so that the second sees what the first did.
        await db.Set<Tenant>().Where(tenant => tenant.Id == caller.TenantId).ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.Name, tenant => tenant.Name), cancellation);
        return await db.MemberInReachAsync(caller, userId, not, cancellation);
    }

    /// <summary>The name is the same in every business of the person, so only who has them alone changes it for them.</summary>
    private static async Task NameAsync(InboxDb db, Caller caller, long userId, MemberChange change, CancellationToken cancellation)
    {
        var user = await db.Set<User>().SingleAsync(row => row.Id == userId, cancellation);
        var (name, userName) = (change.Name?.Trim() ?? user.Name, change.UserName ?? user.UserName);
        if (name == user.Name && userName == user.UserName)
        {
            return;
        }

        if (caller.UserId != userId
            && (user.IsSuperAdmin || await db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(row => row.UserId == userId && row.TenantId != caller.TenantId, cancellation)))
        {
            throw new RefusedException("account_shared", "This person belongs to other businesses too and changes the name for themselves.", StatusCodes.Status409Conflict, change.Name is null ? "username" : "full_name");
        }

        if (name.Length == 0 || name.Any(char.IsControl))
        {
            throw new RefusedException("invalid_value", "The name needs at least one character and no line breaks.", field: "full_name");
        }

        if (userName != user.UserName)
        {
            if (!UserName.IsValid(userName!, user.Email))
            {
                throw new RefusedException("invalid_value", UserName.Rule, field: "username");
            }

            var normalized = userName!.ToUpperInvariant();
            if (await db.Set<User>().AnyAsync(row => row.Id != userId && row.NormalizedUserName == normalized, cancellation))
            {
                throw UserNameTaken();
            }

            (user.UserName, user.NormalizedUserName) = (userName, normalized);
        }

        user.Name = name;
        user.ConcurrencyStamp = Guid.NewGuid().ToString();
    }

    internal static RefusedException UserNameTaken()
        => new("username_taken", "Somebody has this user name already.", StatusCodes.Status409Conflict, "username");

    private static bool IsOwner(Membership member)
        => member.Status == MemberStatus.Active && member.Roles.Any(held => held.Role.Key == BuiltInRoles.Owner);

    /// <param name="wasOwner">Of a business that programs made, and where nobody is owner yet, people are changed as of any other.</param>
    private static async Task RequireOwnerAsync(InboxDb db, bool wasOwner, CancellationToken cancellation)
    {
        if (wasOwner && !await db.Set<Membership>().AnyAsync(row => row.Status == MemberStatus.Active && row.Roles.Any(held => held.Role.Key == BuiltInRoles.Owner), cancellation))
        {
            throw new RefusedException("last_owner", "A business needs an owner who can sign in. Make somebody else owner first.", StatusCodes.Status409Conflict);
        }
    }

    private static void RequireOther(Caller caller, long userId)
    {
        if (caller.UserId == userId)
        {
            throw new RefusedException("own_account", "Nobody removes or disables himself. Ask somebody else.", StatusCodes.Status409Conflict);
        }
    }

    private static async Task<AuditObject> ObjectAsync(InboxDb db, long userId, CancellationToken cancellation)
        => AuditObject.Of("user", userId, await db.Set<User>().Where(user => user.Id == userId).Select(user => user.Email).SingleOrDefaultAsync(cancellation));

    private static async Task<object> FactsAsync(InboxDb db, Membership member, CancellationToken cancellation)
    {
        var roles = await db.Set<MemberRole>().Where(held => held.MembershipId == member.Id).Select(held => held.Role.Name).OrderBy(name => name).ToListAsync(cancellation);
        var departments = await db.Set<DepartmentMember>().Where(place => place.UserId == member.UserId).OrderBy(place => place.DepartmentId)
            .Select(place => new { place.DepartmentId, place.IsLead }).ToListAsync(cancellation);
        var user = await db.Set<User>().Where(user => user.Id == member.UserId).Select(user => new { user.Name, user.UserName }).SingleAsync(cancellation);
        return new { user.Name, user.UserName, member.Status, Roles = roles, Departments = departments };
    }
}
