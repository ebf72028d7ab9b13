using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Inbox.Access.People;

/// <summary>The roles of a business: the built-in ones, which nobody changes, and its own.</summary>
public sealed class Roles(IDbContextFactory<InboxDb> dbs, Callers callers, TimeProvider clock, IStringLocalizer<Roles> text)
{
    private const int MostRoles = 100;

    /// <summary>The built-in ones from the most to the least, then the business's own by name.</summary>
    public async Task<IReadOnlyList<RoleRow>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.ReadRoles);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var roles = await db.Set<Role>().AsNoTracking().Include(role => role.Permissions).ToListAsync(cancellation);
        var counts = await db.Set<Membership>().Where(membership => membership.Status != MemberStatus.Deleted).SelectMany(membership => membership.Roles)
            .GroupBy(role => role.RoleId).Select(role => new { role.Key, Count = role.Count() }).ToDictionaryAsync(role => role.Key, role => role.Count, cancellation);
        return
        [
            .. from role in roles
               orderby role.Key is null, BuiltInRoles.All.ToList().IndexOf(role.Key ?? ""), role.Name
               select RowOf(role, counts.GetValueOrDefault(role.Id)),
        ];
    }

    /// <returns>Null when the business has no such role.</returns>
    public async Task<RoleRow?> FindAsync(Caller caller, long id, CancellationToken cancellation)
        => (await ListAsync(caller, cancellation)).SingleOrDefault(role => role.Id == id);

    /// <exception cref="ForbiddenException">The role would be able to do more than the caller.</exception>
    /// <exception cref="RefusedException">role_exists, too_many_roles, invalid_value.</exception>
    public async Task<RoleRow> CreateAsync(Caller caller, RoleWish wish, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.WriteRoles);
        Check(caller, wish);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await db.Set<Role>().CountAsync(cancellation) >= MostRoles)
        {
            throw new RefusedException("too_many_roles", $"A business has at most {MostRoles} roles.", StatusCodes.Status409Conflict);
        }

        var role = new Role { TenantId = caller.TenantId, Name = wish.Name.Trim(), Description = wish.Description.Trim(), CreatedAt = clock.GetUtcNow().UtcDateTime };
        Write(role, wish);
        db.Add(role);
        db.Audit(caller, "role.created", () => AuditObject.Of("role", role.Id, role.Name), after: Facts(role));
        await SaveAsync(db, cancellation);
        return RowOf(role, 0);
    }

    /// <summary>Shows at once for everybody who has the role.</summary>
    /// <param name="check">Given the version that is there: throws when the caller has read another one.</param>
    /// <exception cref="ForbiddenException">The role can do, or would be able to do, more than the caller.</exception>
    /// <exception cref="RefusedException">role_not_found, role_built_in, role_exists, invalid_value.</exception>
    public async Task<RoleRow> ChangeAsync(Caller caller, long id, RoleWish wish, Action<long>? check, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.WriteRoles);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var role = await OwnAsync(db, id, cancellation);
        check?.Invoke(role.Version);
        caller.RequireAll(role.Rights());
        Check(caller, wish);
        var before = Facts(role);
        (role.Name, role.Description, role.Version) = (wish.Name.Trim(), wish.Description.Trim(), role.Version + 1);
        Write(role, wish);
        db.Audit(caller, "role.changed", AuditObject.Of("role", role.Id, role.Name), before, Facts(role));
        await SaveAsync(db, cancellation);
        callers.ForgetBusiness(caller.TenantId);
        var members = await db.Set<Membership>().CountAsync(membership => membership.Status != MemberStatus.Deleted && membership.Roles.Any(held => held.RoleId == id), cancellation);
        return RowOf(role, members);
    }

    /// <exception cref="RefusedException">role_not_found, role_built_in, role_in_use.</exception>
    public async Task RemoveAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.WriteRoles);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var role = await OwnAsync(db, id, cancellation);
        caller.RequireAll(role.Rights());
        if (await db.Set<Membership>().AnyAsync(membership => membership.Status != MemberStatus.Deleted && membership.Roles.Any(held => held.RoleId == id), cancellation))
        {
            throw new RefusedException("role_in_use", "People have this role. Give them another one first.", StatusCodes.Status409Conflict);
        }

        await db.Set<MemberRole>().Where(held => held.RoleId == id).ExecuteDeleteAsync(cancellation);
        db.Remove(role);
        db.Audit(caller, "role.removed", AuditObject.Of("role", role.Id, role.Name), before: Facts(role));
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    private static void Check(Caller caller, RoleWish wish)
    {
        foreach (var (name, scope) in wish.Rights)
        {
            var permission = PermissionCatalogue.Find(name) ?? throw new RefusedException("invalid_value", $"There is no permission {name.Cut(60)}.", field: "permissions");
            if (scope == PermissionScope.None || (!permission.IsScoped && scope != PermissionScope.All))
            {
                throw new RefusedException("invalid_value", $"{name} cannot be narrowed: its scope is all.", field: "permissions");
            }
        }

        caller.RequireAll(wish.Rights);
    }

    private static void Write(Role role, RoleWish wish)
    {
        role.Permissions.RemoveAll(permission => !wish.Rights.ContainsKey(permission.Permission));
        foreach (var (name, scope) in wish.Rights)
        {
            if (role.Permissions.Find(permission => permission.Permission == name) is { } known)
            {
                known.Scope = scope;
            }
            else
            {
                role.Permissions.Add(new RolePermission { TenantId = role.TenantId, Permission = name, Scope = scope });
            }
        }
    }

    private static async Task<Role> OwnAsync(InboxDb db, long id, CancellationToken cancellation)
        => await db.Set<Role>().Include(role => role.Permissions).SingleOrDefaultAsync(role => role.Id == id, cancellation) is not { } role ? throw RefusedException.NotFound("role")
            : role.Key is not null ? throw new RefusedException("role_built_in", "Built-in roles stay as they are. Copy one and change the copy.", StatusCodes.Status409Conflict)
            : role;

    private static async Task SaveAsync(InboxDb db, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new RefusedException("changed_meanwhile", "Somebody else changed the role at the same moment. Read it again and repeat.", StatusCodes.Status409Conflict);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            throw new RefusedException("role_exists", "There is a role with this name already.", StatusCodes.Status409Conflict, "name");
        }
    }

    /// <summary>What a built-in role is for comes from the build, as its permissions do.</summary>
    private RoleRow RowOf(Role role, int members)
        => new(role.Id, role.Key, role.Name, role.Key is { } key ? text[$"about {key}"] : role.Description, role.Rights(), members, role.Version);

    private static object Facts(Role role)
        => new { role.Name, role.Description, Permissions = role.Permissions.OrderBy(permission => permission.Permission, StringComparer.Ordinal).ToDictionary(permission => permission.Permission, permission => permission.Scope) };
}

/// <param name="Members">How many people have it, without those who are gone.</param>
public sealed record RoleRow(long Id, string? Key, string Name, string Description, IReadOnlyDictionary<string, PermissionScope> Rights, int Members, long Version)
{
    public bool IsBuiltIn => Key is not null;
}

public sealed record RoleWish(string Name, string Description, IReadOnlyDictionary<string, PermissionScope> Rights);
