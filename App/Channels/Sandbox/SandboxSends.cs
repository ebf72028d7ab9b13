using System.Collections.Concurrent;

namespace Inbox.Channels.Sandbox;

/// <summary>A message that the stand-in took.</summary>
/// <param name="To">The phone number, or the id of a user without one.</param>
public sealed record SandboxSend(string Id, string To, bool ToPhone, string Text, string? ReplyTo, string? CallbackData, DateTime At)
{
    /// <summary>The last status that our webhook took; null while there was none.</summary>
    public string? Status { get; internal set; }
}

/// <summary>What each sandbox channel sent lately, newest last. In memory: it is a look-out, not a record.</summary>
public sealed class SandboxSends
{
    private const int Kept = 500;

    private readonly ConcurrentDictionary<long, Queue<SandboxSend>> _sends = new();

    public void Add(long channelId, SandboxSend send)
    {
        var sends = _sends.GetOrAdd(channelId, static _ => new Queue<SandboxSend>());
        lock (sends)
        {
            sends.Enqueue(send);
            while (sends.Count > Kept)
            {
                sends.Dequeue();
            }
        }
    }

    public IReadOnlyList<SandboxSend> Of(long channelId)
    {
        if (!_sends.TryGetValue(channelId, out var sends))
        {
            return [];
        }

        lock (sends)
        {
            return [.. sends];
        }
    }
}
