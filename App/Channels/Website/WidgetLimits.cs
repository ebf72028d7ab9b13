using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Inbox.Tenancy;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Website;

/// <summary>Budgets of the public widget, section <c>Inbox:Limits:Widget</c>.</summary>
public sealed class WidgetLimitOptions
{
    /// <summary>New visitors per minute from one network.</summary>
    [Range(1, 100_000)]
    public int SessionsPerMinute { get; set; } = 20;

    /// <summary>Messages per minute of one visitor; a network, which many may share, has ten times as many.</summary>
    [Range(1, 100_000)]
    public int MessagesPerMinute { get; set; } = 30;

    /// <summary>Other requests per minute of one visitor or, without one, one network.</summary>
    [Range(1, 100_000)]
    public int RequestsPerMinute { get; set; } = 240;

    /// <summary>Streams that one visitor may hold open.</summary>
    [Range(1, 1000)]
    public int StreamsPerVisitor { get; set; } = 6;
}

[OptionsValidator]
public sealed partial class WidgetLimitOptionsValidator : IValidateOptions<WidgetLimitOptions>;

/// <summary>Keeps one visitor, one network or one script from taking the widget from all others.</summary>
public sealed class WidgetLimits : IDisposable
{
    private const int VisitorsOfNetwork = 10;

    private readonly PartitionedRateLimiter<string> _sessions;
    private readonly PartitionedRateLimiter<string> _messages;
    private readonly PartitionedRateLimiter<string> _networks;
    private readonly PartitionedRateLimiter<string> _requests;
    private readonly PartitionedRateLimiter<string> _streams;

    public WidgetLimits(IOptions<WidgetLimitOptions> options)
    {
        _sessions = PerMinute(options.Value.SessionsPerMinute);
        _messages = PerMinute(options.Value.MessagesPerMinute);
        _networks = PerMinute(options.Value.MessagesPerMinute * VisitorsOfNetwork);
        _requests = PerMinute(options.Value.RequestsPerMinute);
        _streams = PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetConcurrencyLimiter(
            who, _ => new ConcurrencyLimiterOptions { PermitLimit = options.Value.StreamsPerVisitor }));
    }

    public void Session(string network) => Take(_sessions, network);

    public void Message(string visitor, string network)
    {
        Take(_messages, visitor);
        Take(_networks, network);
    }

    public void Request(string who) => Take(_requests, who);

    /// <summary>Held while the stream is open.</summary>
    public RateLimitLease Stream(string visitor)
    {
        var lease = _streams.AttemptAcquire(visitor);
        return lease.IsAcquired ? lease : throw TooMany(lease);
    }

    public void Dispose()
    {
        _sessions.Dispose();
        _messages.Dispose();
        _networks.Dispose();
        _requests.Dispose();
        _streams.Dispose();
    }

    private static PartitionedRateLimiter<string> PerMinute(int permits)
        => PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = permits,
            TokensPerPeriod = Math.Max(1, permits / 6),
            ReplenishmentPeriod = TimeSpan.FromSeconds(10),
            QueueLimit = 0,
        }));

    private static void Take(PartitionedRateLimiter<string> limiter, string who)
    {
        using var lease = limiter.AttemptAcquire(who);
        if (!lease.IsAcquired)
        {
            throw TooMany(lease);
        }
    }

    private static RefusedException TooMany(RateLimitLease lease)
        => new("rate_limited", "That was too much at once. Try again in a moment.", StatusCodes.Status429TooManyRequests)
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) && after > TimeSpan.Zero ? after : TimeSpan.FromSeconds(10),
        };
}
