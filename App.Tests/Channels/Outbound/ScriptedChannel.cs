using System.Collections.Concurrent;
using Inbox.Channels;
using Inbox.Channels.Outbound;

namespace Inbox.Tests.Channels.Outbound;

/// <summary>A platform that does what the test says.</summary>
public sealed class ScriptedChannel : IChannel
{
    private int _ids;

    public string Kind => "scripted";

    public string DisplayName => "Scripted";

    public ChannelCapabilities Capabilities { get; set; } = new(4096, null, true, true, false, false);

    /// <summary>Each call, in the order in which it began.</summary>
    public ConcurrentQueue<OutboundMessage> Calls { get; } = new();

    /// <summary>The most calls that ran at once to one customer.</summary>
    public int MostAtOnceToOne => _atOnce.Values.Select(count => count.Most).DefaultIfEmpty().Max();

    public Func<OutboundMessage, CancellationToken, Task<SendResult>>? Answer { get; set; }

    private readonly ConcurrentDictionary<string, (int Now, int Most)> _atOnce = new();

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt) => [];

    public async Task<SendResult> SendAsync(Channel account, OutboundMessage message, CancellationToken cancellation)
    {
        Calls.Enqueue(message);
        _atOnce.AddOrUpdate(message.To.Value, (1, 1), (_, count) => (count.Now + 1, Math.Max(count.Most, count.Now + 1)));
        try
        {
            return Answer is { } answer ? await answer(message, cancellation) : Sent();
        }
        finally
        {
            _atOnce.AddOrUpdate(message.To.Value, (0, 0), (_, count) => (count.Now - 1, count.Most));
        }
    }

    public SendResult Sent() => new SendResult.Sent($"id.{Interlocked.Increment(ref _ids)}");
}
