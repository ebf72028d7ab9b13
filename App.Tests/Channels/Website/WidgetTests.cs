namespace Inbox.Tests.Channels.Website;

/// <summary>The public API of the website chat, as a page of a customer's site meets it.</summary>
public sealed class WidgetTests : AppTests
{
    private const string Page = "https://shop.example";

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?> { ["Inbox:Limits:Widget:MessagesPerMinute"] = "6" },
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

    private async Task IsRefused(HttpMethod method, string path, string json, string field)
    {
        var visitor = await GivenVisitor();

        var answer = await visitor.Send(method, $"/api/v1/widget/{path}", json);

        Assert.Equal((422, "invalid_value", Page), (answer.Status, answer.Code, answer.Header("Access-Control-Allow-Origin")));
        Assert.Equal([field], answer.Fields);
    }

    private async Task<TestApi> GivenVisitor()
    {
        var made = await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "Shop"}""");
        var owner = new TestApi(App, made.Body.GetProperty("internal_api_key").GetString());
        var connected = await owner.Send(HttpMethod.Post, "/api/v1/channels", $$"""{"kind": "website", "name": "Chat", "settings": {"allowed_origins": ["{{Page}}"]}}""");
        Assert.Equal(201, connected.Status);
        var session = await new TestApi(App, origin: Page).Send(HttpMethod.Post, $"/api/v1/widget/{made.Body.GetProperty("slug").GetString()}/sessions");
        return new TestApi(App, session.Body.GetProperty("token").GetString(), Page);
    }
}
