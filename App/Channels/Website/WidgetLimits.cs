using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Inbox.Access.Http.Limits;
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

    private static readonly TimeSpan AfterAStream = TimeSpan.FromSeconds(10);

    private readonly Budgets _sessions;
    private readonly Budgets _messages;
    private readonly Budgets _networks;
    private readonly Budgets _requests;
    private readonly PartitionedRateLimiter<string> _streams;

    public WidgetLimits(IOptions<WidgetLimitOptions> options, TimeProvider clock)
    {
        _sessions = new Budgets(options.Value.SessionsPerMinute, clock);
        _messages = new Budgets(options.Value.MessagesPerMinute, clock);
        _networks = new Budgets(options.Value.MessagesPerMinute * VisitorsOfNetwork, clock);
        _requests = new Budgets(options.Value.RequestsPerMinute, clock);
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
        return lease.IsAcquired ? lease : throw TooMany(AfterAStream);
    }

    public void Dispose() => _streams.Dispose();

    private static void Take(Budgets budgets, string who)
    {
        if (budgets.Take(who) is { } wait)
        {
            throw TooMany(wait);
        }
    }

    private static RefusedException TooMany(TimeSpan wait)
        => new("rate_limited", "That was too much at once. Try again in a moment.", StatusCodes.Status429TooManyRequests) { RetryAfter = wait };
}
