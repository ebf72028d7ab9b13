using System.Collections.Concurrent;
using Inbox.Access.Sessions;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Rights;

/// <summary>
/// Sessions that were signed out on this node and whose cookie, had somebody copied it, would still be good. Open circuits
/// of the same browser end with it too. A restart forgets them; changing the security stamp ends all of a person's for good.
/// </summary>
public sealed class EndedSessions(IOptions<AuthOptions> options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    public bool Holds(SessionClaims session) => _ended.ContainsKey(session.Id);

    public void Add(SessionClaims session)
    {
        var now = clock.GetUtcNow();
        foreach (var (id, at) in _ended)
        {
            if (at + options.Value.LongestSession < now)
            {
                _ended.TryRemove(id, out _);
            }
        }

        _ended[session.Id] = now;
    }
}
