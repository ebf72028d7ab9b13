using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Inbox.Realtime;

/// <summary>
/// Tells screens which topic changed, without data: they read again, with their own rights. A publisher never waits. A
/// subscriber has one pending signal at the most, so a thousand publishes against a slow screen cost it two or three reads.
/// </summary>
public sealed partial class LiveFeed(TimeProvider clock, ILogger<LiveFeed> log)
{
    private readonly ConcurrentDictionary<string, ImmutableArray<Subscription>> _topics = new();

    /// <summary>How many subscriptions there are, for the metrics.</summary>
    public int Count => _topics.Values.Sum(subscriptions => subscriptions.Length);

    /// <param name="topic">See <see cref="Topics"/>; compared exactly.</param>
    /// <param name="refresh">Runs off the publisher's thread, never twice at once.</param>
    /// <param name="atMostEvery">Changes that come closer together than this share one refresh.</param>
    public IDisposable Subscribe(string topic, Func<Task> refresh, TimeSpan atMostEvery = default)
    {
        var subscription = new Subscription(this, topic, refresh, atMostEvery);
        _topics.AddOrUpdate(topic, static (_, added) => [added], static (_, all, added) => all.Add(added), subscription);
        return subscription;
    }

    public void Publish(string topic)
    {
        if (_topics.TryGetValue(topic, out var subscriptions))
        {
            foreach (var subscription in subscriptions)
            {
                subscription.Signal();
            }
        }
    }

    public void Publish(IEnumerable<string> topics)
    {
        foreach (var topic in topics)
        {
            Publish(topic);
        }
    }

    private void Remove(Subscription subscription)
    {
        while (_topics.TryGetValue(subscription.Topic, out var all))
        {
            var rest = all.Remove(subscription);
            if (rest.IsEmpty ? _topics.TryRemove(KeyValuePair.Create(subscription.Topic, all)) : _topics.TryUpdate(subscription.Topic, rest, all))
            {
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "A refresh of {Topic} failed")]
    private partial void RefreshFailed(Exception error, string topic);

    private sealed class Subscription(LiveFeed feed, string topic, Func<Task> refresh, TimeSpan atMostEvery) : IDisposable
    {
        private const int Idle = 0;
        private const int Running = 1;
        private const int RunningAndSignalled = 2;

        private readonly CancellationTokenSource _gone = new();
        private int _state;

        public string Topic => topic;

        public void Signal()
        {
            while (true)
            {
                var state = Volatile.Read(ref _state);
                if (state == RunningAndSignalled)
                {
                    return;
                }

                if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
                {
                    if (state == Idle)
                    {
                        ThreadPool.UnsafeQueueUserWorkItem(static subscription => _ = subscription.RunAsync(), this, preferLocal: false);
                    }

                    return;
                }
            }
        }

        public void Dispose()
        {
            _gone.Cancel();
            feed.Remove(this);
        }

        private async Task RunAsync()
        {
            do
            {
                Interlocked.Exchange(ref _state, Running);
                try
                {
                    if (_gone.IsCancellationRequested)
                    {
                        return;
                    }

                    await refresh();
                    if (atMostEvery > TimeSpan.Zero)
                    {
                        await Task.Delay(atMostEvery, feed.Clock, _gone.Token);
                    }
                }
                catch (OperationCanceledException) when (_gone.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception error)
                {
                    feed.RefreshFailed(error, topic);
                }
            }
            while (Interlocked.CompareExchange(ref _state, Idle, Running) != Running);
        }
    }

    private TimeProvider Clock => clock;
}
