namespace Inbox.Conversations;

/// <summary>Something that may react to a customer's message: declared here, implemented in the folders above.</summary>
public interface IAutomation
{
    /// <summary>Where it stands in the order of decisions (opt-out, feedback, flow, triggers, assistant).</summary>
    int Order { get; }

    /// <returns>True when it took the message, so that those after it do not run.</returns>
    Task<bool> RunAsync(ContactQueueItem wake, CancellationToken cancellation);
}
