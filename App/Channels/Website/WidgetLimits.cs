using System.ComponentModel.DataAnnotations;
using System.Globalization;
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

    /// <summary>Files per minute of one visitor; a network has ten times as many.</summary>
    [Range(1, 100_000)]
    public int FilesPerMinute { get; set; } = 10;

    /// <summary>Files of one visitor that may be on their way at once.</summary>
    [Range(1, 100)]
    public int FilesAtOnce { get; set; } = 3;

    /// <summary>Files of one network, which many may share, that may be on their way at once.</summary>
    [Range(1, 1000)]
    public int FilesAtOncePerNetwork { get; set; } = 6;

    /// <summary>What files of one network may bring to one channel in an hour.</summary>
    [Range(1, 1_000_000)]
    public int FileMegabytesPerHour { get; set; } = 250;

    /// <summary>Other requests per minute of one visitor or, without one, one network.</summary>
    [Range(1, 100_000)]
    public int RequestsPerMinute { get; set; } = 240;

    /// <summary>Streams that one visitor may hold open.</summary>
    [Range(1, 1000)]
    public int StreamsPerVisitor { get; set; } = 6;

    /// <summary>Streams that one network, which many may share, may hold open.</summary>
    [Range(1, 100_000)]
    public int StreamsPerNetwork { get; set; } = 200;
}

[OptionsValidator]
public sealed partial class WidgetLimitOptionsValidator : IValidateOptions<WidgetLimitOptions>;

/// <summary>Keeps one visitor, one network or one script from taking the widget from all others.</summary>
public sealed class WidgetLimits : IDisposable
{
    private const int VisitorsOfNetwork = 10;
    private const int Kilobyte = 1000;

    private static readonly TimeSpan AfterAStream = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterAFile = TimeSpan.FromSeconds(2);

    private readonly Budgets _sessions;
    private readonly Budgets _messages;
    private readonly Budgets _networks;
    private readonly Budgets _files;
    private readonly Budgets _filesOfNetworks;
    private readonly Budgets _bytes;
    private readonly Budgets _requests;
    private readonly PartitionedRateLimiter<string> _streams;
    private readonly PartitionedRateLimiter<string> _streamsOfNetworks;
    private readonly PartitionedRateLimiter<string> _uploads;
    private readonly PartitionedRateLimiter<string> _uploadsOfNetworks;

    public WidgetLimits(IOptions<WidgetLimitOptions> options, TimeProvider clock)
    {
        _sessions = new Budgets(options.Value.SessionsPerMinute, clock);
        _messages = new Budgets(options.Value.MessagesPerMinute, clock);
        _networks = new Budgets(options.Value.MessagesPerMinute * VisitorsOfNetwork, clock);
        _files = new Budgets(options.Value.FilesPerMinute, clock);
        _filesOfNetworks = new Budgets(options.Value.FilesPerMinute * VisitorsOfNetwork, clock);
        _bytes = new Budgets(options.Value.FileMegabytesPerHour * Kilobyte, clock, over: TimeSpan.FromHours(1));
        _requests = new Budgets(options.Value.RequestsPerMinute, clock);
        _streams = AtOnce(options.Value.StreamsPerVisitor);
        _streamsOfNetworks = AtOnce(options.Value.StreamsPerNetwork);
        _uploads = AtOnce(options.Value.FilesAtOnce);
        _uploadsOfNetworks = AtOnce(options.Value.FilesAtOncePerNetwork);
    }

    public void Session(string network) => Take(_sessions, network);

    public void Message(string visitor, string network)
    {
        Take(_messages, visitor);
        Take(_networks, network);
    }

    /// <summary>Held while the file comes.</summary>
    public IDisposable File(string visitor, string network)
    {
        Take(_files, visitor);
        Take(_filesOfNetworks, network);
        return Hold((_uploads, visitor), (_uploadsOfNetworks, network), AfterAFile);
    }

    /// <summary>Before the bytes come.</summary>
    public void Bytes(string network, long channelId, long bytes)
        => Take(_bytes, string.Create(CultureInfo.InvariantCulture, $"{channelId}|{network}"), (int)Math.Min(int.MaxValue, (bytes + Kilobyte - 1) / Kilobyte));

    public void Request(string who) => Take(_requests, who);

    /// <summary>Held while the stream is open.</summary>
    public IDisposable Stream(string visitor, string network) => Hold((_streams, visitor), (_streamsOfNetworks, network), AfterAStream);

    public void Dispose()
    {
        _streams.Dispose();
        _streamsOfNetworks.Dispose();
        _uploads.Dispose();
        _uploadsOfNetworks.Dispose();
    }

    private static PartitionedRateLimiter<string> AtOnce(int most)
        => PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetConcurrencyLimiter(who, _ => new ConcurrencyLimiterOptions { PermitLimit = most }));

    /// <summary>A place of each, or none.</summary>
    private static Both Hold((PartitionedRateLimiter<string> Places, string Who) one, (PartitionedRateLimiter<string> Places, string Who) other, TimeSpan wait)
    {
        var first = one.Places.AttemptAcquire(one.Who);
        if (!first.IsAcquired)
        {
            throw TooMany(wait);
        }

        var second = other.Places.AttemptAcquire(other.Who);
        if (!second.IsAcquired)
        {
            first.Dispose();
            throw TooMany(wait);
        }

        return new Both(first, second);
    }

    private static void Take(Budgets budgets, string who, int cost = 1)
    {
        if (budgets.Take(who, cost) is { } wait)
        {
            throw TooMany(wait);
        }
    }

    private static RefusedException TooMany(TimeSpan wait)
        => new("rate_limited", "That was too much at once. Try again in a moment.", StatusCodes.Status429TooManyRequests) { RetryAfter = wait };

    private sealed class Both(RateLimitLease one, RateLimitLease other) : IDisposable
    {
        public void Dispose()
        {
            one.Dispose();
            other.Dispose();
        }
    }
}
