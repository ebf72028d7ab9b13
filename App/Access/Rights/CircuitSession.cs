using Inbox.Tenancy;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Inbox.Access.Rights;

/// <summary>
/// A circuit keeps the principal of the moment it was opened, for hours. This looks every few seconds whether the session
/// still stands and what it may do; when it has ended, the page shows the way to sign in.
/// </summary>
internal sealed class CircuitSession(ILoggerFactory loggers, Callers callers, BusinessGate gate, CurrentCaller current, CurrentTenant tenant)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(4);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        var caller = await callers.FindAsync(authenticationState.User, cancellationToken);
        caller = caller is null ? null : (await gate.PassAsync(caller, cancellationToken)).Caller;
        current.Value = caller ?? Caller.Nobody;
        tenant.Use(current.Value.TenantId);
        return caller is not null;
    }
}
