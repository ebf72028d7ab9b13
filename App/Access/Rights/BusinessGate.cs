using Inbox.Access.Http;
using Inbox.Tenancy;

namespace Inbox.Access.Rights;

/// <summary>
/// Nobody works for a business that is suspended or leaves, whatever credential they hold. Who runs the installation stays
/// signed in for that alone, even when it is their own business.
/// </summary>
public sealed class BusinessGate(OpenBusinesses open)
{
    /// <returns>The caller; without a business and its rights when that one is closed; null when nothing is left then.</returns>
    public async ValueTask<(Caller? Caller, TenantState? Closed)> PassAsync(Caller caller, CancellationToken cancellation)
        => await open.WhyClosedAsync(caller.TenantId, cancellation) is not { } closed ? (caller, null)
            : caller is { IsSuperAdmin: true, Kind: CallerKind.User } ? (Caller.Nobody with { Kind = caller.Kind, UserId = caller.UserId, Name = caller.Name, IsSuperAdmin = true }, closed)
            : (null, closed);

    internal static RefusedException Refusal(TenantState closed) => closed == TenantState.Leaving
        ? new RefusedException("business_leaving", "This business is going to be removed. Whoever runs the installation can restore it.", StatusCodes.Status403Forbidden)
        : new RefusedException("business_suspended", "This business is suspended. Whoever runs the installation can tell why.", StatusCodes.Status403Forbidden);
}
