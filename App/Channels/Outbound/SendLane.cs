using System.Threading.RateLimiting;
using Polly;
using Polly.CircuitBreaker;

namespace Inbox.Channels.Outbound;

/// <summary>The sends of one channel in this process: how many run, how fast they begin, until when nothing goes out, and a circuit breaker.</summary>
internal sealed class SendLane : IDisposable
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(30);

    // Some begin together, for each round over the queue is a transaction.
    private static readonly TimeSpan Gathers = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Forgets = TimeSpan.FromMinutes(1);

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<SendResult> _pipeline;
    private readonly TokenBucketRateLimiter? _rate;
    private readonly TokenBucketRateLimiter? _recordings;
    private readonly int _together;
    private readonly TimeProvider _clock;
    private readonly int _width;
    private int _running;
    private long _closedUntil;

    // Recordings that wait: those with a time, and the latest of these times with how many have it.
    private readonly HashSet<long> _waiting = [];
    private DateTime _lastTime;
    private int _atLastTime;

    public SendLane(TimeProvider clock, int width, SendLimits? limits)
    {
        (_clock, _width) = (clock, width);
        _rate = limits is null ? null : Bucket(limits.PerSecond, Math.Max(1, limits.PerSecond / 10));
        (_together, _recordings) = limits?.RecordingsPerSecond is { } slower ? (Math.Max(1, slower / 3), Bucket(slower, Math.Max(1, slower / 3))) : default;
        _pipeline = new ResiliencePipelineBuilder<SendResult> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<SendResult>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = Break,
                ShouldHandle = result => ValueTask.FromResult(result.Outcome.Result is SendResult.Unknown or SendResult.Retry { Outage: true }),
                StateProvider = _state,
                OnOpened = opened =>
                {
                    CloseFor(opened.BreakDuration);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>How its last sends went.</summary>
    public RecentSends Recent { get; } = new();

    /// <summary>How many more may begin. After a break one goes ahead to see whether the platform is back.</summary>
    public int Room => Math.Max(0, (_state.CircuitState == CircuitState.Closed ? _width : 1) - Volatile.Read(ref _running));

    public bool IsBroken => _state.CircuitState != CircuitState.Closed;

    public TimeSpan ClosedFor
    {
        get
        {
            var left = new TimeSpan(Interlocked.Read(ref _closedUntil) - _clock.GetUtcNow().Ticks);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void CloseFor(TimeSpan time)
    {
        var until = (_clock.GetUtcNow() + time).Ticks;
        InterlockedMax(ref _closedUntil, until);
    }

    /// <summary>A person wants to try now. An open circuit stays open.</summary>
    public void Open()
    {
        if (!IsBroken)
        {
            Interlocked.Exchange(ref _closedUntil, 0);
        }
    }

    /// <returns>False when the channel has begun as many as its platform takes; it is closed for a moment then.</returns>
    public bool TryTakeTurn()
    {
        var taken = TryTake(_rate);
        if (!taken)
        {
            CloseFor(Gathers);
        }

        return taken;
    }

    /// <summary>The platform takes audio and video more slowly than the rest.</summary>
    /// <returns>Null when it may begin now, else the time at which to ask again: some have the same, and they are let in then before others.</returns>
    public DateTime? TryTakeTurnOfRecordings(long itemId)
    {
        if (_recordings is not { } bucket)
        {
            return null;
        }

        var now = _clock.GetUtcNow().UtcDateTime;
        if (_lastTime + Forgets < now)
        {
            _waiting.Clear();   // what did not come back was sent by another node, or taken back
        }

        if ((_lastTime <= now || _waiting.Contains(itemId)) && TryTake(bucket))
        {
            _waiting.Remove(itemId);
            return null;
        }

        if (_lastTime <= now || _atLastTime == _together)
        {
            (_lastTime, _atLastTime) = ((_lastTime > now ? _lastTime : now) + Between(bucket), 0);
        }

        _atLastTime++;
        _waiting.Add(itemId);
        return _lastTime;
    }

    /// <summary>The time until recordings that wait may begin; null when none waits.</summary>
    public TimeSpan? NextRecording
        => _recordings is { } bucket && _lastTime - _clock.GetUtcNow().UtcDateTime is var left && left > TimeSpan.Zero ? new TimeSpan(left.Ticks % Between(bucket).Ticks) : null;

    private TimeSpan Between(TokenBucketRateLimiter bucket) => bucket.ReplenishmentPeriod * _together;

    public void Enter() => Interlocked.Increment(ref _running);

    public void Leave() => Interlocked.Decrement(ref _running);

    public async Task<SendResult> SendAsync(Func<CancellationToken, Task<SendResult>> send, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await send(token), cancellation);
        }
        catch (BrokenCircuitException)
        {
            return new SendResult.Retry("channel_resting", "The platform does not answer at the moment. The message is sent again by itself.", Break);
        }
    }

    public void Dispose()
    {
        _rate?.Dispose();
        _recordings?.Dispose();
    }

    // Filled as it is asked: at a late tick of a timer, what flowed in meanwhile and does not fit would be lost.
    private static bool TryTake(TokenBucketRateLimiter? bucket)
    {
        bucket?.TryReplenish();
        using var turn = bucket?.AttemptAcquire();
        return turn is null or { IsAcquired: true };
    }

    /// <summary>What it holds at rest and what flows in within a second are together no more than the platform takes.</summary>
    private static TokenBucketRateLimiter Bucket(int perSecond, int burst) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = burst,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / Math.Max(1, perSecond - burst)),
        AutoReplenishment = false,
    });

    private static void InterlockedMax(ref long place, long value)
    {
        for (var seen = Interlocked.Read(ref place); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref place, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
