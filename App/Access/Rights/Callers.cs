using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Claims;
using Inbox.Access.Sessions;
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
        return known is not null && known.Stamp == session.Stamp ? known.Caller : null;
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

        changes.RaiseAll();
    }

    /// <summary>What a colleague may do in the context's business, read in its transaction.</summary>
    /// <returns>Null when there is no such colleague, or they are switched off.</returns>
    public static async Task<Caller?> MemberAsync(InboxDb db, long userId, CancellationToken cancellation)
        => db.TenantId == 0 ? null : (await ReadAsync(db, userId, db.TenantId, cancellation))?.Caller;

    /// <summary>What a person may do in a business now, for what acts in their name.</summary>
    /// <returns>Null when they do not belong to it, or not any more.</returns>
    internal async ValueTask<Caller?> PersonAsync(long userId, long tenantId, CancellationToken cancellation)
        => (await FindAsync(userId, tenantId, cancellation))?.Caller;

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

        return _known[(userId, tenantId)] = new Known(read.Caller, read.Stamp, now + LiveSessions.Fresh);
    }

    private async Task<(Caller Caller, string Stamp)?> ReadAsync(long userId, long tenantId, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenantId);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        return await ReadAsync(db, userId, tenantId, cancellation);
    }

    private static async Task<(Caller Caller, string Stamp)?> ReadAsync(InboxDb db, long userId, long tenantId, CancellationToken cancellation)
    {
        var user = await db.Set<User>().Where(user => user.Id == userId)
            .Select(user => new { user.Name, user.Email, user.SecurityStamp, user.IsSuperAdmin }).FirstOrDefaultAsync(cancellation);
        var membership = await db.Set<Membership>().Where(membership => membership.UserId == userId && membership.Status == MemberStatus.Active)
            .Select(membership => (long?)membership.Id).FirstOrDefaultAsync(cancellation);
        if (user is null || (membership is null && (tenantId != 0 || !user.IsSuperAdmin)))
        {
            return null;
        }

        var roles = await db.Set<Role>().AsNoTracking().Include(role => role.Permissions)
            .Where(role => db.Set<MemberRole>().Any(held => held.MembershipId == membership && held.RoleId == role.Id)).ToListAsync(cancellation);
        var departments = await db.Set<Department>().SelectMany(department => department.Members).Where(member => member.UserId == userId)
            .Select(member => member.DepartmentId).ToListAsync(cancellation);
        var name = user.Name is { Length: > 0 } given ? given : user.Email ?? "";
        var caller = new Caller(CallerKind.User, tenantId, userId, name, RightsOf(roles), user.IsSuperAdmin)
        {
            IsOwner = roles.Any(role => role.Key == BuiltInRoles.Owner),
            Departments = departments.ToFrozenSet(),
        };
        return (caller, user.SecurityStamp ?? "");
    }

    /// <summary>Of several roles the widest scope counts.</summary>
    private static IReadOnlyDictionary<string, PermissionScope> RightsOf(List<Role> roles)
        => roles is [var only]
            ? only.Rights()
            : roles.SelectMany(role => role.Rights()).GroupBy(right => right.Key, right => right.Value).ToFrozenDictionary(right => right.Key, right => right.Max());

    private sealed record Known(Caller Caller, string Stamp, DateTimeOffset Until);
}
