using System.Runtime.InteropServices;

namespace Inbox.Access.Http.Limits;

/// <summary>
/// A budget per minute for each name: a bucket that is full at first and refills evenly. The number of names is bounded, so
/// that inventing names (addresses, accounts) costs an attacker's share and not this machine's memory.
/// </summary>
/// <param name="perMinute">What one name may do in a minute, also at once.</param>
/// <param name="most">How many names are told apart; those beyond it share one budget until others have come to rest.</param>
public sealed class Budgets(int perMinute, TimeProvider clock, int most = 50_000)
{
    private const string TheRest = "";

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

    /// <returns>Null when it may; else how long to wait.</returns>
    public TimeSpan? Take(string who)
    {
        var now = clock.GetUtcNow().UtcTicks;
        lock (_lock)
        {
            if (_buckets.Count >= most && !_buckets.ContainsKey(who))
            {
                Sweep(now);
                who = _buckets.Count >= most ? TheRest : who;
            }

            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, who, out var known);
            var tokens = known ? Math.Min(perMinute, bucket.Tokens + Refilled(now - bucket.At)) : perMinute;
            bucket = new Bucket(tokens >= 1 ? tokens - 1 : tokens, now);
            return tokens >= 1 ? null : TimeSpan.FromMinutes((1 - tokens) / perMinute);
        }
    }

    private double Refilled(long ticks) => Math.Max(0, ticks) * (double)perMinute / TimeSpan.TicksPerMinute;

    /// <summary>Forgets who has not asked for a minute: he would start with a full bucket anyway. At most once a second, however many ask.</summary>
    private void Sweep(long now)
    {
        if (now - _swept < TimeSpan.TicksPerSecond)
        {
            return;
        }

        _swept = now;
        foreach (var (who, bucket) in _buckets)
        {
            if (now - bucket.At >= TimeSpan.TicksPerMinute)
            {
                _buckets.Remove(who);
            }
        }
    }

    private record struct Bucket(double Tokens, long At);
}
