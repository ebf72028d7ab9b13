using System.Collections.Concurrent;

namespace Inbox.Channels.Sandbox;

/// <summary>A message that the stand-in took.</summary>
/// <param name="To">The phone number, or the id of a user without one.</param>
public sealed record SandboxSend(string Id, string To, bool ToPhone, string Text, string? ReplyTo, string? CallbackData, DateTime At)
{
    /// <summary>The platform's word for the kind of message.</summary>
    public string Type { get; init; } = "text";

    /// <summary>Of a reaction the platform tells only that it was sent.</summary>
    public bool IsReaction => Type == "reaction";

    /// <summary>The last status that our webhook took; null while there was none.</summary>
    public string? Status { get; internal set; }
}

/// <summary>What the customer was shown.</summary>
/// <param name="MessageId">All up to this one was read.</param>
/// <param name="Typing">And somebody writes.</param>
public sealed record SandboxSign(string MessageId, bool Typing);

/// <summary>What each sandbox channel sent lately, newest last. In memory: it is a look-out, not a record.</summary>
public sealed class SandboxSends
{
    private readonly Recent<SandboxSend> _sends = new();
    private readonly Recent<SandboxSign> _signs = new();

    public void Add(long channelId, SandboxSend send) => _sends.Add(channelId, send);

    public void Add(long channelId, SandboxSign sign) => _signs.Add(channelId, sign);

    public IReadOnlyList<SandboxSend> Of(long channelId) => _sends.Of(channelId);

    public IReadOnlyList<SandboxSign> SignsOf(long channelId) => _signs.Of(channelId);

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
