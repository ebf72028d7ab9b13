using Inbox.Access.Factors;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Company;

/// <param name="People">Who may enter now.</param>
/// <param name="WithoutFactor">Of those, who have neither an authenticator app nor a passkey.</param>
public sealed record EntryFacts(bool RequiresSecondFactor, bool OpenRegistration, int People, int WithoutFactor, long Version);

/// <summary>What a change sets; null leaves a value as it is.</summary>
public sealed record EntryChange(bool? RequiresSecondFactor = null, bool? OpenRegistration = null);

/// <summary>
/// Who may enter a business, and with what. From the moment on that everybody needs a second factor, sessions that were
/// begun without one do not stand any more, on any node: <see cref="Callers"/> looks at the business's rule with each read.
/// </summary>
public sealed class EntryRules(IDbContextFactory<InboxDb> dbs, LiveSessions live, Callers callers, Proofs proofs, CurrentOrigin origin)
{
    public async Task<EntryFacts> ReadAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(CompanyPermissions.Entry);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await ReadAsync(db, caller, cancellation);
    }

    /// <param name="caller">Who changes it; a person has proved a moment ago who they are.</param>
    /// <param name="change">What is set.</param>
    /// <param name="check">Called with the version that is changed; throws when it is not the one that was read.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="RefusedException">reauthentication_required, own_factor_first, version_stale.</exception>
    public async Task<EntryFacts> ChangeAsync(Caller caller, EntryChange change, Action<long> check, CancellationToken cancellation)
    {
        caller.Require(CompanyPermissions.Entry);
        await proofs.RequireAsync(caller, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        bool ends;
        await using (var write = await db.BeginAsync(cancellation))
        {
            // Holds the row, so that of two at once the second sees what the first wrote.
            await db.Set<Tenant>().Where(row => row.Id == caller.TenantId).ExecuteUpdateAsync(set => set.SetProperty(row => row.EntryVersion, row => row.EntryVersion), cancellation);
            var tenant = await db.Set<Tenant>().SingleOrDefaultAsync(row => row.Id == caller.TenantId, cancellation) ?? throw RefusedException.NotFound("business");
            check(tenant.EntryVersion);
            ends = change.RequiresSecondFactor == true && !tenant.RequiresSecondFactor;
            if (ends)
            {
                await RequireOwnFactorAsync(db, caller, cancellation);
            }

            tenant.RequiresSecondFactor = change.RequiresSecondFactor ?? tenant.RequiresSecondFactor;
            tenant.OpenRegistration = change.OpenRegistration ?? tenant.OpenRegistration;
            if (db.Entry(tenant).State == EntityState.Modified)
            {
                tenant.EntryVersion++;
                db.AuditRow(caller, "entry_rules.changed", tenant, AuditObject.Of("business", tenant.Id, tenant.Name));
                await db.SaveChangesAsync(cancellation);
            }

            await write.CommitAsync(cancellation);
        }

        if (ends)
        {
            await live.EndAsync(row => row.TenantId == caller.TenantId && !row.HasFactor, cancellation, new SessionEnder(caller, origin.Address, origin.Session));
        }

        callers.ForgetBusiness(caller.TenantId);
        return await ReadAsync(db, caller, cancellation);
    }

    /// <summary>Else they would lock themselves out with the rest, and nobody would know whether it works.</summary>
    private async Task RequireOwnFactorAsync(InboxDb db, Caller caller, CancellationToken cancellation)
    {
        if (caller.Kind == CallerKind.User && !await db.Set<Session>().AnyAsync(row => row.Key == origin.Session && row.HasFactor, cancellation))
        {
            throw new RefusedException(
                "own_factor_first", "Set up a second factor for yourself and sign in with it. Then you can ask everybody for one.", StatusCodes.Status409Conflict, "requires_second_factor");
        }
    }

    private static async Task<EntryFacts> ReadAsync(InboxDb db, Caller caller, CancellationToken cancellation)
    {
        var tenant = await db.Set<Tenant>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == caller.TenantId, cancellation) ?? throw RefusedException.NotFound("business");
        var people = db.Set<Membership>().Where(row => row.Status == MemberStatus.Active);
        return new EntryFacts(
            tenant.RequiresSecondFactor, tenant.OpenRegistration, await people.CountAsync(cancellation),
            await people.CountAsync(row => !db.PeopleWithFactor().Contains(row.UserId), cancellation), tenant.EntryVersion);
    }
}
