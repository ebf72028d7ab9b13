using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Channels.Website;

public sealed class WidgetTestsOnSqlite() : WidgetTests(TestDatabase.Sqlite);

public sealed class WidgetTestsOnPostgreSql() : WidgetTests(TestDatabase.PostgreSql);

/// <summary>The public API of the website chat, as a page of a customer's site meets it.</summary>
public abstract class WidgetTests(TestDatabase database) : AppTests(database)
{
    private const string Page = Widget.Page;

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?> { ["Inbox:Limits:Widget:MessagesPerMinute"] = "6", ["Inbox:Limits:Widget:StreamsPerNetwork"] = "2" },
    };

    [Theory]
    [InlineData("POST", "messages", """{"client_key": "a", "text": "Hi"}""", "client_key")]
    [InlineData("POST", "messages", """{"client_key": "12345678", "text": ""}""", "text")]
    [InlineData("POST", "read", """{"up_to": -1}""", "up_to")]
    [InlineData("PUT", "visitor", """{"email": "not-mail"}""", "email")]
    public async Task A_value_that_breaks_a_rule_is_422_that_the_page_can_read(string method, string path, string json, string field)
        => await IsRefused(new HttpMethod(method), path, json, field);

    [Fact]
    public async Task Values_that_are_too_long_are_422()
    {
        await IsRefused(HttpMethod.Post, "messages", $$"""{"client_key": "12345678", "text": "{{new string('a', 60_000)}}"}""", "text");
        await IsRefused(HttpMethod.Put, "visitor", $$"""{"name": "{{new string('a', 50_000)}}"}""", "name");
    }

    [Fact]
    public async Task A_page_can_read_that_it_was_too_much_and_when_to_come_again()
    {
        var visitor = await GivenVisitor();
        Answer answer;
        var sent = 0;
        do
        {
            answer = await visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", $$"""{"client_key": "key-0000{{sent}}", "text": "Hi"}""");
        }
        while (answer.Status == 202 && ++sent < 20);

        Assert.Equal((429, "rate_limited", Page), (answer.Status, answer.Code, answer.Header("Access-Control-Allow-Origin")));
        Assert.Contains("Retry-After", answer.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.InRange(int.Parse(answer.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
    }

    [Fact]
    public async Task An_allowed_page_can_read_that_the_session_has_ended_and_no_other_page_can()
    {
        await GivenVisitor();

        var answer = await new TestApi(App, "ended", Page).Send(HttpMethod.Get, "/api/v1/widget/messages");
        var foreign = await new TestApi(App, "ended", "https://evil.example").Send(HttpMethod.Get, "/api/v1/widget/messages");

        Assert.Equal((401, "visitor_token_invalid", Page), (answer.Status, answer.Code, answer.Header("Access-Control-Allow-Origin")));
        Assert.Equal((401, null), (foreign.Status, foreign.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Who_is_a_visitor_is_no_failed_sign_in_in_the_log()
    {
        var visitor = await GivenVisitor();

        Assert.Equal(200, (await visitor.Send(HttpMethod.Get, "/api/v1/widget/messages")).Status);
        Assert.Equal(401, (await new TestApi(App, "ibx_unknown").Send(HttpMethod.Get, "/api/v1/conversations")).Status);

        // The second shows that such a line would be seen.
        Assert.Single(App.Logs.Lines, line => line.Text.Contains("was not authenticated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_visitors_of_one_network_share_a_limit()
    {
        var widget = await GivenWidget();
        var statuses = new List<int>();
        for (var one = 0; one < 15; one++)
        {
            var visitor = await widget.Visitor();
            for (var sent = 0; sent < 5; sent++)
            {
                statuses.Add((await visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", $$"""{"client_key": "key-0000{{sent}}", "text": "Hi"}""")).Status);
            }
        }

        Assert.All(statuses.Take(60), status => Assert.Equal(202, status));
        Assert.Contains(429, statuses);
    }

    [Fact]
    public async Task Seen_ends_at_the_newest_message()
    {
        var visitor = await GivenVisitor();
        await visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", """{"client_key": "key-00001", "text": "Hi"}""");
        await App.InboundIsIdle();

        var read = await visitor.Send(HttpMethod.Post, "/api/v1/widget/read", """{"up_to": 9007199254740991}""");

        Assert.Equal(204, read.Status);
        var page = (await visitor.Send(HttpMethod.Get, "/api/v1/widget/messages")).Body;
        Assert.Equal(page.GetProperty("items")[0].GetProperty("id").GetInt64(), page.GetProperty("seen_up_to").GetInt64());
    }

    [Theory]
    [InlineData("""{"is_active": false}""")]
    [InlineData("""{"settings": {"allowed_origins": ["https://other.example"]}}""")]
    public async Task A_stream_ends_soon_after_its_page_may_no_longer_listen(string change)
    {
        var widget = await GivenWidget();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/widget/stream");
        request.Headers.Add("Origin", Page);
        request.Headers.Add("Authorization", $"Bearer {await widget.Token()}");
        using var response = await App.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal(": hello", await stream.ReadLineAsync(Cancellation));

        Assert.Equal(200, (await widget.Owner.Send(HttpMethod.Put, widget.Path, change)).Status);

        await stream.ReadToEndAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(7), Cancellation);
    }

    [Fact]
    public async Task Many_visitors_of_one_network_hold_only_so_many_streams_open()
    {
        var widget = await GivenWidget();
        var token = await widget.Token();
        using var first = await Open(await widget.Token());
        using (var second = await Open(await widget.Token()))
        using (var third = await Open(token))
        {
            Assert.Equal((200, 200, 429), ((int)first.StatusCode, (int)second.StatusCode, (int)third.StatusCode));
        }

        await Eventually.Async(async () =>
        {
            using var again = await Open(token);
            return again.IsSuccessStatusCode;
        });

        async Task<HttpResponseMessage> Open(string token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/widget/stream");
            request.Headers.Add("Origin", Page);
            request.Headers.Add("Authorization", $"Bearer {token}");
            return await App.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        }
    }

    [Fact]
    public async Task Visitors_that_were_made_one_contact_see_nothing_of_each_other()
    {
        var widget = await GivenWidget();
        var (one, other) = (await widget.Visitor(), await widget.Visitor());
        await Write(one, "From one");
        await Write(other, "From the other");
        var ids = await App.InMany(db => db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant]).OrderBy(contact => contact.Id).Select(contact => contact.Id).ToListAsync(Cancellation));
        Assert.Equal(200, (await widget.Owner.Send(HttpMethod.Post, $"/api/v1/contacts/{ids[0]}/merge", $$"""{"contact_id": {{ids[1]}}}""")).Status);
        var since = (await News(one, 0)).Sequence;
        await Answer("For the other");
        await Write(one, "One again");
        await Answer("For one");

        Assert.Equal(["For one", "One again", "From one"], await Seen(one));
        Assert.Equal(["For the other", "From the other"], await Seen(other));
        Assert.Equal(["One again", "For one"], (await News(one, since)).Texts);
        Assert.Equal(["For the other"], (await News(other, since)).Texts);

        // Of before messages named an address nobody knows whose they were.
        await App.InMany(db => db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).ExecuteUpdateAsync(set => set.SetProperty(message => message.IdentityId, (long?)null), Cancellation));
        Assert.Empty(await Seen(one));
        Assert.Empty(await Seen(other));

        async Task Write(TestApi visitor, string text)
        {
            Assert.Equal(202, (await visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", $$"""{"client_key": "key-{{Guid.NewGuid():n}}", "text": "{{text}}"}""")).Status);
            await App.InboundIsIdle();
        }

        async Task Answer(string text)
        {
            var open = await App.InMany(db => db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(conversation => conversation.ClosedAt == null).Select(conversation => conversation.Id).SingleAsync(Cancellation));
            Assert.Equal(201, (await widget.Owner.Send(HttpMethod.Post, $"/api/v1/conversations/{open}/messages", $$"""{"text_content": "{{text}}"}""")).Status);
            await Eventually.Async(async () => (await App.InMany(db => db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(message => message.Text == text).Select(message => message.Status).SingleAsync(Cancellation))) >= MessageStatus.Sent);
        }
    }

    private async Task IsRefused(HttpMethod method, string path, string json, string field)
    {
        var visitor = await GivenVisitor();

        var answer = await visitor.Send(method, $"/api/v1/widget/{path}", json);

        Assert.Equal((422, "invalid_value", Page), (answer.Status, answer.Code, answer.Header("Access-Control-Allow-Origin")));
        Assert.Equal([field], answer.Fields);
    }

    [Fact]
    public async Task The_script_stays_small()
    {
        using var answer = await App.Http.GetAsync("/widget.js", Cancellation);
        using var packed = new MemoryStream();
        await using (var zip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            await answer.EnsureSuccessStatusCode().Content.CopyToAsync(zip, Cancellation);
        }

        Assert.InRange(packed.Length, 1, 30_000);
    }

    /// <summary>Texts in the visitor's history, newest first.</summary>
    private static async Task<IEnumerable<string?>> Seen(TestApi visitor)
        => [.. (await visitor.Send(HttpMethod.Get, "/api/v1/widget/messages")).Body.GetProperty("items").EnumerateArray().Select(message => message.GetProperty("text").GetString())];

    private static async Task<(IEnumerable<string?> Texts, long Sequence)> News(TestApi visitor, long since)
    {
        var news = (await visitor.Send(HttpMethod.Get, $"/api/v1/widget/stream?since={since}")).Body;
        var texts = news.GetProperty("events").EnumerateArray().Where(happened => happened.GetProperty("event").GetString() == "message")
            .Select(happened => happened.GetProperty("data").GetProperty("text").GetString());
        return ([.. texts], news.GetProperty("sequence").GetInt64());
    }

    private async Task<TestApi> GivenVisitor() => await (await GivenWidget()).Visitor();

    private Task<Widget> GivenWidget() => Widget.Given(App);
}
