using System.Collections.Concurrent;

namespace Inbox.Realtime;

/// <summary>Who writes in a conversation right now. Forgotten after a few seconds without a repeat.</summary>
public sealed class Typing(LiveFeed feed, TimeProvider clock)
{
    /// <summary>Browsers repeat every 4 to 5 s.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(8);

    private readonly ConcurrentDictionary<(long TenantId, long ConversationId), ConcurrentDictionary<string, Typist>> _typing = new();

    internal int Conversations => _typing.Count;

    /// <param name="who">Distinguishes people: <c>user:7</c>, <c>customer</c>.</param>
    /// <param name="name">Null for the customer.</param>
    public void Set(long tenantId, long conversationId, string who, string? name, bool active, bool isNote = false)
    {
        var here = _typing.GetOrAdd((tenantId, conversationId), static _ => new());
        var before = here.TryGetValue(who, out var known) && known.Until > clock.GetTimestamp();
        if (active)
        {
            here[who] = new Typist(who, name, isNote, clock.GetTimestamp() + (long)(Lasts.TotalSeconds * clock.TimestampFrequency));
        }
        else if (here.TryRemove(who, out _) && here.IsEmpty)
        {
            _typing.TryRemove(KeyValuePair.Create((tenantId, conversationId), here));
        }

        if (before != active)
        {
            feed.Publish(Topics.Presence(tenantId, conversationId));
        }
    }

    public IReadOnlyList<Typist> In(long tenantId, long conversationId)
    {
        if (!_typing.TryGetValue((tenantId, conversationId), out var here))
        {
            return [];
        }

        foreach (var gone in here.Where(typist => typist.Value.Until <= clock.GetTimestamp()))
        {
            here.TryRemove(gone);
        }

        if (here.IsEmpty)
        {
            _typing.TryRemove(KeyValuePair.Create((tenantId, conversationId), here));
        }

        return [.. here.Values];
    }
}

/// <param name="Until">A timestamp of the clock.</param>
/// <param name="IsNote">Writes to colleagues, not to the customer.</param>
public sealed record Typist(string Who, string? Name, bool IsNote, long Until);
