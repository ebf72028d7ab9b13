using System.Runtime.InteropServices;

namespace Inbox.Access.Http.Limits;

/// <summary>
/// A budget for each name: a bucket that is full at first and refills evenly. The number of names is bounded, so
/// that inventing names (addresses, accounts) costs an attacker's share and not this machine's memory.
/// </summary>
/// <param name="budget">What one name may do in that time, also at once.</param>
/// <param name="most">How many names are told apart; those beyond it share one budget until others have come to rest.</param>
/// <param name="over">How long the budget lasts; null: a minute.</param>
public sealed class Budgets(int budget, TimeProvider clock, int most = 50_000, TimeSpan? over = null)
{
    private const string TheRest = "";

    private readonly long _over = (over ?? TimeSpan.FromMinutes(1)).Ticks;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private long _swept;

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _buckets.Count;
            }
        }
    }

    /// <param name="cost">Of the budget; what costs more than all of it takes all.</param>
    /// <returns>Null when it may; else how long to wait.</returns>
    public TimeSpan? Take(string who, int cost = 1)
    {
        var now = clock.GetUtcNow().UtcTicks;
        cost = Math.Min(cost, budget);
        lock (_lock)
        {
            if (_buckets.Count >= most && !_buckets.ContainsKey(who))
            {
                Sweep(now);
                who = _buckets.Count >= most ? TheRest : who;
            }

            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, who, out var known);
            var tokens = known ? Math.Min(budget, bucket.Tokens + Refilled(now - bucket.At)) : budget;
            bucket = new Bucket(tokens >= cost ? tokens - cost : tokens, now);
            return tokens >= cost ? null : TimeSpan.FromTicks((long)((cost - tokens) / budget * _over));
        }
    }

    private double Refilled(long ticks) => Math.Max(0, ticks) * (double)budget / _over;

    /// <summary>Forgets who has not asked for so long: he would start with a full bucket anyway. At most once a second, however many ask.</summary>
    private void Sweep(long now)
    {
        if (now - _swept < TimeSpan.TicksPerSecond)
        {
            return;
        }

        _swept = now;
        foreach (var (who, bucket) in _buckets)
        {
            if (now - bucket.At >= _over)
            {
                _buckets.Remove(who);
            }
        }
    }

    private record struct Bucket(double Tokens, long At);
}
