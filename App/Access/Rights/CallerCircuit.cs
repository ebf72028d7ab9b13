using Inbox.Tenancy;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Inbox.Access.Rights;

/// <summary>Sets caller and tenant of a circuit before its first component is made; <see cref="CircuitSession"/> keeps them true.</summary>
internal sealed class CallerCircuit(AuthenticationStateProvider session, Callers callers, CurrentCaller current, CurrentTenant tenant) : CircuitHandler
{
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var state = await session.GetAuthenticationStateAsync();
        current.Value = await callers.FindAsync(state.User, cancellationToken) ?? Caller.Nobody;
        tenant.Use(current.Value.TenantId);
    }
}
