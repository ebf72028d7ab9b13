namespace Inbox.Channels.Outbound;

/// <summary>When a send that was surely not taken is tried again: soon at first, hourly later, for a day.</summary>
public static class RetrySchedule
{
    private static readonly TimeSpan[] First =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
    ];

    /// <summary>How long an account rests whose standing is at risk, where the platform does not say how long.</summary>
    public static readonly TimeSpan SlowDown = TimeSpan.FromHours(1);

    // The first ones take an hour together; with the hourly ones after them it is a day.
    private const int Attempts = 6 + 24;

    /// <param name="attempts">How many there were, the failed one included.</param>
    /// <returns>Null: give up.</returns>
    public static TimeSpan? After(int attempts, SendResult.Retry result)
        => attempts >= Math.Min(Attempts, result.AtMost ?? int.MaxValue) ? null : Max(result.After ?? TimeSpan.Zero, attempts <= First.Length ? First[attempts - 1] : TimeSpan.FromHours(1));

    /// <summary>What becomes of a result once the attempts are used up.</summary>
    public static SendResult Final(int attempts, SendResult result)
        => result is SendResult.Retry retry && After(attempts, retry) is null
            ? new SendResult.Refused(retry.Code, $"Given up after {attempts} attempts. {retry.Detail}")
            : result;

    private static TimeSpan Max(TimeSpan asked, TimeSpan own) => asked > own ? asked < TimeSpan.FromDays(1) ? asked : TimeSpan.FromDays(1) : own;
}
