namespace Inbox.Triggers.Webhooks;

/// <summary>The published schedule: how long after an attempt that failed the next one is made.</summary>
public static class WebhookSchedule
{
    /// <summary>Nothing got through for so long: the webhook is switched off.</summary>
    public static readonly TimeSpan MostFailing = TimeSpan.FromDays(3);

    /// <summary>After 429, 502 and 504 without a time of their own.</summary>
    public static readonly TimeSpan Slower = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan SlowestPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    public static int MostAttempts => Delays.Length;

    /// <param name="made">How many attempts were made.</param>
    /// <returns>Null when there is no further one.</returns>
    public static TimeSpan? After(int made) => made < Delays.Length ? Delays[made] : null;
}
