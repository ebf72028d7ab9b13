using Inbox.Tenancy;

namespace Inbox.Access.People;

/// <summary>Who takes over from somebody who leaves: one of the two, or nobody, and the work waits for whoever is free.</summary>
public sealed record Successor(long? UserId = null, long? DepartmentId = null)
{
    public static Successor Nobody { get; } = new();
}

/// <summary>What people have in hand, which must not stay with somebody who may not enter any more. Implemented where work is known.</summary>
public interface IHeldWork
{
    /// <returns>How many open conversations the person holds.</returns>
    Task<int> CountAsync(Caller caller, long userId, CancellationToken cancellation);

    /// <summary>Looks at the successor before anything is changed.</summary>
    /// <exception cref="RefusedException">invalid_value: no such active colleague or department.</exception>
    Task CheckAsync(Caller caller, long userId, Successor successor, CancellationToken cancellation);

    /// <summary>Hands over all that the person holds; repeating it hands over the rest.</summary>
    /// <returns>How many went.</returns>
    Task<int> HandOverAsync(Caller caller, long userId, Successor successor, CancellationToken cancellation);
}
