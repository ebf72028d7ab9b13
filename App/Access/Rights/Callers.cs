using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Claims;
using Inbox.Access.Sessions;
using Inbox.Access.Support;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Rights;

/// <summary>
/// Turns a session into a caller with the rights of this moment. Kept a few seconds, so that a page of many requests asks
/// the database once; a change made in this process shows at once.
/// </summary>
public sealed class Callers(IServiceScopeFactory scopes, LiveSessions live, AccessChanges changes, IOptions<AuthOptions> options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<(long User, long Tenant), Known> _known = new();
    private readonly ConcurrentDictionary<(long Tenant, long Role), View> _views = new();

    /// <returns>Null when the session has ended: signed out everywhere, removed from the business, or too old.</returns>
    public async ValueTask<Caller?> FindAsync(ClaimsPrincipal principal, CancellationToken cancellation)
    {
        if (principal.Identity is not { IsAuthenticated: true })
        {
            return null;
        }

        if (BearerKeys.CallerOf(principal) is { } program)
        {
            return program;
        }

        if (SessionClaims.Of(principal) is not { } claims || claims.StartedAt + options.Value.LongestSession < clock.GetUtcNow()
            || await live.FindAsync(claims, cancellation) is not { } session)
        {
            return null;
        }

        var known = await FindAsync(session.UserId, session.TenantId, cancellation);
        return known is not null && known.Stamp == session.Stamp && (session.HasFactor || !known.NeedsFactor)
            ? session.ViewRoleId is { } role ? await ThroughAsync(known.Caller, role, cancellation) : known.Caller
            : null;
    }

    /// <summary>Rights or sessions of a person changed: open pages of this process look again now, everything else with the next request.</summary>
    public void Forget(long userId)
    {
        live.Forget(userId);
        foreach (var key in _known.Keys.Where(key => key.User == userId))
        {
            _known.TryRemove(key, out _);
        }

        changes.Raise(userId);
    }

    /// <summary>As the other, for many people of a business at once: a role of theirs changed.</summary>
    public void ForgetBusiness(long tenantId)
    {
        foreach (var key in _known.Keys.Where(key => key.Tenant == tenantId))
        {
            _known.TryRemove(key, out _);
        }

        foreach (var key in _views.Keys.Where(key => key.Tenant == tenantId))
        {
            _views.TryRemove(key, out _);
        }

        changes.RaiseAll();
    }

    /// <summary>What a colleague may do in the context's business, read in its transaction.</summary>
    /// <returns>Null when there is no such colleague, or they are switched off.</returns>
    public static async Task<Caller?> MemberAsync(InboxDb db, long userId, CancellationToken cancellation)
        => db.TenantId == 0 ? null : (await ReadAsync(db, userId, db.TenantId, supportAt: null, cancellation))?.Caller;

    /// <summary>As <see cref="MemberAsync"/>, all colleagues of the context's business, by name.</summary>
    public static async Task<List<Caller>> MembersAsync(InboxDb db, CancellationToken cancellation)
    {
        var members = await (from membership in db.Set<Membership>()
                             join user in db.Set<User>() on membership.UserId equals user.Id
                             where membership.Status == MemberStatus.Active
                             orderby user.Name, user.Id
                             select new { membership.TenantId, membership.Id, membership.CreatedAt, User = user.Id, user.Name, user.Email, user.IsSuperAdmin }).ToListAsync(cancellation);
        var roles = (await (from held in db.Set<MemberRole>()
                            join role in db.Set<Role>().AsNoTracking().Include(role => role.Permissions) on held.RoleId equals role.Id
                            select new { held.MembershipId, Role = role }).ToListAsync(cancellation)).ToLookup(held => held.MembershipId, held => held.Role);
        var departments = (await db.Set<Department>().SelectMany(department => department.Members)
            .Select(member => new { member.UserId, member.DepartmentId }).ToListAsync(cancellation)).ToLookup(member => member.UserId, member => member.DepartmentId);
        return [.. members.Select(member => Of(
            member.TenantId, member.User, NameOf(member.Name, member.Email), member.IsSuperAdmin, member.CreatedAt, [.. roles[member.Id]], departments[member.User]))];
    }

    /// <summary>The person with no more than the role has; a role that is gone is nobody's view any more.</summary>
    private async ValueTask<Caller> ThroughAsync(Caller own, long roleId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var key = (own.TenantId, roleId);
        if (!_views.TryGetValue(key, out var view) || view.Until <= now)
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(own.TenantId);
            await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
            var role = await db.Set<Role>().AsNoTracking().Include(row => row.Permissions).SingleOrDefaultAsync(row => row.Id == roleId, cancellation);
            view = _views[key] = new View(role?.Name, role?.Rights() ?? Caller.NoRights, now + LiveSessions.Fresh);
        }

        return view.Role is null ? own : own with { Rights = Narrowed(own, view.Rights), IsOwner = false, IsSuperAdmin = false, ViewsAs = view.Role };
    }

    private static FrozenDictionary<string, PermissionScope> Narrowed(Caller own, IReadOnlyDictionary<string, PermissionScope> rights)
        => rights.Select(right => KeyValuePair.Create(right.Key, (PermissionScope)Math.Min((int)right.Value, (int)own.ScopeOf(right.Key))))
            .Where(right => right.Value != PermissionScope.None).ToFrozenDictionary();

    /// <summary>What a person may do in a business now, for what acts in their name.</summary>
    /// <returns>Null when they do not belong to it, or not any more: whoever is let in as support lends nothing to anybody.</returns>
    internal async ValueTask<Caller?> PersonAsync(long userId, long tenantId, CancellationToken cancellation)
        => (await FindAsync(userId, tenantId, cancellation))?.Caller is { Support: null } own ? own : null;

    private async ValueTask<Known?> FindAsync(long userId, long tenantId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue((userId, tenantId), out var known) && known.Until > now)
        {
            return known;
        }

        if (await ReadAsync(userId, tenantId, cancellation) is not { } read)
        {
            _known.TryRemove((userId, tenantId), out _);
            return null;
        }

        return _known[(userId, tenantId)] = read with { Until = now + LiveSessions.Fresh };
    }

    private async Task<Known?> ReadAsync(long userId, long tenantId, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenantId);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        return await ReadAsync(db, userId, tenantId, clock.GetUtcNow().UtcDateTime, cancellation);
    }

    /// <param name="db">Of the business.</param>
    /// <param name="userId">Who.</param>
    /// <param name="tenantId">The business; 0 for none.</param>
    /// <param name="supportAt">Now, where support that the business let in counts too; null where only colleagues do.</param>
    /// <param name="cancellation">Stops it.</param>
    private static async Task<Known?> ReadAsync(InboxDb db, long userId, long tenantId, DateTime? supportAt, CancellationToken cancellation)
    {
        var user = await db.Set<User>().Where(user => user.Id == userId)
            .Select(user => new { user.Name, user.Email, user.SecurityStamp, user.IsSuperAdmin, NeedsFactor = db.Set<Tenant>().Any(tenant => tenant.Id == tenantId && tenant.RequiresSecondFactor) })
            .FirstOrDefaultAsync(cancellation);
        var membership = await db.Set<Membership>().Where(membership => membership.UserId == userId && membership.Status == MemberStatus.Active)
            .Select(membership => new { membership.Id, membership.CreatedAt }).FirstOrDefaultAsync(cancellation);
        if (user is null || (membership is null && !user.IsSuperAdmin))
        {
            return null;
        }

        var name = NameOf(user.Name, user.Email);
        if (membership is null && tenantId != 0)
        {
            return supportAt is { } now && await db.Set<SupportGrant>().StandingAt(now).OrderByDescending(grant => grant.Id).FirstOrDefaultAsync(cancellation) is { } allowed
                ? new Known(SupportOf(allowed, userId, name), user.SecurityStamp ?? "", user.NeedsFactor, default)
                : null;
        }

        var membershipId = membership?.Id;
        var roles = await db.Set<Role>().AsNoTracking().Include(role => role.Permissions)
            .Where(role => db.Set<MemberRole>().Any(held => held.MembershipId == membershipId && held.RoleId == role.Id)).ToListAsync(cancellation);
        var departments = await db.Set<Department>().SelectMany(department => department.Members).Where(member => member.UserId == userId)
            .Select(member => member.DepartmentId).ToListAsync(cancellation);
        return new Known(Of(tenantId, userId, name, user.IsSuperAdmin, membership?.CreatedAt, roles, departments), user.SecurityStamp ?? "", user.NeedsFactor, default);
    }

    private static Caller Of(long tenantId, long userId, string name, bool isSuperAdmin, DateTime? joinedAt, List<Role> roles, IEnumerable<long> departments)
        => new(CallerKind.User, tenantId, userId, name, RightsOf(roles), isSuperAdmin)
        {
            IsOwner = roles.Any(role => role.Key == BuiltInRoles.Owner),
            JoinedAt = joinedAt,
            Departments = departments.ToFrozenSet(),
        };

    private static string NameOf(string? name, string? email) => name is { Length: > 0 } given ? given : email ?? "";

    /// <summary>Known by name to everybody in the business, and by the mark to the trail. While they are there they run nothing else.</summary>
    private static Caller SupportOf(SupportGrant grant, long userId, string name)
        => new(CallerKind.User, grant.TenantId, userId, $"{name} (support)", SupportRights.Of(grant))
        {
            OnBehalfOf = new Principal(grant.GrantedById, grant.GrantedByName),
            Support = new SupportMark(grant.Id, name, grant.GrantedById, grant.GrantedByName, grant.MayChange, grant.ExpiresAt),
        };

    /// <summary>Of several roles the widest scope counts.</summary>
    private static IReadOnlyDictionary<string, PermissionScope> RightsOf(List<Role> roles)
        => roles is [var only]
            ? only.Rights()
            : roles.SelectMany(role => role.Rights()).GroupBy(right => right.Key, right => right.Value).ToFrozenDictionary(right => right.Key, right => right.Max());

    /// <param name="Role">Null: there is no such role any more.</param>
    private sealed record View(string? Role, IReadOnlyDictionary<string, PermissionScope> Rights, DateTimeOffset Until);

    /// <param name="NeedsFactor">The business lets nobody in without a second factor: sessions without one do not stand.</param>
    private sealed record Known(Caller Caller, string Stamp, bool NeedsFactor, DateTimeOffset Until);
}
