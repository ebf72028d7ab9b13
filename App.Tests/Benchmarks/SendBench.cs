using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Inbox.Channels.Outbound;
using Inbox.Data;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Benchmarks;

/// <summary>
/// How many queued messages a second leave through the outbox, to a platform on loopback that answers in 50 ms, over 1, 10
/// and 100 numbers; beside it a bare client that posts the same with as many requests at once and writes nothing down.
/// </summary>
internal sealed class SendBench(Arguments arguments)
{
    private const int PerNumber = 80;      // a second, as WhatsApp allows a number that has just begun
    private const int Enough = 1000;
    private const double Share = 0.8;

    private static readonly int AtOnce = new OutboundOptions().Total;

    private static readonly TimeSpan AnswersIn = TimeSpan.FromMilliseconds(50);

    private readonly int _seconds = arguments.Number("seconds", 15);
    private readonly Figures _figures = new();

    public static async Task<int> RunAsync(Arguments arguments) => await new SendBench(arguments).RunAsync();

    private async Task<int> RunAsync()
    {
        Console.WriteLine($"send: messages of about {_seconds} s, answers in {AnswersIn.TotalMilliseconds} ms, {Environment.ProcessorCount} cores");
        foreach (var database in arguments.Text("databases", "Sqlite,PostgreSql").Split(',').Select(Enum.Parse<TestDatabase>))
        {
            foreach (var channels in arguments.Text("numbers", "1,10,100").Split(',').Select(count => int.Parse(count, CultureInfo.InvariantCulture)))
            {
                await MeasureAsync(database, channels);
            }
        }

        return _figures.AllMet ? 0 : 1;
    }

    private async Task MeasureAsync(TestDatabase database, int channels)
    {
        await using var graph = new GraphSends(AnswersIn);
        var address = await graph.StartAsync();
        await using var app = await TestApp.StartAsync(new TestAppOptions { Database = database, Settings = new Dictionary<string, string?> { ["Inbox:Meta:GraphUrl"] = address } });
        var allowed = Math.Min(channels * PerNumber, Enough / Share);
        var messages = (int)(allowed * _seconds) / 2 * 2;   // two of each conversation
        // As if it had run for hours: the runtime has compiled what is used.
        await QueuedMessages.GivenAsync(app, channels, Math.Min(messages, 500), perConversation: 1);
        await DrainAsync(app);
        await QueuedMessages.GivenAsync(app, channels, messages / 2, perConversation: 2);
        var bare = await BareAsync(address, Math.Min(messages, 2000));
        var warm = graph.Count;
        await DrainAsync(app);

        var sends = graph.Sends.Skip(warm).ToList();
        var rate = sends.Count / Stopwatch.GetElapsedTime(sends.Min(send => send.At), sends.Max(send => send.At)).TotalSeconds;
        var goal = Math.Min(Share * channels * PerNumber, Enough);
        var name = string.Create(CultureInfo.InvariantCulture, $"{database}: {channels} {(channels == 1 ? "number" : "numbers")}");
        _figures.Goal($"{name}, sent", rate, "/s", rate >= goal, goal.ToString("#,0", CultureInfo.InvariantCulture));
        Figures.Line($"{name}, a bare client with {AtOnce} at once", bare, "/s");
        Figures.Line($"{name}, sent / bare", rate / bare, "");
        var different = sends.DistinctBy(send => send.Callback).Count();
        var wrong = messages - different + sends.Count - different;
        _figures.Goal($"{name}, doubled or lost", wrong, "", wrong == 0, "0");
    }

    private static async Task DrainAsync(TestApp app)
    {
        await QueuedMessages.StopAsync(app, stopped: false);
        await Eventually.Async(
            async () => !await app.InMany(db => db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(item => item.State == OutboxState.Queued || item.State == OutboxState.Sending)),
            TimeSpan.FromMinutes(5));
    }

    private static async Task<double> BareAsync(string address, int count)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, cancellation) =>
        {
            using var response = await http.PostAsJsonAsync(
                new Uri($"{address}/v25.0/1/messages"), new { to = "4915", text = new { body = "Hi" }, biz_opaque_callback_data = $"bare:{number}" }, cancellation);
            await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellation);
        });
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
