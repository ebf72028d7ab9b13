using System.Collections.Concurrent;
using System.Text.Json;

namespace Inbox.Channels.Sandbox;

/// <summary>A message that the stand-in took.</summary>
/// <param name="To">The phone number, or the id of a user without one.</param>
public sealed record SandboxSend(string Id, string To, bool ToPhone, string Text, string? ReplyTo, string? CallbackData, DateTime At)
{
    /// <summary>The platform's word for the kind of message.</summary>
    public string Type { get; init; } = "text";

    /// <summary>What stands above the offers on the phone; null: the text.</summary>
    public string? Above { get; init; }

    /// <summary>What the customer can press.</summary>
    public IReadOnlyList<SandboxOffer> Offers { get; init; } = [];

    /// <summary>The message as it was sent, where the platform tells it back; else undefined.</summary>
    internal JsonElement Message { get; init; }

    /// <summary>Of a reaction the platform tells only that it was sent.</summary>
    public bool IsReaction => Type == "reaction";

    /// <summary>The last status that our webhook took; null while there was none.</summary>
    public string? Status { get; internal set; }

    /// <summary>How the customer feels about it.</summary>
    public string? Reaction { get; internal set; }
}

/// <param name="Kind">quick_reply or postback; button, list, template_button or location at a WhatsApp number; link for what only opens something.</param>
/// <param name="Payload">Comes back when it is pressed; of a link where it leads.</param>
public sealed record SandboxOffer(string Kind, string Title, string Payload);

/// <summary>A message that a made-up customer wrote.</summary>
/// <param name="From">The phone number, or the id of a user without one.</param>
public sealed record SandboxWritten(string Id, string From, string Name, string Text, DateTime At)
{
    /// <summary>The customer took it back.</summary>
    public bool IsUnsent { get; internal set; }

    /// <summary>How we feel about it.</summary>
    public string? Reaction { get; internal set; }
}

/// <summary>What the customer was shown.</summary>
/// <param name="MessageId">All up to this one was read; empty where the platform does not say which.</param>
/// <param name="Typing">And somebody writes.</param>
public sealed record SandboxSign(string MessageId, bool Typing);

/// <summary>What went to and fro at each sandbox channel lately, newest last. In memory: it is a look-out, not a record.</summary>
public sealed class SandboxSends
{
    private readonly Recent<SandboxSend> _sends = new();
    private readonly Recent<SandboxSign> _signs = new();
    private readonly Recent<SandboxWritten> _written = new();

    public void Add(long channelId, SandboxSend send) => _sends.Add(channelId, send);

    public void Add(long channelId, SandboxSign sign) => _signs.Add(channelId, sign);

    public void Add(long channelId, SandboxWritten written) => _written.Add(channelId, written);

    public IReadOnlyList<SandboxSend> Of(long channelId) => _sends.Of(channelId);

    public IReadOnlyList<SandboxSign> SignsOf(long channelId) => _signs.Of(channelId);

    public IReadOnlyList<SandboxWritten> WrittenTo(long channelId) => _written.Of(channelId);

    private sealed class Recent<T>
    {
        private const int Kept = 500;

        private readonly ConcurrentDictionary<long, Queue<T>> _all = new();

        public void Add(long channelId, T one)
        {
            var queue = _all.GetOrAdd(channelId, static _ => new Queue<T>());
            lock (queue)
            {
                queue.Enqueue(one);
                while (queue.Count > Kept)
                {
                    queue.Dequeue();
                }
            }
        }

        public IReadOnlyList<T> Of(long channelId)
        {
            if (!_all.TryGetValue(channelId, out var queue))
            {
                return [];
            }

            lock (queue)
            {
                return [.. queue];
            }
        }
    }
}
