using System.Collections.Concurrent;

namespace Inbox.Access.Rights;

/// <summary>
/// Tells the open pages of this process at once that rights or sessions of a person changed. Other nodes see it when they
/// look again, every two seconds.
/// </summary>
public sealed class AccessChanges
{
    private readonly ConcurrentDictionary<Watcher, byte> _watchers = new();

    /// <param name="userId">Whose.</param>
    /// <param name="changed">Returns at once: it is called by whoever made the change.</param>
    public IDisposable Watch(long userId, Action changed)
    {
        var watcher = new Watcher(this, userId, changed);
        _watchers[watcher] = 0;
        return watcher;
    }

    public void Raise(long userId)
    {
        foreach (var (watcher, _) in _watchers)
        {
            if (watcher.UserId == userId)
            {
                watcher.Changed();
            }
        }
    }

    /// <summary>Many may be meant: a role of a business changed.</summary>
    public void RaiseAll()
    {
        foreach (var (watcher, _) in _watchers)
        {
            watcher.Changed();
        }
    }

    private sealed class Watcher(AccessChanges changes, long userId, Action changed) : IDisposable
    {
        public long UserId => userId;

        public Action Changed => changed;

        public void Dispose() => changes._watchers.TryRemove(this, out _);
    }
}
