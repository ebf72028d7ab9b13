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
    private readonly PartitionedRateLimiter<DueItem> _recipients;
    private readonly ChannelCatalogue _kinds;
    private readonly OutboundOptions _options;
    private readonly TimeProvider _clock;

    public SendLanes(ChannelCatalogue kinds, IOptions<OutboundOptions> options, TimeProvider clock)
    {
        (_kinds, _options, _clock) = (kinds, options.Value, clock);
        _recipients = PartitionedRateLimiter.Create<DueItem, (long, string)>(due => Limits(due.Kind) is { } limits
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

    /// <summary>The time until the first resting channel opens, or the next recording may begin; null when neither waits.</summary>
    public TimeSpan? NextOpening
    {
        get
        {
            var waits = _lanes.Values.SelectMany(lane => new[] { lane.ClosedFor, lane.NextRecording ?? TimeSpan.Zero }).Where(time => time > TimeSpan.Zero).ToList();
            return waits.Count == 0 ? null : waits.Min();
        }
    }

    /// <summary>Channels whose circuit is open or is being tried again.</summary>
    public IReadOnlyCollection<long> Broken => [.. from lane in _lanes where lane.Value.IsBroken select lane.Key];

    /// <summary>Lets in what may begin; each must be <see cref="Leave">left</see>.</summary>
    /// <returns>Those let in, and with their new times those whose customer had too many lately, and recordings that their channel had too many of.</returns>
    public (IReadOnlyList<DueItem> Admitted, IReadOnlyList<(DueItem Due, DateTime At)> Later) Admit(IReadOnlyList<DueItem> due, int most)
    {
        List<DueItem> admitted = [];
        List<(DueItem, DateTime)> later = [];
        var now = _clock.GetUtcNow().UtcDateTime;
        foreach (var item in due)
        {
            if (_running.ContainsKey(item.Id))
            {
                // Queued again on disk, while its last send has not left here yet.
                continue;
            }

            var lane = LaneOf(item.ChannelId, item.Kind);
            if (admitted.Count >= Math.Min(most, Room + admitted.Count) || lane.Room == 0 || lane.ClosedFor > TimeSpan.Zero)
            {
                continue;
            }

            if (item.Type is "audio" or "voice" or "video" && lane.TryTakeTurnOfRecordings(item.Id) is { } at)
            {
                later.Add((item, at));
                continue;
            }

            if (!lane.TryTakeTurn())
            {
                continue;
            }

            using var customer = _recipients.AttemptAcquire(item);
            if (!customer.IsAcquired)
            {
                later.Add((item, now + (Limits(item.Kind)?.RecipientEvery ?? TimeSpan.Zero)));
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
            Find(channelId)?.Leave();
        }
    }

    /// <summary>Nothing of the channel goes out for a while.</summary>
    public void Rest(Channel channel, TimeSpan time) => LaneOf(channel).CloseFor(time);

    /// <summary>A person wants the channel to be tried now.</summary>
    public void Wake(long channelId) => Find(channelId)?.Open();

    public void Dispose()
    {
        _recipients.Dispose();
        foreach (var lane in _lanes.Values)
        {
            lane.Dispose();
        }
    }

    /// <returns>Null while the channel sent nothing here.</returns>
    internal SendLane? Find(long channelId) => _lanes.GetValueOrDefault(channelId);

    internal SendLane LaneOf(Channel channel) => LaneOf(channel.Id, channel.Kind);

    private SendLane LaneOf(long channelId, string kind)
        => _lanes.GetOrAdd(channelId, _ => new SendLane(_clock, _options.PerChannel, Limits(kind)));

    private SendLimits? Limits(string kind) => _kinds.Find(kind)?.Capabilities.Limits;
}
