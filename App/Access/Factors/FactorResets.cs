using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Factors;

/// <summary>
/// Switches off the second factor of somebody who has lost the phone and the recovery codes. Their password stays, and
/// where the business asks for a second factor the next sign-in sets up a new one.
/// </summary>
public sealed class FactorResets(IDbContextFactory<InboxDb> dbs, SecondFactors factors, Proofs proofs, LiveSessions live, Callers callers)
{
    private const string Action = "second_factor.reset";

    /// <summary>Of a colleague, by one who may all that they may. Their sessions end: one of them may be the lost phone's.</summary>
    /// <returns>False when the business has no such person.</returns>
    /// <exception cref="RefusedException">own_account, reset_by_installation_only, reauthentication_required, second_factor_disabled.</exception>
    public async Task<bool> ResetAsync(Caller caller, long userId, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Write);
        await using (var db = await dbs.CreateDbContextAsync(cancellation))
        {
            if (await db.ColleagueAsync(caller, userId, cancellation) is not var (user, isInReach))
            {
                return false;
            }

            if (caller.UserId == userId)
            {
                throw new RefusedException("own_account", "The own second factor is switched off on the page about sign-in and security.", StatusCodes.Status409Conflict);
            }

            if (!isInReach)
            {
                throw new RefusedException(
                    "reset_by_installation_only", "This person may more than you, or belongs to other businesses too: whoever runs the installation resets their second factor.", StatusCodes.Status403Forbidden);
            }

            await proofs.RequireAsync(caller, cancellation);
            await RequireFactorAsync(userId, cancellation);
            await factors.RemoveAsync(userId, rows => rows.Audit(caller, Action, AuditObject.Of("user", userId, user.Name)), cancellation);
        }

        await EndAsync(userId, cancellation);
        return true;
    }

    /// <summary>By whoever runs the installation, from the command line. The trail of each business of the person tells of it.</summary>
    /// <exception cref="RefusedException">second_factor_disabled.</exception>
    internal async Task ResetAsync(User user, CancellationToken cancellation)
    {
        await RequireFactorAsync(user.Id, cancellation);
        await using (var db = await dbs.CreateDbContextAsync(cancellation))
        {
            var businesses = await db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.UserId == user.Id).Select(row => row.TenantId).ToListAsync(cancellation);
            await factors.RemoveAsync(
                user.Id,
                rows =>
                {
                    foreach (var business in businesses.DefaultIfEmpty())
                    {
                        rows.Audit(Caller.System(business), Action, AuditObject.Of("user", user.Id, user.Email), tenantId: business);
                    }
                },
                cancellation);
        }

        await EndAsync(user.Id, cancellation);
    }

    private async Task RequireFactorAsync(long userId, CancellationToken cancellation)
    {
        if (!(await factors.StateAsync(userId, 0, cancellation)).IsEnabled)
        {
            throw new RefusedException("second_factor_disabled", "This person has no second factor.", StatusCodes.Status409Conflict);
        }
    }

    private async Task EndAsync(long userId, CancellationToken cancellation)
    {
        await live.EndAsync(row => row.UserId == userId, cancellation);
        callers.Forget(userId);
    }
}
