using System.Globalization;
using System.Net;
using System.Text;
using Inbox.Access.Http.Limits;

namespace Inbox.Tests.Access.Http;

public sealed class LimitTests : AppTests
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Clock = _clock,
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Limits:Api:SignInPerMinute"] = "3",
            ["Inbox:Limits:Api:KeyPerMinute"] = "5",
            ["Inbox:Limits:Api:BusinessPerMinute"] = "8",
            ["Inbox:Limits:Api:AddressPerMinute"] = "20",
            ["Inbox:OpenSignUp"] = "true",
        },
    };

    [Fact]
    public async Task A_key_over_its_budget_is_429_and_says_when_to_come_again()
    {
        var shop = await TestApi.OfBusiness(App);
        var other = await TestApi.OfBusiness(App);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, (await shop.Send(HttpMethod.Get, "/api/v1/conversations")).Status);
        }

        var over = await shop.Send(HttpMethod.Get, "/api/v1/conversations");
        Assert.Equal((429, "rate_limited"), (over.Status, over.Code));
        Assert.InRange(int.Parse(over.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 12);
        Assert.Equal(200, (await other.Send(HttpMethod.Get, "/api/v1/conversations")).Status);

        _clock.Advance(TimeSpan.FromSeconds(12.5));
        Assert.Equal(200, (await shop.Send(HttpMethod.Get, "/api/v1/conversations")).Status);
    }

    [Fact]
    public async Task A_stranger_does_not_get_a_new_budget_by_naming_another_address()
    {
        var statuses = new List<int>();
        for (var i = 0; i < 21; i++)
        {
            statuses.Add((await new TestApi(App, $"ibx_wrong{i}").Send(HttpMethod.Get, "/api/v1/conversations", null, ("X-Forwarded-For", $"203.0.113.{i}"))).Status);
        }

        Assert.Equal(Enumerable.Repeat(401, 20).Append(429), statuses);
    }

    [Fact]
    public async Task Signing_in_is_counted_for_the_account_however_the_name_is_sent()
    {
        Assert.NotEqual(429, await Token("ana@shop.example"));
        Assert.NotEqual(429, await Login("""{"email": "Ana@shop.example", "password": "wrong wrong wrong"}"""));
        Assert.NotEqual(429, await Login("""{"username": "ana@shop.example", "password": "wrong wrong wrong"}"""));

        Assert.Equal(429, await Token("ana@shop.example"));
        Assert.NotEqual(429, await Token("ben@shop.example"));
    }

    [Fact]
    public async Task Refreshing_is_counted_for_the_family_of_the_token()
    {
        var ana = await Register("ana@shop.example");
        var ben = await Register("ben@shop.example");
        for (var i = 0; i < 3; i++)
        {
            var next = await Refresh(ana);
            Assert.Equal(200, next.Status);
            ana = next;
        }

        var over = await Refresh(ana);
        Assert.Equal((429, "rate_limited"), (over.Status, over.Code));
        Assert.Equal(200, (await Refresh(ben)).Status);
        _clock.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(200, (await Refresh(ana)).Status);   // refused before it was spent
    }

    [Theory]
    [InlineData("/api/v1/auth/password/reset", """{"token": "x", "password": "a lamp for the second desk"}""")]
    [InlineData("/api/v1/auth/passkeys/sign-in", """{"credential": {}}""")]
    [InlineData("/api/v1/auth/passkeys/sign-in/options", null)]
    public async Task What_names_no_account_is_counted_for_the_network(string path, string? json)
    {
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((await new TestApi(App).Send(HttpMethod.Post, path, json)).Status);
        }

        Assert.DoesNotContain(429, statuses[..3]);
        Assert.Equal(429, statuses[3]);
        Assert.NotEqual(429, await Token("ana@shop.example"));
    }

    [Fact]
    public async Task Webhooks_are_never_counted()
    {
        for (var i = 0; i < 50; i++)
        {
            using var webhook = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await App.Http.PostAsync("/webhooks/whatsapp", webhook, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public void Inventing_names_costs_no_memory()
    {
        var budgets = new Budgets(10, _clock, most: 100);
        for (var i = 0; i < 100_000; i++)
        {
            budgets.Take($"stranger {i}");
        }

        Assert.InRange(budgets.Count, 100, 101);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(budgets.Take("somebody new"));
        Assert.InRange(budgets.Count, 1, 2);
    }

    [Fact]
    public void A_budget_refills_evenly_and_never_grants_more()
    {
        var budgets = new Budgets(60, _clock);
        var granted = Enumerable.Range(0, 100).Count(_ => budgets.Take("ana") is null);
        for (var second = 0; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            granted += Enumerable.Range(0, 5).Count(_ => budgets.Take("ana") is null);
        }

        Assert.InRange(granted, 118, 122);
    }

    private Task<Answer> Register(string email)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/register", $$"""{"email": "{{email}}", "password": "a lamp for the second desk"}""");

    private Task<Answer> Refresh(Answer pair)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/refresh", $$"""{"refresh_token": "{{pair.Body.GetProperty("refresh_token").GetString()}}"}""");

    private Task<int> Login(string json) => Post("/api/v1/auth/login", new StringContent(json, Encoding.UTF8, "application/json"));

    private Task<int> Token(string name) => Post("/api/v1/auth/token", new FormUrlEncodedContent([new("username", name), new("password", "wrong wrong wrong")]));

    private async Task<int> Post(string path, HttpContent content)
    {
        using (content)
        using (var answer = await App.Http.PostAsync(path, content, Cancellation))
        {
            return (int)answer.StatusCode;
        }
    }
}

/// <summary>Behind a proxy that is known, the addresses it names are believed.</summary>
public sealed class LimitBehindProxyTests : AppTests
{
    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?> { ["Inbox:Limits:Api:AddressPerMinute"] = "5", ["Inbox:KnownProxies:0"] = "127.0.0.1" },
    };

    [Fact]
    public async Task Each_address_that_the_proxy_names_has_its_own_budget_and_an_IPv6_network_has_one()
    {
        Assert.Equal([401, 401, 401, 401, 401, 429], await Ask("203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.1"));
        Assert.Equal([401], await Ask("203.0.113.2"));
        Assert.Equal([401, 401, 401, 401, 401, 429], await Ask("2001:db9::1", "2001:db9::2", "2001:db9::3", "2001:db9::4", "2001:db9::5", "2001:db9::6"));
    }

    private async Task<List<int>> Ask(params string[] addresses)
    {
        var statuses = new List<int>();
        foreach (var address in addresses)
        {
            statuses.Add((await new TestApi(App).Send(HttpMethod.Get, "/api/v1/conversations", null, ("X-Forwarded-For", address))).Status);
        }

        return statuses;
    }
}
