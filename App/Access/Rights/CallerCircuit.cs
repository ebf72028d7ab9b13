using Inbox.Tenancy;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Inbox.Access.Rights;

/// <summary>Sets caller, tenant and origin of a circuit before its first component is made; <see cref="CircuitSession"/> keeps them true.</summary>
internal sealed class CallerCircuit(
    AuthenticationStateProvider session, Callers callers, BusinessGate gate, CurrentCaller current, CurrentTenant tenant, CurrentOrigin origin) : CircuitHandler
{
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var state = await session.GetAuthenticationStateAsync();
        try
        {
            var caller = await callers.FindAsync(state.User, cancellationToken);
            current.Value = caller is null ? Caller.Nobody : (await gate.PassAsync(caller, cancellationToken)).Caller ?? Caller.Nobody;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;   // the page has gone before it was there, which is nobody's error
        }

        tenant.Use(current.Value.TenantId);
        (origin.Address, origin.Session) = (ClientAddress.Of(state.User), SessionClaims.Of(state.User)?.Id);
    }
}
