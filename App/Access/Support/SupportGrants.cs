using Inbox.Access.Mail;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Support;

/// <param name="Hours">How long, 1 to <see cref="SupportGrants.MostHours"/>.</param>
public sealed record NewSupportGrant(int Hours, bool MayChange = false, string? Reason = null);

/// <summary>An owner lets support in, and out again. One at a time stands.</summary>
public sealed class SupportGrants(IDbContextFactory<InboxDb> dbs, LiveSessions live, Callers callers, Proofs proofs, CurrentOrigin origin, Notices notices, TimeProvider clock)
{
    public const int MostHours = 72;

    private const int Shown = 50;

    /// <returns>The newest first.</returns>
    public async Task<IReadOnlyList<SupportGrant>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(CompanyPermissions.Entry);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<SupportGrant>().AsNoTracking().OrderByDescending(grant => grant.Id).Take(Shown).ToListAsync(cancellation);
    }

    /// <returns>What stands in the caller's business, for the banner that everybody there sees; null when nothing does.</returns>
    public async Task<SupportGrant?> StandingAsync(Caller caller, CancellationToken cancellation)
    {
        if (caller.TenantId == 0)
        {
            return null;
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<SupportGrant>().AsNoTracking().StandingAt(clock.GetUtcNow().UtcDateTime).OrderByDescending(grant => grant.Id).FirstOrDefaultAsync(cancellation);
    }

    /// <returns>For those who run the installation: the businesses that let them in, with until when.</returns>
    public async Task<IReadOnlyDictionary<long, DateTime>> OpenAsync(Caller caller, CancellationToken cancellation)
    {
        if (!caller.IsSuperAdmin)
        {
            throw new ForbiddenException(Policies.Installation);
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // Over all businesses: who runs the installation sees that they are let in, and nothing else of them here.
        var open = await db.Set<SupportGrant>().IgnoreQueryFilters([Filters.Tenant]).StandingAt(clock.GetUtcNow().UtcDateTime).Select(grant => new { grant.TenantId, grant.ExpiresAt }).ToListAsync(cancellation);
        return open.GroupBy(grant => grant.TenantId).ToDictionary(grants => grants.Key, grants => grants.Max(grant => grant.ExpiresAt));
    }

    /// <summary>What stood before ends.</summary>
    /// <exception cref="RefusedException">person_needed, owner_required, reauthentication_required, invalid_value.</exception>
    public async Task<SupportGrant> GrantAsync(Caller caller, NewSupportGrant wanted, CancellationToken cancellation)
    {
        RequireOwner(caller);
        if (wanted.Hours is < 1 or > MostHours)
        {
            throw new RefusedException("invalid_value", $"Support is let in for 1 to {MostHours} hours.", field: "hours");
        }

        await proofs.RequireAsync(caller, cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        var grant = new SupportGrant
        {
            TenantId = caller.TenantId,
            GrantedById = caller.RequirePerson(),
            GrantedByName = caller.Name,
            MayChange = wanted.MayChange,
            Reason = wanted.Reason?.Trim() is { Length: > 0 } reason ? reason.Cut(SupportGrant.LongestReason) : null,
            CreatedAt = now,
            ExpiresAt = now.AddHours(wanted.Hours),
        };
        string business;
        await using (var db = await dbs.CreateDbContextAsync(cancellation))
        await using (var write = await db.BeginAsync(cancellation))
        {
            business = await db.Set<Tenant>().Where(row => row.Id == caller.TenantId).Select(row => row.Name).SingleAsync(cancellation);
            await db.Set<SupportGrant>().StandingAt(now).ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), cancellation);
            db.Add(grant);
            db.Audit(caller, "support.allowed", () => AuditObject.Of("support", grant.Id), after: new { grant.MayChange, grant.Reason, grant.ExpiresAt });
            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
        }

        callers.ForgetBusiness(caller.TenantId);
        notices.SupportAllowed(business, caller.Name, grant.ExpiresAt, grant.Reason);
        return grant;
    }

    /// <summary>Support is out at once, on every node.</summary>
    /// <exception cref="RefusedException">person_needed, owner_required; support_not_allowed: nothing stands.</exception>
    public async Task EndAsync(Caller caller, CancellationToken cancellation)
    {
        RequireOwner(caller);
        var now = clock.GetUtcNow().UtcDateTime;
        List<long> inside;
        await using (var db = await dbs.CreateDbContextAsync(cancellation))
        await using (var write = await db.BeginAsync(cancellation))
        {
            var standing = await db.Set<SupportGrant>().StandingAt(now).ToListAsync(cancellation);
            if (standing is [])
            {
                throw new RefusedException("support_not_allowed", "Support is not let in now.", StatusCodes.Status404NotFound);
            }

            foreach (var grant in standing)
            {
                grant.EndedAt = now;
                db.Audit(caller, "support.ended", AuditObject.Of("support", grant.Id), before: new { grant.MayChange, grant.Reason, grant.ExpiresAt });
            }

            inside = await db.Set<Session>()
                .Where(row => row.TenantId == caller.TenantId && row.EndedAt == null && !db.Set<Membership>().Any(member => member.UserId == row.UserId && member.Status == MemberStatus.Active))
                .Select(row => row.UserId).Distinct().ToListAsync(cancellation);
            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
        }

        await live.EndAsync(row => row.TenantId == caller.TenantId && inside.Contains(row.UserId), cancellation, new SessionEnder(caller, origin.Address, origin.Session));
        callers.ForgetBusiness(caller.TenantId);
    }

    /// <summary>A person: a key may be held by those who run the installation.</summary>
    private static void RequireOwner(Caller caller)
    {
        caller.Require(CompanyPermissions.Entry);
        caller.RequirePerson();
        if (!caller.IsOwner)
        {
            throw new RefusedException("owner_required", "Only an owner of the business lets support in.", StatusCodes.Status403Forbidden);
        }
    }
}
