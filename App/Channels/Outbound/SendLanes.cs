using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Outbound;

/// <summary>
/// Which of the due items may begin now: bounds how many run at once, and keeps below the platforms' own limits, so that
/// one busy channel or customer holds up nobody else.
/// </summary>
public sealed class SendLanes : IDisposable
{
    private readonly ConcurrentDictionary<long, SendLane> _lanes = new();
    private readonly ConcurrentDictionary<long, byte> _running = new();
    private readonly PartitionedRateLimiter<DueItem> _channels;
    private readonly PartitionedRateLimiter<DueItem> _recipients;
    private readonly ChannelCatalogue _kinds;
    private readonly OutboundOptions _options;
    private readonly TimeProvider _clock;

    public SendLanes(ChannelCatalogue kinds, IOptions<OutboundOptions> options, TimeProvider clock)
    {
        (_kinds, _options, _clock) = (kinds, options.Value, clock);
        _channels = PartitionedRateLimiter.Create<DueItem, long>(due => Limits(due) is { } limits
            ? RateLimitPartition.GetTokenBucketLimiter(due.ChannelId, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Math.Max(1, limits.PerSecond / 10),
                TokensPerPeriod = Math.Max(1, limits.PerSecond / 10),
                ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, limits.PerSecond / 10) / (double)limits.PerSecond),
            })
            : RateLimitPartition.GetNoLimiter(due.ChannelId));
        _recipients = PartitionedRateLimiter.Create<DueItem, (long, string)>(due => Limits(due) is { } limits
            ? RateLimitPartition.GetTokenBucketLimiter((due.ChannelId, due.To), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = limits.RecipientBurst,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = limits.RecipientEvery,
            })
            : RateLimitPartition.GetNoLimiter((due.ChannelId, due.To)));
    }

    /// <summary>How many more sends may begin in this process.</summary>
    public int Room => Math.Max(0, _options.Total - _running.Count);

    public int Running => _running.Count;

    /// <summary>Ids of the items that this process has in hand.</summary>
    public IReadOnlyCollection<long> InHand => [.. _running.Keys];

    /// <summary>Channels that take nothing now, because they rest or are full.</summary>
    public IReadOnlyCollection<long> Closed => [.. from lane in _lanes where lane.Value.ClosedFor > TimeSpan.Zero || lane.Value.Room == 0 select lane.Key];

    /// <summary>The time until the first resting channel opens; null when none rests.</summary>
    public TimeSpan? NextOpening
    {
        get
        {
            var resting = _lanes.Values.Select(lane => lane.ClosedFor).Where(time => time > TimeSpan.Zero).ToList();
            return resting.Count == 0 ? null : resting.Min();
        }
    }

    /// <summary>Channels whose circuit is open or is being tried again.</summary>
    public IReadOnlyCollection<long> Broken => [.. from lane in _lanes where lane.Value.IsBroken select lane.Key];

    /// <summary>Lets in what may begin; each must be <see cref="Leave">left</see>.</summary>
    /// <returns>Those let in, and those whose customer has had too many lately, with their new times.</returns>
    public (IReadOnlyList<DueItem> Admitted, IReadOnlyList<(DueItem Due, DateTime At)> Later) Admit(IReadOnlyList<DueItem> due, int most)
    {
        List<DueItem> admitted = [];
        List<(DueItem, DateTime)> later = [];
        foreach (var item in due)
        {
            if (_running.ContainsKey(item.Id))
            {
                // Queued again on disk, while its last send has not left here yet.
                continue;
            }

            var lane = LaneOf(item.ChannelId);
            if (admitted.Count >= Math.Min(most, Room + admitted.Count) || lane.Room == 0 || lane.ClosedFor > TimeSpan.Zero)
            {
                continue;
            }

            using var turn = _channels.AttemptAcquire(item);
            if (!turn.IsAcquired)
            {
                lane.CloseFor(turn.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMilliseconds(100));
                continue;
            }

            using var customer = _recipients.AttemptAcquire(item);
            if (!customer.IsAcquired)
            {
                later.Add((item, _clock.GetUtcNow().UtcDateTime + (Limits(item)?.RecipientEvery ?? TimeSpan.Zero)));
                continue;
            }

            lane.Enter();
            _running[item.Id] = 0;
            admitted.Add(item);
        }

        return (admitted, later);
    }

    public void Leave(long itemId, long channelId)
    {
        if (_running.TryRemove(itemId, out _))
        {
            LaneOf(channelId).Leave();
        }
    }

    /// <summary>Nothing of the channel goes out for a while.</summary>
    public void Rest(long channelId, TimeSpan time) => LaneOf(channelId).CloseFor(time);

    /// <summary>A person wants the channel to be tried now.</summary>
    public void Wake(long channelId) => LaneOf(channelId).Open();

    public void Dispose()
    {
        _channels.Dispose();
        _recipients.Dispose();
    }

    /// <returns>Null while the channel sent nothing here.</returns>
    internal SendLane? Find(long channelId) => _lanes.GetValueOrDefault(channelId);

    internal SendLane LaneOf(long channelId) => _lanes.GetOrAdd(channelId, static (_, lanes) => new SendLane(lanes._clock, lanes._options.PerChannel), this);

    private SendLimits? Limits(DueItem due) => _kinds.Find(due.Kind)?.Capabilities.Limits;
}
