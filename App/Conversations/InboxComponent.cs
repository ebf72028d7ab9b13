using Inbox.Realtime;
using Inbox.Shell.Ui;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Components;

namespace Inbox.Conversations;

/// <summary>A part of the inbox screen: live, acts for the signed-in agent, shows times in the business's zone.</summary>
public abstract class InboxComponent : LiveComponent
{
    [CascadingParameter]
    protected BusinessFacts Business { get; set; } = BusinessFacts.None;

    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    [Inject]
    private CurrentCaller Current { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    /// <summary>Read at each use: rights may change while the page is open.</summary>
    protected Caller Caller => Current.Value;

    protected ZonedTime Times => new(Business.Zone, Clock);

    /// <summary>Does what the agent asked for; a refusal becomes a sentence on the screen.</summary>
    /// <returns>Whether it was done.</returns>
    protected async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception error) when (error is RefusedException or ForbiddenException)
        {
            Toasts.Failed(error.Message);
            return false;
        }
    }
}
