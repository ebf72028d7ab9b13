using Inbox.Data;

namespace Inbox.Channels;

/// <summary>What a platform tells of an account, in words for an administrator.</summary>
public sealed record AccountNews
{
    public const int Longest = 500;

    /// <param name="says">A sentence or two.</param>
    /// <param name="kind">Whether somebody should look into it.</param>
    public AccountNews(string says, AccountNewsKind kind = AccountNewsKind.Neutral) => (Says, Kind) = (says.Cut(Longest), kind);

    public string Says { get; }

    public AccountNewsKind Kind { get; }

    /// <summary>See <see cref="Channel.DailyLimit"/>; null where it does not speak of it.</summary>
    public string? DailyLimit { get; init; }
}

public enum AccountNewsKind
{
    Neutral = 0,

    /// <summary>Shown on the channel until the platform takes it back, or it is old.</summary>
    Warning = 1,

    /// <summary>Takes a warning back.</summary>
    Better = 2,
}
