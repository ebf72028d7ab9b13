using Inbox.Tenancy;
using Microsoft.AspNetCore.Components;

namespace Inbox.Access.Sessions;

/// <summary>A page whose changes may ask for the password once more: it shows <c>ProofForm</c> while <see cref="AsksForProof"/> and then goes on by itself.</summary>
public abstract class ProvenComponent : ComponentBase
{
    private Func<Task>? _waiting;

    protected bool AsksForProof => _waiting is not null;

    protected string? Problem { get; set; }

    /// <summary>Does it; where the last proof is too old, asks first.</summary>
    protected async Task TryAsync(Func<Task> act)
    {
        (Problem, _waiting) = (null, null);
        try
        {
            await act();
        }
        catch (RefusedException refused) when (refused.Code == "reauthentication_required")
        {
            _waiting = act;
        }
        catch (RefusedException refused)
        {
            Problem = refused.Message;
        }
    }

    protected Task GoOnAsync() => _waiting is { } act ? TryAsync(act) : Task.CompletedTask;

    protected void GiveUp() => _waiting = null;
}
