using System.Diagnostics;
using System.Globalization;
using System.Net;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tests.Access;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Benchmarks;

/// <summary>
/// Opening a long conversation in the inbox, and scrolling back through all of it by key, beside a conversation of one page
/// in the same run: what a page costs must not depend on how much lies behind it.
/// </summary>
internal sealed class ThreadBench(Arguments arguments)
{
    private const int Short = 50;
    private const int Openings = 60;
    private const double MostMilliseconds = 150;

    private readonly int _messages = arguments.Number("messages", 10_000);
    private readonly Figures _figures = new();

    public static Task<int> RunAsync(Arguments arguments) => new ThreadBench(arguments).RunAsync();

    private async Task<int> RunAsync()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"thread: a conversation of {_messages:#,0} messages beside one of {Short}, {Environment.ProcessorCount} cores"));
        foreach (var database in (TestDatabase[])[TestDatabase.Sqlite, TestDatabase.PostgreSql])
        {
            await MeasureAsync(database);
        }

        return _figures.AllMet ? 0 : 1;
    }

    private async Task MeasureAsync(TestDatabase database)
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions { Database = database });
        using var door = new Door(app);
        using (await door.SetUp())
        {
        }

        var number = await app.GivenWhatsApp();
        var (brief, @long) = (await GivenAsync(app, number.ChannelId, Short), await GivenAsync(app, number.ChannelId, _messages));
        List<double> ofBrief = [], ofLong = [];
        for (var opening = -10; opening < Openings; opening++)
        {
            var (one, other) = (await OpenAsync(door, brief), await OpenAsync(door, @long));
            if (opening >= 0)   // the first ones compile
            {
                ofBrief.Add(one);
                ofLong.Add(other);
            }
        }

        ofBrief.Sort();
        ofLong.Sort();
        var (p95, ratio) = (Figures.Percentile(ofLong, 0.95), Figures.Percentile(ofLong, 0.5) / Figures.Percentile(ofBrief, 0.5));
        Figures.Line($"{database}: page with the short conversation p50", Figures.Percentile(ofBrief, 0.5), "ms");
        Figures.Line($"{database}: page with the long one p50", Figures.Percentile(ofLong, 0.5), "ms");
        _figures.Goal($"{database}: page with the long one p95", p95, "ms", p95 <= MostMilliseconds, "150");
        _figures.Goal($"{database}: long / short", ratio, "", ratio <= 1.5, "1.5");
        await ScrollAsync(database, door, @long);
    }

    private async Task ScrollAsync(TestDatabase database, Door door, long conversation)
    {
        var times = new List<double>();
        var (seen, cursor) = (0, (string?)null);
        do
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await door.Browser.GetAsync($"/api/v1/conversations/{conversation}/messages?limit={Threads.PageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            using var page = System.Text.Json.JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync());
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            seen += page.RootElement.GetProperty("items").GetArrayLength();
            cursor = page.RootElement.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        var (newest, oldest) = (times.Take(times.Count / 4).Order().ToList(), times.TakeLast(times.Count / 4).Order().ToList());
        Figures.Line($"{database}: a page of {Threads.PageSize} near the newest p50", Figures.Percentile(newest, 0.5), "ms");
        Figures.Line($"{database}: a page near the oldest p50", Figures.Percentile(oldest, 0.5), "ms");
        _figures.Goal($"{database}: scrolled past", seen, "", seen == _messages, _messages.ToString("#,0", CultureInfo.InvariantCulture));
    }

    private static async Task<double> OpenAsync(Door door, long conversation)
    {
        var started = Stopwatch.GetTimestamp();
        var status = await door.Open($"/inbox/{conversation.ToString(CultureInfo.InvariantCulture)}");
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return status == HttpStatusCode.OK && door.Page.Contains($"The newest of {conversation}.", StringComparison.Ordinal)
            ? took
            : throw new InvalidOperationException($"The conversation was not on the page: {status}.");
    }

    private static async Task<long> GivenAsync(TestApp app, long channelId, int count)
        => await app.InBusiness(1, async db =>
        {
            var now = app.Clock.GetUtcNow().UtcDateTime;
            var channel = await db.Set<Channel>().SingleAsync(row => row.Id == channelId);
            var contact = new Contact { TenantId = channel.TenantId, Name = "Mara Lind", CreatedAt = now };
            db.Add(contact);
            var conversation = Conversation.Start(db, channel, contact.Id, now);
            db.Add(conversation);
            await db.SaveChangesAsync();
            var messages = Enumerable.Range(0, count).Select(place =>
            {
                var (at, inbound) = (now.AddMinutes(place - count), place % 2 == 0);
                return new Message
                {
                    Id = db.Ids.Next<Message>(db),
                    TenantId = channel.TenantId,
                    ConversationId = conversation.Id,
                    ChannelId = channel.Id,
                    Direction = inbound ? MessageDirection.Inbound : MessageDirection.Outbound,
                    Type = "text",
                    Text = place == count - 1 ? $"The newest of {conversation.Id}." : $"Message {place}: is the blue one still there, and what would the delivery cost?",
                    Status = inbound ? MessageStatus.Received : MessageStatus.Read,
                    ExternalId = $"wamid.{conversation.Id}.{place}",
                    SenderKind = inbound ? SenderKind.Contact : SenderKind.System,
                    SentAt = at,
                    CreatedAt = at,
                };
            }).ToList();
            await using var write = await db.BeginAsync(CancellationToken.None);
            await db.InsertAsync(messages, CancellationToken.None);
            conversation.Write(messages[^1], now);
            await db.SaveChangesAsync();
            await write.CommitAsync(CancellationToken.None);
            return conversation.Id;
        });
}
