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

    private IReadOnlyList<string> _lists = [];

    /// <summary>
    /// Watches the lists that the agent may see. Call it with each read: what that is may have changed meanwhile, and a
    /// part that is no longer the agent's is let go.
    /// </summary>
    protected void WatchInbox(Func<Task> refresh, TimeSpan atMostEvery)
    {
        var now = InboxTopics.WatchedBy(Caller);
        foreach (var topic in _lists.Except(now))
        {
            Unwatch(topic);
        }

        foreach (var topic in now)
        {
            Watch(topic, refresh, atMostEvery);
        }

        _lists = now;
    }

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
