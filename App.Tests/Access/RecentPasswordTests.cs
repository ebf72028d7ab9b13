using System.Text.Json;
using Inbox.Tests.Access.People;

namespace Inbox.Tests.Access;

/// <summary>What a borrowed screen must not do: people give the password again, programs have none.</summary>
public sealed class RecentPasswordTests : AppTests
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock, Settings = new Dictionary<string, string?> { ["Inbox:Auth:AccessTokenMinutes"] = "600" } };

    [Fact]
    public async Task Removing_a_channel_and_telling_another_address_what_happens_ask_for_it()
    {
        var team = await Team.In(App);
        var channel = (await App.GivenWhatsApp(team.Tenant)).ChannelId;
        var owner = new TestApi(App, (await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = team.EmailOf("owner"), password = Team.Password }))).Body.GetProperty("access_token").GetString());
        var webhook = $"/api/v1/webhooks/{(await owner.Send(HttpMethod.Post, "/api/v1/webhooks", """{"url": "https://one.example/", "event_types": ["*"]}""")).Body.GetProperty("id").GetInt64()}";
        _clock.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal((403, "reauthentication_required"), await Said(owner, HttpMethod.Delete, $"/api/v1/channels/{channel}", null));
        Assert.Equal((403, "reauthentication_required"), await Said(owner, HttpMethod.Post, "/api/v1/webhooks", """{"url": "https://two.example/", "event_types": ["*"]}"""));
        Assert.Equal((403, "reauthentication_required"), await Said(owner, HttpMethod.Put, webhook, """{"url": "https://two.example/"}"""));
        Assert.Equal((200, null), await Said(owner, HttpMethod.Put, webhook, """{"url": "https://one.example/", "description": "Till"}"""));
        Assert.Equal((200, null), await Said(team.Api, HttpMethod.Put, webhook, """{"url": "https://three.example/"}"""));

        Assert.Equal((200, null), await Said(owner, HttpMethod.Put, webhook, """{"event_types": ["message_sent", "note_added"]}"""));
        Assert.Equal((200, null), await Said(owner, HttpMethod.Put, webhook, """{"event_types": ["message_sent"]}"""));
        Assert.Equal((403, "reauthentication_required"), await Said(owner, HttpMethod.Put, webhook, """{"event_types": ["message_sent", "message_received"]}"""));
        Assert.Equal((403, "reauthentication_required"), await Said(owner, HttpMethod.Put, webhook, """{"event_types": ["*"]}"""));

        Assert.Equal((204, null), await Said(owner, HttpMethod.Post, "/api/v1/auth/reauthenticate", JsonSerializer.Serialize(new { password = Team.Password })));
        Assert.Equal((200, null), await Said(owner, HttpMethod.Put, webhook, """{"url": "https://two.example/"}"""));
        Assert.Equal((204, null), await Said(owner, HttpMethod.Delete, $"/api/v1/channels/{channel}", null));
    }

    private static async Task<(int Status, string? Code)> Said(TestApi api, HttpMethod method, string path, string? json)
    {
        var answer = await api.Send(method, path, json);
        return (answer.Status, answer.Code);
    }
}
