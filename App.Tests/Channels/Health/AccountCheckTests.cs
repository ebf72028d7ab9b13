using System.Text.Json;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Health;
using Inbox.Channels.Meta;
using Inbox.Channels.Sandbox;
using Inbox.Tenancy;
using Inbox.Tests.Conversations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Channels.Health;

public sealed class AccountCheckTestsOnSqlite() : AccountCheckTests(TestDatabase.Sqlite);

public sealed class AccountCheckTestsOnPostgreSql() : AccountCheckTests(TestDatabase.PostgreSql);

/// <summary>What the platform says of an account, and what is done about it.</summary>
public abstract class AccountCheckTests(TestDatabase database) : SandboxConversation(database)
{
    private static readonly string[] Messages = ["messages"];

    private static readonly string[] Fields =
    [
        "messages", "messaging_postbacks", "message_deliveries", "message_reads", "message_echoes", "message_reactions", "message_edits", "messaging_referrals", "messaging_optins",
        "messaging_handovers", "messaging_account_linking", "messaging_policy_enforcement", "standby",
    ];

    private readonly int _port = FreePort.Next();
    private readonly List<string> _asked = [];
    private long _tokenEnds;
    private bool _refuses;

    protected override TestAppOptions Options(TestAppOptions options)
    {
        var usual = base.Options(options);
        return usual with { Settings = new Dictionary<string, string?>(usual.Settings) { ["Inbox:Meta:InstagramUrl"] = $"http://127.0.0.1:{_port}", ["Inbox:Meta:GraphUrl"] = $"http://127.0.0.1:{_port}/graph" } };
    }

    [Fact]
    public async Task A_good_account_says_its_number()
    {
        await Given();

        var check = await Api.Send(HttpMethod.Post, $"/api/v1/channels/{Channel.Id}/test");

        Assert.Equal((200, true, "+15550100100", true), (
            check.Status, check.Body.GetProperty("ok").GetBoolean(), check.Body.GetProperty("title").GetString(), check.Body.GetProperty("subscribed").GetBoolean()));
        var stored = await Stored();
        Assert.NotNull(stored.CheckedAt);
        Assert.NotNull(stored.ProvenAt);
        Assert.NotNull(stored.GroupProvenAt);
    }

    [Fact]
    public async Task A_subscription_that_the_platform_ended_is_made_again()
    {
        await Given();
        App.Services.GetRequiredService<SandboxAccounts>().EndSubscription(Channel.GroupId!);

        await Daily();

        var channel = await Stored();
        Assert.Null(channel.CheckProblem);
        Assert.Equal(1, await App.InBusiness(1, db => db.Set<AuditEvent>().CountAsync(row => row.Action == "channel.subscribed", Cancellation)));
        Assert.True((await Api.Send(HttpMethod.Post, $"/api/v1/channels/{Channel.Id}/test")).Body.GetProperty("subscribed").GetBoolean());
        Assert.Equal(1, await App.InBusiness(1, db => db.Set<AuditEvent>().CountAsync(row => row.Action == "channel.subscribed", Cancellation)));
    }

    [Fact]
    public async Task A_token_that_is_none_is_named_and_known_to_the_channels_page()
    {
        await Given();
        await using var platform = await StartInstagram();
        var id = await GivenInstagram("wrong");

        var check = await Api.Send(HttpMethod.Post, $"/api/v1/channels/{id}/test");

        Assert.False(check.Body.GetProperty("ok").GetBoolean());
        Assert.Contains("connect the channel again", check.Body.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Equal(check.Body.GetProperty("problem").GetString(), await App.InBusiness(1, db => db.Set<Channel>().Where(row => row.Id == id).Select(row => row.CheckProblem).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task A_token_of_Instagram_is_refreshed_before_it_ends()
    {
        await Given();
        await using var platform = await StartInstagram();
        var id = await GivenInstagram("old");

        var check = await Api.Send(HttpMethod.Post, $"/api/v1/channels/{id}/test");
        await Api.Send(HttpMethod.Post, $"/api/v1/channels/{id}/test");

        Assert.Equal("mara.hair", check.Body.GetProperty("title").GetString());
        Assert.InRange(check.Body.GetProperty("token_ends_at").GetDateTime() - App.Clock.GetUtcNow().UtcDateTime, TimeSpan.FromDays(59), TimeSpan.FromDays(61));
        var channel = await App.InBusiness(1, db => db.Set<Channel>().AsNoTracking().SingleAsync(row => row.Id == id, Cancellation));
        Assert.Equal("fresh", App.Services.GetRequiredService<ChannelCredentials>().Read<MetaCredentials>(channel)!.AccessToken);
        Assert.Equal("secret", App.Services.GetRequiredService<ChannelCredentials>().Read<MetaCredentials>(channel)!.AppSecret);
        Assert.Equal(["/v25.0/me old", "/v25.0/1789/subscribed_apps old", "POST /v25.0/1789/subscribed_apps old", "/refresh_access_token old", "/v25.0/me fresh", "/v25.0/1789/subscribed_apps fresh"], _asked);
    }

    [Fact]
    public async Task A_token_of_an_hour_is_exchanged_for_one_that_lasts()
    {
        await Given();
        await using var platform = await StartInstagram();
        var id = await GivenInstagram("short");

        var check = await Api.Send(HttpMethod.Post, $"/api/v1/channels/{id}/test");

        Assert.InRange(check.Body.GetProperty("token_ends_at").GetDateTime() - App.Clock.GetUtcNow().UtcDateTime, TimeSpan.FromDays(59), TimeSpan.FromDays(61));
        var channel = await App.InBusiness(1, db => db.Set<Channel>().AsNoTracking().SingleAsync(row => row.Id == id, Cancellation));
        Assert.Equal("long", App.Services.GetRequiredService<ChannelCredentials>().Read<MetaCredentials>(channel)!.AccessToken);
    }

    [Fact]
    public async Task An_account_with_the_token_of_its_page_is_asked_about_at_the_pages_host_and_its_token_stays()
    {
        await Given();
        await using var platform = await StartInstagram();
        var made = await Api.Send(
            HttpMethod.Post, "/api/v1/channels", """{"kind": "instagram", "name": "Insta", "external_id": "1789", "credentials": {"access_token": "of-page", "app_secret": "secret"}, "settings": {"page_id": "55", "human_agent": true}}""");
        Assert.Equal(("55", true), (made.Body.GetProperty("settings").GetProperty("page_id").GetString(), made.Body.GetProperty("settings").GetProperty("human_agent").GetBoolean()));

        var check = await Api.Send(HttpMethod.Post, $"/api/v1/channels/{made.Body.GetProperty("id").GetInt64()}/test");

        Assert.Equal((true, "mara.hair"), (check.Body.GetProperty("ok").GetBoolean(), check.Body.GetProperty("title").GetString()));
        Assert.Equal(["/graph/v25.0/1789 of-page", "/graph/v25.0/debug_token of-page", "/graph/v25.0/55/subscribed_apps of-page"], _asked);
    }

    [Fact]
    public async Task An_account_has_shown_whose_it_is_once_its_platform_answered_a_good_token()
    {
        await Given();
        await using var platform = await StartInstagram();
        var id = await GivenInstagram("wrong");
        await Api.Send(HttpMethod.Post, $"/api/v1/channels/{id}/test");
        Assert.Null(await Proven());

        await Api.Send(HttpMethod.Put, $"/api/v1/channels/{id}", """{"credentials": {"access_token": "good", "app_secret": "secret"}}""");
        await Api.Send(HttpMethod.Post, $"/api/v1/channels/{id}/test");
        Assert.NotNull(await Proven());

        Task<DateTime?> Proven() => App.InBusiness(1, db => db.Set<Channel>().Where(row => row.Id == id).Select(row => row.ProvenAt).SingleAsync(Cancellation));
    }

    [Fact]
    public async Task A_new_token_of_an_account_of_a_shared_app_is_tried_at_once()
    {
        await Given();
        await using var platform = await StartInstagram();
        var made = await Api.Send(HttpMethod.Post, "/api/v1/channels", """{"kind": "instagram", "name": "Insta", "external_id": "1789", "credentials": {"access_token": "wrong"}}""");
        var id = made.Body.GetProperty("id").GetInt64();

        await Api.Send(HttpMethod.Put, $"/api/v1/channels/{id}", """{"credentials": {"access_token": "good"}}""");

        var channel = await App.InBusiness(1, db => db.Set<Channel>().AsNoTracking().SingleAsync(row => row.Id == id, Cancellation));
        Assert.Equal((true, null), (channel.ProvenAt is not null, channel.CheckProblem));
    }

    [Fact]
    public async Task A_check_tells_how_the_number_is_rated_and_how_many_it_may_begin_to_write_to()
    {
        await Given();

        await Api.Send(HttpMethod.Post, $"/api/v1/channels/{Channel.Id}/test");

        var channel = (await Api.Send(HttpMethod.Get, $"/api/v1/channels/{Channel.Id}")).Body;
        Assert.Equal(("green", "250"), (channel.GetProperty("quality").GetString(), channel.GetProperty("daily_limit").GetString()));
    }

    [Fact]
    public async Task A_token_of_another_account_is_named()
    {
        await Given();
        await using var platform = await StartInstagram();
        var made = await Api.Send(HttpMethod.Post, "/api/v1/channels", """{"kind": "instagram", "name": "Insta", "external_id": "1788", "credentials": {"access_token": "good", "app_secret": "secret"}}""");

        var check = await Api.Send(HttpMethod.Post, $"/api/v1/channels/{made.Body.GetProperty("id").GetInt64()}/test");

        Assert.Contains("1789", check.Body.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_subscription_of_another_app_is_not_ours()
    {
        await Given();
        await using var platform = await StartMessenger(ours: "77", [("55", Fields)]);

        var check = await Api.Send(HttpMethod.Post, $"/api/v1/channels/{await GivenMessenger()}/test");

        Assert.True(check.Body.GetProperty("ok").GetBoolean());
        Assert.Contains("POST /graph/v25.0/10/subscribed_apps good", _asked);
    }

    [Fact]
    public async Task A_subscription_that_lacks_an_event_is_completed()
    {
        await Given();
        await using var platform = await StartMessenger(ours: "77", [("77", [.. Fields.Where(field => field != "message_reads")])]);

        await Api.Send(HttpMethod.Post, $"/api/v1/channels/{await GivenMessenger()}/test");

        Assert.Contains("POST /graph/v25.0/10/subscribed_apps good", _asked);
    }

    [Fact]
    public async Task A_platform_that_is_away_is_a_sentence_and_no_failure()
    {
        await Given();
        var check = await Api.Send(HttpMethod.Post, $"/api/v1/channels/{await GivenInstagram("old")}/test");

        Assert.Equal((200, "Instagram could not be reached."), (check.Status, check.Body.GetProperty("problem").GetString()));
    }

    [Fact]
    public async Task Administrators_are_told_once_that_something_is_wrong_and_again_when_it_is_so_again()
    {
        await Given();
        await using var platform = await StartInstagram();
        await GivenInstagram("good");
        _refuses = true;
        await Look();
        await Look();
        Assert.Equal(1, await Told("channel_problem"));

        _refuses = false;
        await Look();
        _refuses = true;
        await Look();
        Assert.Equal(2, await Told("channel_problem"));
    }

    [Fact]
    public async Task Who_asks_by_hand_sees_the_answer_and_nobody_is_told()
    {
        await Given();
        await using var platform = await StartInstagram();
        var id = await GivenInstagram("wrong");

        await Api.Send(HttpMethod.Post, $"/api/v1/channels/{id}/test");

        Assert.Equal(0, await Told("channel_problem"));
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(11, 0)]
    public async Task Administrators_are_told_once_that_a_sign_in_ends_within_ten_days(int days, int told)
    {
        await Given();
        await using var platform = await StartInstagram();
        _tokenEnds = App.Clock.GetUtcNow().AddDays(days).ToUnixTimeSeconds();
        var made = await Api.Send(
            HttpMethod.Post, "/api/v1/channels", """{"kind": "instagram", "name": "Insta", "external_id": "1789", "credentials": {"access_token": "of-page", "app_secret": "secret"}, "settings": {"page_id": "55"}}""");

        await Api.Send(HttpMethod.Post, $"/api/v1/channels/{made.Body.GetProperty("id").GetInt64()}/test");
        await Api.Send(HttpMethod.Post, $"/api/v1/channels/{made.Body.GetProperty("id").GetInt64()}/test");

        Assert.Equal(told, await Told("channel_token_ends"));
    }

    [Fact]
    public async Task How_each_channel_does_is_one_list()
    {
        var id = await Given();
        var before = await Row();
        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", """{"text_content": "Hello"}""");
        await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), Inbox.Conversations.MessageStatus.Read);
        App.Services.GetRequiredService<SandboxFaults>().Add(Channel.ExternalId, new SandboxFault(SandboxFaultKind.Error, Code: 131009));
        var refused = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", """{"text_content": "Again"}""");
        await Out.Reaches(refused.Body.GetProperty("id").GetInt64(), Inbox.Conversations.MessageStatus.Failed);

        var after = await Row();

        Assert.Equal(("ok", JsonValueKind.Null), (before.GetProperty("state").GetString(), before.GetProperty("success_rate").ValueKind));
        Assert.Equal(("ok", 0.5, 0), (after.GetProperty("state").GetString(), after.GetProperty("success_rate").GetDouble(), after.GetProperty("queued").GetInt32()));
        Assert.Equal("131009", after.GetProperty("last_error").GetProperty("code").GetString());
        Assert.NotEqual(JsonValueKind.Null, after.GetProperty("last_received_at").ValueKind);

        async Task<JsonElement> Row() => (await Api.Send(HttpMethod.Get, "/api/v1/channels/health")).Body.GetProperty("items").EnumerateArray().Single(row => row.GetProperty("id").GetInt64() == Channel.Id);
    }

    private async Task<long> GivenInstagram(string token)
        => (await Api.Send(HttpMethod.Post, "/api/v1/channels", $$$"""{"kind": "instagram", "name": "Insta", "external_id": "1789", "credentials": {"access_token": "{{{token}}}", "app_secret": "secret"}}""")).Body.GetProperty("id").GetInt64();

    private Task<int> Told(string type) => App.InBusiness(1, db => db.Set<DomainEvent>().CountAsync(happened => happened.Type == type, Cancellation));

    private Task<Channel> Stored() => App.InBusiness(1, db => db.Set<Channel>().AsNoTracking().SingleAsync(row => row.Id == Channel.Id, Cancellation));

    private async Task Daily() => Assert.Equal(1, await Look());

    /// <returns>How many accounts were asked about.</returns>
    private async Task<int> Look()
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        var asked = 0;
        await scope.ServiceProvider.GetRequiredService<AccountChecks>().CheckDueAsync(App.Clock.GetUtcNow().UtcDateTime, 20, () => asked++, Cancellation);
        return asked;
    }

    private async Task<long> GivenMessenger()
        => (await Api.Send(HttpMethod.Post, "/api/v1/channels", """{"kind": "messenger", "name": "Page", "external_id": "10", "credentials": {"access_token": "good", "app_secret": "secret"}}""")).Body.GetProperty("id").GetInt64();

    private async Task<WebApplication> StartMessenger(string ours, IReadOnlyList<(string App, string[] Fields)> subscribed)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{_port}");
        var site = builder.Build();
        site.MapGet("/graph/v25.0/10", (HttpRequest request) => Say(request, new { id = "10", name = "Page" }));
        site.MapGet("/graph/v25.0/debug_token", (HttpRequest request) => Say(request, new { data = new { is_valid = true, expires_at = 0, app_id = ours } }));
        site.MapGet("/graph/v25.0/10/subscribed_apps", (HttpRequest request) => Say(request, new { data = subscribed.Select(one => new { id = one.App, subscribed_fields = one.Fields }) }));
        site.MapPost("/graph/v25.0/10/subscribed_apps", (HttpRequest request, string subscribed_fields) => Say(request, new { success = subscribed_fields.Length > 0 }));
        await site.StartAsync(Cancellation);
        return site;
    }

    private async Task<WebApplication> StartInstagram()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{_port}");
        var site = builder.Build();
        string[] subscribed = [];
        site.MapGet("/v25.0/me", (HttpRequest request) => Say(request, new { user_id = "1789", username = "mara.hair" }));
        site.MapGet("/v25.0/1789/subscribed_apps", (HttpRequest request) => Say(request, new { data = subscribed.Length > 0 ? new[] { new { id = "1", subscribed_fields = subscribed } } : [] }));
        site.MapPost("/v25.0/1789/subscribed_apps", (HttpRequest request, string subscribed_fields) =>
        {
            subscribed = subscribed_fields.Split(',');
            Assert.Contains("messages", subscribed);
            return Say(request, new { success = true });
        });
        site.MapGet("/graph/v25.0/1789", (HttpRequest request) => Say(request, new { id = "1789", username = "mara.hair" }));
        site.MapGet("/graph/v25.0/55/subscribed_apps", (HttpRequest request) => Say(request, new { data = new[] { new { id = "1", subscribed_fields = Messages } } }));
        site.MapGet("/graph/v25.0/debug_token", (HttpRequest request) => Say(request, new { data = new { is_valid = true, expires_at = _tokenEnds } }));
        site.MapGet("/refresh_access_token", (HttpRequest request, string grant_type) => request.Headers.Authorization == "Bearer short"
            ? Results.Json(new { error = new { message = "The token is not a day old", type = "OAuthException", code = 100 } }, statusCode: 400)
            : Say(request, new { access_token = "fresh", token_type = "bearer", expires_in = 60 * 86_400 }));
        site.MapGet("/access_token", (string grant_type, string client_secret)
            => Results.Json(new { access_token = (grant_type, client_secret) == ("ig_exchange_token", "secret") ? "long" : "", token_type = "bearer", expires_in = 60 * 86_400 }));
        await site.StartAsync(Cancellation);
        return site;
    }

    private IResult Say(HttpRequest request, object answer)
    {
        _asked.Add($"{(request.Method == "GET" ? "" : $"{request.Method} ")}{request.Path} {request.Headers.Authorization.ToString().Split(' ')[^1]}");
        return _refuses || _asked[^1].EndsWith("wrong", StringComparison.Ordinal)
            ? Results.Json(new { error = new { message = "Error validating access token", type = "OAuthException", code = 190 } }, statusCode: 400)
            : Results.Json(answer);
    }
}
