namespace Inbox.Tests.Access;

/// <summary>Rules on the values of bodies hold wherever a body is read.</summary>
public sealed class BodyTests : AppTests
{
    [Theory]
    [InlineData("POST", "/api/v1/conversations/1/typing", """{"mode": "x"}""", "mode")]
    [InlineData("PUT", "/api/v1/conversations/1/draft", """{"text": "a", "mode": "x"}""", "mode")]
    [InlineData("POST", "/api/v1/conversations/1/read", """{"up_to": -1}""", "up_to")]
    [InlineData("PATCH", "/api/v1/conversations/1", """{"assignee_id": -1}""", "assignee_id")]
    [InlineData("POST", "/api/v1/conversations/1/messages", """{"text_content": ""}""", "text_content")]
    [InlineData("POST", "/api/v1/conversations/1/notes", """{"text_content": ""}""", "text_content")]
    [InlineData("POST", "/api/v1/channels", """{"kind": "", "name": "Shop"}""", "kind")]
    public async Task A_value_that_breaks_a_rule_is_422_with_its_field(string method, string path, string json, string field)
    {
        var answer = await (await TestApi.OfBusiness(App)).Send(new HttpMethod(method), path, json);

        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Fields);
    }

    [Fact]
    public async Task A_name_of_50000_characters_is_422()
    {
        var answer = await (await TestApi.OfBusiness(App)).Send(HttpMethod.Post, "/api/v1/channels", $$"""{"kind": "website", "name": "{{new string('a', 50_000)}}"}""");

        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
        Assert.Equal(["name"], answer.Fields);
    }

    [Theory]
    [InlineData("/api/v1/conversations?limit=abc", "limit")]
    [InlineData("/api/v1/conversations/1/messages?limit=9999999999", "limit")]
    [InlineData("/api/v1/conversations?unread=perhaps", "unread")]
    [InlineData("/api/v1/audit?actor_id=me", "actor_id")]
    [InlineData("/api/v1/audit?from=yesterday", "from")]
    public async Task A_parameter_that_cannot_be_read_is_named_and_our_types_are_not(string path, string field)
    {
        var answer = await (await TestApi.OfBusiness(App)).Send(HttpMethod.Get, path);

        Assert.Equal((400, "invalid_value"), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Fields);
        Assert.DoesNotContain("int", answer.Body.GetProperty("detail").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_optional_body_may_be_left_out()
    {
        var answer = await (await TestApi.OfBusiness(App)).Send(HttpMethod.Post, "/api/v1/conversations/1/read");

        Assert.Equal("conversation_not_found", answer.Code);
    }

    [Fact]
    public async Task A_compressed_body_is_415()
    {
        var answer = await (await TestApi.OfBusiness(App)).Send(HttpMethod.Post, "/api/v1/conversations/1/notes", """{"text_content": "a"}""", ("Content-Encoding", "gzip"));

        Assert.Equal((415, "unsupported_media_type"), (answer.Status, answer.Code));
    }
}
