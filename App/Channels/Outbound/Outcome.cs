namespace Inbox.Channels.Outbound;

/// <summary>What came of a claimed send.</summary>
/// <param name="Took">Null when this process did not make the call itself.</param>
public sealed record Outcome(DueItem.Claimed Claimed, SendResult Result, DateTime At, TimeSpan? Took)
{
    public OutboxState State => Result switch
    {
        SendResult.Sent => OutboxState.Sent,
        SendResult.Refused => OutboxState.Failed,
        SendResult.Retry => OutboxState.Queued,
        _ => OutboxState.Unknown,
    };

    public (string? Code, string? Detail) Error => Result switch
    {
        SendResult.Refused refused => (refused.Code, refused.Detail),
        SendResult.Retry retry => (retry.Code, retry.Detail),
        SendResult.Unknown unknown => (null, unknown.Detail),
        _ => (null, null),
    };

    /// <summary>The result as it stands in <see cref="SendAttempt.Result"/> and in the metrics.</summary>
    public static string Word(SendResult result) => result switch
    {
        SendResult.Sent => "sent",
        SendResult.Refused => "refused",
        SendResult.Retry => "retry",
        _ => "unknown",
    };
}
