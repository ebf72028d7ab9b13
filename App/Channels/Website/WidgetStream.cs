using System.Globalization;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Media;
using Inbox.Realtime;
using Inbox.Tenancy;

namespace Inbox.Channels.Website;

/// <summary>
/// Tells a visitor's browser what is new: as server-sent events (WHATWG HTML, "Server-sent events") from the event that it
/// saw last, or, where streams do not get through, as JSON on each question.
/// </summary>
internal static class WidgetStream
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(15);

    // How soon a widget that was switched off, a page that may no longer show it, or whom the site no longer vouches for falls silent.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(4);

    // A connection is given up now and then, so that a proxy that hides the visitor's leaving does not keep it for ever.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public static async Task<IResult> FollowAsync(
        HttpContext context,
        Visitors visitors,
        ICustomerThreads threads,
        LiveFeed feed,
        Typing typing,
        WidgetLimits limits,
        ChannelDirectory directory,
        WidgetIdentity identity,
        MediaLinks links,
        TimeProvider clock,
        IHostApplicationLifetime life,
        long? since = null)
    {
        var visitor = await WidgetEndpoints.VisitorAsync(context, visitors, limits, context.RequestAborted);
        if (since is { } place)
        {
            var news = await threads.SinceAsync(visitor.Channel, visitor.Address, place, context.RequestAborted);
            return TypedResults.Ok(new WidgetEvents([.. news.Events.Select(happened => new WidgetEvent(Name(happened), Data(happened, links)))], news.Sequence));
        }

        var last = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen
            : (await threads.SinceAsync(visitor.Channel, visitor.Address, long.MaxValue, context.RequestAborted)).Sequence;
        using var held = limits.Stream(visitor.Visitor.Key, Network.Of(context.Connection.RemoteIpAddress));
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        ends.CancelAfter(Longest);
        try
        {
            await using var stream = new Stream(context, visitor, threads, feed, typing, directory, identity, links, clock);
            await stream.RunAsync(last, ends.Token);
        }
        catch (OperationCanceledException)
        {
            // the visitor left, the server stops, or it was long enough: the browser comes again
        }

        return TypedResults.Empty;
    }

    private static string Name(CustomerEvent happened) => happened.IsNew ? "message" : "status";

    private static object Data(CustomerEvent happened, MediaLinks links)
        => happened.IsNew ? WidgetMessage.Of(happened.Message, links) : new WidgetStatus(happened.Message.ClientKey, happened.Message.Id, happened.Message.Status);

    private sealed class Stream(HttpContext context, CurrentVisitor visitor, ICustomerThreads threads, LiveFeed feed, Typing typing, ChannelDirectory directory, WidgetIdentity identity, MediaLinks links, TimeProvider clock) : IAsyncDisposable
    {
        private readonly SemaphoreSlim _signal = new(1, 1);
        private readonly List<IDisposable> _topics = [];
        private long? _conversation;
        private bool _typing;

        public async Task RunAsync(long last, CancellationToken cancellation)
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            Watch(Topics.Customer(visitor.Channel.TenantId, visitor.Channel.Id, visitor.Address.Value));
            await context.Response.WriteAsync(": hello\n\n", cancellation);
            var pinged = clock.GetTimestamp();
            var looks = true;
            while (await IsAllowedAsync(cancellation))
            {
                if (looks)
                {
                    await FindConversationAsync(cancellation);
                    last = await SendNewsAsync(last, cancellation);
                }

                await SendTypingAsync(cancellation);
                await context.Response.Body.FlushAsync(cancellation);
                looks = await _signal.WaitAsync(_typing && Typing.Lasts < Turn ? Typing.Lasts : Turn, cancellation);
                if (!looks && clock.GetElapsedTime(pinged) >= Ping)
                {
                    // Without a signal it looks as seldom as it pings: for what other nodes did.
                    looks = true;
                    pinged = clock.GetTimestamp();
                    await context.Response.WriteAsync(": ping\n\n", cancellation);
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            foreach (var topic in _topics)
            {
                topic.Dispose();
            }

            return ValueTask.CompletedTask;
        }

        private async Task<bool> IsAllowedAsync(CancellationToken cancellation)
            => (await directory.ReadAsync(cancellation)).Find(visitor.Channel.Id) is { } channel && WidgetOrigins.Allows(context.Request, channel) && identity.StillHolds(channel, visitor);

        private async Task FindConversationAsync(CancellationToken cancellation)
        {
            if (await threads.ConversationAsync(visitor.Channel, visitor.Address, cancellation) is { } conversation && conversation != _conversation)
            {
                _conversation = conversation;
                Watch(Topics.Conversation(visitor.Channel.TenantId, conversation));
                Watch(Topics.Presence(visitor.Channel.TenantId, conversation));
            }
        }

        private async Task<long> SendNewsAsync(long last, CancellationToken cancellation)
        {
            CustomerNews news;
            do
            {
                news = await threads.SinceAsync(visitor.Channel, visitor.Address, last, cancellation);
                foreach (var happened in news.Events)
                {
                    await context.Response.WriteAsync($"id: {happened.Sequence}\nevent: {Name(happened)}\ndata: {Json(Data(happened, links))}\n\n", cancellation);
                }

                last = Math.Max(last, news.Sequence);
            }
            while (news.HasMore);

            return last;
        }

        private async Task SendTypingAsync(CancellationToken cancellation)
        {
            var who = _conversation is { } conversation
                ? typing.In(visitor.Channel.TenantId, conversation).FirstOrDefault(typist => typist.Who != "customer" && !typist.IsNote)
                : null;
            if (who is not null != _typing)
            {
                _typing = who is not null;
                await context.Response.WriteAsync($"event: typing\ndata: {Json(new WidgetTyping(_typing, who?.Name))}\n\n", cancellation);
            }
        }

        private void Watch(string topic) => _topics.Add(feed.Subscribe(topic, Signal));

        private Task Signal()
        {
            try
            {
                _signal.Release();
            }
            catch (SemaphoreFullException)
            {
                // it looks already
            }

            return Task.CompletedTask;
        }

        private static string Json(object data) => JsonSerializer.Serialize(data, data.GetType(), WebsiteJson.Default);
    }
}
