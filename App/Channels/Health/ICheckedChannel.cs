namespace Inbox.Channels.Health;

/// <summary>A kind whose platform can be asked how an account stands.</summary>
public interface ICheckedChannel : IChannel
{
    /// <summary>Asks the platform. Never throws for what the platform or the network does.</summary>
    Task<AccountCheck> CheckAsync(Channel account, CancellationToken cancellation);

    /// <summary>Has the platform tell us again what happens at the account; it may have stopped by itself after failures of ours.</summary>
    /// <returns>Null when it does, else why not.</returns>
    Task<string?> SubscribeAsync(Channel account, CancellationToken cancellation);

    /// <summary>Puts a token that lasts longer on the channel, where the platform gives one for the present one.</summary>
    /// <returns>When the new one ends; null where nothing changed.</returns>
    Task<DateTime?> RefreshAsync(Channel account, CancellationToken cancellation) => Task.FromResult<DateTime?>(null);
}

/// <summary>What the platform says of an account.</summary>
/// <param name="Title">What customers see: a number, a name; null where it was not told.</param>
/// <param name="Problem">Why nothing can be sent or received, in words for an administrator; null when nothing is wrong.</param>
/// <param name="IsSubscribed">The platform tells us what happens; null where it was not told.</param>
/// <param name="TokenEndsAt">Null: never, or not told.</param>
/// <param name="ShowsOwner">Only who manages the account is answered so.</param>
/// <param name="ShowsGroup">The same of <see cref="Channel.GroupId"/>.</param>
public sealed record AccountCheck(string? Title, string? Problem, bool? IsSubscribed = null, DateTime? TokenEndsAt = null, bool ShowsOwner = false, bool ShowsGroup = false)
{
    /// <summary>The platform tells of messages, and not of all else that it could: a new subscription is tried.</summary>
    public bool LacksEvents { get; init; }

    /// <summary>See <see cref="Channel.Quality"/>; null where it was not told.</summary>
    public string? Quality { get; init; }

    /// <summary>See <see cref="Channel.DailyLimit"/>; null where it was not told.</summary>
    public string? DailyLimit { get; init; }
}
