using Inbox.Access.Sessions;
using Inbox.Tenancy;

namespace Inbox.Access.Factors;

/// <summary>The second factor of the person who asks. A change ends the person's other sessions: one of them may be the reason.</summary>
public sealed class OwnFactor(SecondFactors factors, Proofs proofs, OwnSessions sessions, CurrentOrigin origin)
{
    public Task<FactorState> StateAsync(Caller caller, CancellationToken cancellation) => factors.StateAsync(caller.RequirePerson(), caller.TenantId, cancellation);

    public async Task<NewFactor> BeginAsync(Caller caller, CancellationToken cancellation)
    {
        var userId = caller.RequirePerson();
        await proofs.RequireFactorAsync(caller, cancellation);
        return await factors.BeginAsync(userId, cancellation);
    }

    /// <returns>The recovery codes, shown this once.</returns>
    /// <exception cref="RefusedException">invalid_otp and what the factor refuses.</exception>
    public async Task<IReadOnlyList<string>> ConfirmAsync(Caller caller, string code, CancellationToken cancellation)
    {
        var userId = caller.RequirePerson();
        await proofs.RequireFactorAsync(caller, cancellation);
        var codes = await factors.ConfirmAsync(userId, code, db => db.Audit(caller, "second_factor.enabled", Person(caller)), cancellation)
            ?? throw new RefusedException("invalid_otp", "The code is wrong. Take the one that the app shows now.", field: "code");
        await sessions.EndAllAsync(caller, origin.Session, cancellation);
        await sessions.HaveFactorAsync(caller, true, cancellation);
        return codes;
    }

    public async Task<IReadOnlyList<string>> NewCodesAsync(Caller caller, CancellationToken cancellation)
    {
        await proofs.RequireFactorAsync(caller, cancellation);
        return (await StateAsync(caller, cancellation)).IsEnabled
            ? await factors.NewCodesAsync(caller.RequirePerson(), db => db.Audit(caller, "second_factor.recovery_codes_made", Person(caller)), cancellation)
            : throw new RefusedException("second_factor_disabled", "There is no second factor to recover.", StatusCodes.Status409Conflict);
    }

    /// <exception cref="RefusedException">second_factor_required by the business.</exception>
    public async Task RemoveAsync(Caller caller, CancellationToken cancellation)
    {
        await proofs.RequireFactorAsync(caller, cancellation);
        if ((await StateAsync(caller, cancellation)).IsRequired)
        {
            throw new RefusedException("second_factor_required", "This business lets nobody in without a second factor.", StatusCodes.Status409Conflict);
        }

        await factors.RemoveAsync(caller.RequirePerson(), db => db.Audit(caller, "second_factor.disabled", Person(caller)), cancellation);
        await sessions.EndAllAsync(caller, origin.Session, cancellation);
        await sessions.HaveFactorAsync(caller, (await StateAsync(caller, cancellation)).HasPasskey, cancellation);
    }

    private static AuditObject Person(Caller caller) => AuditObject.Of("user", caller.RequirePerson(), caller.Name);
}
