using System.Collections.Concurrent;
using System.Globalization;
using Inbox.Realtime;
using Inbox.Tests.Journeys;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Benchmarks;

/// <summary>
/// From the platform's POST to the message in the agent's list: three inbox screens in Chromium and 200 further subscribers
/// of the same topic. The app runs in this process, so that the benchmark can subscribe to its live feed.
/// </summary>
internal sealed class LiveBench(Arguments arguments)
{
    private const int Screens = 3;
    private const int Subscribers = 200;
    private const int Customers = 200;

    // Notes when each text "live-N" is first in the page. The clock is the machine's, as ours is.
    private const string Watch = """
        () => {
          window.seen = {}; window.redraws = 0;
          const look = () => { for (const line of document.querySelectorAll(".line-preview")) {
            const found = /live-(\d+)/.exec(line.textContent); if (found && !(found[1] in window.seen)) window.seen[found[1]] = performance.timeOrigin + performance.now(); } };
          new MutationObserver(() => { window.redraws++; look(); }).observe(document.body, { childList: true, subtree: true, characterData: true });
        }
        """;

    private readonly int _seconds = arguments.Number("seconds", 20);
    private readonly int _warmUp = arguments.Number("warm-up", 40);
    private readonly int _rate = arguments.Number("rate", 50);
    private readonly Figures _figures = new();

    public static async Task<int> RunAsync(Arguments arguments) => await new LiveBench(arguments).RunAsync();

    private async Task<int> RunAsync()
    {
        await using var browser = new Chromium();
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Settings = Owner.Settings(sampleData: false).ToDictionary(setting => setting.Key, setting => (string?)setting.Value),
        });
        var number = await app.GivenWhatsApp(tenant: 1);
        Console.WriteLine($"live: {_rate} messages/s for {_seconds} s, {Screens} screens in Chromium and {Subscribers} further subscribers, {Environment.ProcessorCount} cores");

        var told = 0;
        var subscriptions = Enumerable.Range(0, Subscribers).Select(_ => app.Services.GetRequiredService<LiveFeed>().Subscribe(Topics.Inbox(1), () =>
        {
            Interlocked.Increment(ref told);
            return Task.CompletedTask;
        })).ToList();
        var visits = new List<Visit>();
        var screens = new List<InboxScreen>();
        for (var i = 0; i < Screens; i++)
        {
            visits.Add(await Visit.StartAsync($"agent-{i}", app.Address, tracing: false));
            screens.Add(await new SignInScreen(await visits[i].Context.NewPageAsync()).SignIn(Owner.Email, Owner.Password));
        }

        // As for hours before, so that the runtime has compiled what is used.
        await SendAsync(number, _warmUp, "warm");
        await app.InboundIsIdle();

        // One message before the clock starts: every screen is live and shows it.
        await number.DeliverText("15550410000", "live-0");
        foreach (var screen in screens)
        {
            await screen.Line("live-0").WaitForAsync();
            await screen.Page.EvaluateAsync(Watch);
        }

        Interlocked.Exchange(ref told, 0);
        var sent = await SendAsync(number, _seconds, "live");
        await app.InboundIsIdle();
        await Eventually.Async(async () =>
        {
            var last = sent.Keys.Max().ToString(CultureInfo.InvariantCulture);
            return (await Task.WhenAll(screens.Select(screen => screen.Page.EvaluateAsync<bool>($"() => '{last}' in window.seen")))).All(seen => seen);
        });

        var times = new List<double>();
        var redraws = 0;
        foreach (var screen in screens)
        {
            var seen = await screen.Page.EvaluateAsync<Dictionary<string, double>>("() => window.seen");
            times.AddRange(sent.Where(message => seen.ContainsKey(message.Key.ToString(CultureInfo.InvariantCulture)))
                .Select(message => seen[message.Key.ToString(CultureInfo.InvariantCulture)] - message.Value));
            redraws += await screen.Page.EvaluateAsync<int>("() => window.redraws");
        }

        subscriptions.ForEach(subscription => subscription.Dispose());
        foreach (var visit in visits)
        {
            await visit.DisposeAsync();
        }

        times.Sort();
        var missed = (sent.Count * Screens) - times.Count;
        var p95 = Figures.Percentile(times, 0.95);
        Figures.Line("sent", sent.Count / (double)_seconds, "/s");
        Figures.Line("POST to visible in Chromium, p50", Figures.Percentile(times, 0.5), "ms");
        _figures.Goal("POST to visible in Chromium, p95", p95, "ms", p95 <= 500, "500");
        Figures.Line("POST to visible in Chromium, longest", times.LastOrDefault(), "ms");
        _figures.Goal("never seen in a list", missed, "", missed <= times.Count / 100, "under 1 %");
        Figures.Line("pulls of a subscriber", told / (double)Subscribers / _seconds, "/s");
        Figures.Line("redraws of a screen", redraws / (double)Screens / _seconds, "/s");
        _figures.Goal("pulls for each message", told / (double)Subscribers / sent.Count, "", told < sent.Count * Subscribers, "less than 1: lists coalesce");
        return _figures.AllMet ? 0 : 1;
    }

    /// <returns>When each number was posted, in milliseconds since 1970.</returns>
    private async Task<ConcurrentDictionary<int, double>> SendAsync(WhatsAppNumber number, int seconds, string name)
    {
        var sent = new ConcurrentDictionary<int, double>();
        var posts = new List<Task>();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / _rate));
        for (var i = 1; i <= _rate * seconds && await ticks.WaitForNextTickAsync(); i++)
        {
            var text = i;
            posts.Add(Task.Run(async () =>
            {
                sent[text] = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
                await number.DeliverText(string.Create(CultureInfo.InvariantCulture, $"1555041{text % Customers:0000}"), $"{name}-{text} and some words more");
            }));
        }

        await Task.WhenAll(posts);
        return sent;
    }
}
