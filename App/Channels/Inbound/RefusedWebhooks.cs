using System.Collections.Concurrent;
using Inbox.Realtime;

namespace Inbox.Channels.Inbound;

/// <summary>
/// When a webhook last named an account and did not bear its signature: mostly a wrong app secret, which nobody would see
/// otherwise. Anybody can cause it, so it is told as that and no more; kept since this process started.
/// </summary>
public sealed class RefusedWebhooks(LiveFeed feed, TimeProvider clock)
{
    private static readonly TimeSpan ToldEvery = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<long, DateTime> _last = new();

    /// <param name="accounts">Those that the body named.</param>
    public void Note(IEnumerable<Channel> accounts)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var account in accounts)
        {
            var before = LastOf(account.Id);
            _last[account.Id] = now;
            if (!(now - before < ToldEvery))
            {
                feed.Publish(Topics.Channels(account.TenantId));
            }
        }
    }

    /// <returns>UTC; null: none.</returns>
    public DateTime? LastOf(long channelId) => _last.TryGetValue(channelId, out var at) ? at : null;
}
