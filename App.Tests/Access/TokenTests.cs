using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access;

public abstract class TokenTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Clock = _clock,
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Setup:Email"] = Door.Email,
            ["Inbox:Setup:Password"] = Door.Password,
            ["Inbox:Setup:Business"] = "Flowers",
            ["Inbox:Setup:Slug"] = "flowers",
        },
    };

    [Fact]
    public async Task A_program_signs_in_with_JSON_or_a_form_and_knows_who_it_is()
    {
        var json = await Login();
        var form = await Form("/api/v1/auth/login", ("email", Door.Email), ("password", Door.Password), ("tenant_id", "flowers"));
        var grant = await Form("/api/v1/auth/token", ("grant_type", "password"), ("username", Door.Email), ("password", Door.Password), ("scope", ""), ("client_id", "x"));

        foreach (var answer in new[] { json, form, grant })
        {
            Assert.Equal(200, answer.Status);
            Assert.Equal("bearer", answer.Body.GetProperty("token_type").GetString());
            Assert.Equal(25 * 60, answer.Body.GetProperty("expires_in").GetInt32());
            var me = await Api(Access(answer)).Send(HttpMethod.Get, "/api/v1/auth/me");
            Assert.Equal(200, me.Status);
            Assert.Equal(Door.Email, me.Body.GetProperty("email").GetString());
            Assert.Equal("flowers", me.Body.GetProperty("tenant_id").GetString());
        }
    }

    [Theory]
    [InlineData("/auth/token")]
    [InlineData("/api/auth/login")]
    public async Task The_older_addresses_answer_too(string path)
    {
        var answer = await Form(path, ("username", Door.Email), ("password", Door.Password), ("unknown_to_us", "1"));

        Assert.Equal(200, answer.Status);
        Assert.Equal(200, (await Api(Access(answer)).Send(HttpMethod.Get, "/auth/me")).Status);
    }

    [Theory]
    [InlineData(Door.Email, "wrong", "flowers")]
    [InlineData("nobody@flowers.example", "wrong", "flowers")]
    [InlineData(Door.Email, Door.Password, "elsewhere")]
    [InlineData(Door.Email, Door.Password, "0")]
    public async Task Whatever_is_wrong_is_told_in_the_same_words(string email, string password, string tenant)
    {
        var answer = await Login(email, password, tenant);

        Assert.Equal(401, answer.Status);
        Assert.Equal("invalid_credentials", answer.Code);
        Assert.Equal("E-mail or password is wrong, or there is no such business for you.", answer.Body.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_refresh_gives_a_new_pair_and_the_old_token_is_spent()
    {
        var first = await Login();

        var second = await Refresh(first);
        Assert.Equal(200, second.Status);
        Assert.NotEqual(RefreshOf(first), RefreshOf(second));
        var again = await Refresh(first);

        Assert.Equal((409, "already_refreshed"), (again.Status, again.Code));
        Assert.Equal(200, (await Refresh(second)).Status);
    }

    [Fact]
    public async Task A_spent_token_that_comes_back_later_ends_the_family()
    {
        var first = await Login();
        var second = await Refresh(first);
        var other = await Login();
        _clock.Advance(TimeSpan.FromSeconds(11));

        var stolen = await Refresh(first);

        Assert.Equal((401, "invalid_refresh_token"), (stolen.Status, stolen.Code));
        Assert.Equal(401, (await Refresh(second)).Status);
        Assert.Equal(401, (await Api(Access(second)).Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal(200, (await Api(Access(other)).Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
    }

    [Fact]
    public async Task Of_a_thousand_refreshes_at_once_exactly_one_pair_comes()
    {
        var first = await Login();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Refresh(first)));

        var pair = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal((409, "already_refreshed"), (answer.Status, answer.Code)));
        Assert.Equal(1, await App.InMany(db => db.Set<RefreshToken>().CountAsync(token => token.SpentAt == null, Cancellation)));
        Assert.Equal(200, (await Refresh(pair)).Status);
    }

    [Fact]
    public async Task A_refresh_token_lives_seven_days_and_an_access_token_25_minutes()
    {
        var first = await Login();
        _clock.Advance(TimeSpan.FromMinutes(26));
        Assert.Equal(401, (await Api(Access(first)).Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        _clock.Advance(TimeSpan.FromDays(6.9));
        var second = await Refresh(first);
        Assert.Equal(200, second.Status);
        Assert.Equal(200, (await Api(Access(second)).Send(HttpMethod.Get, "/api/v1/auth/me")).Status);

        _clock.Advance(TimeSpan.FromDays(7.1));

        Assert.Equal(401, (await Refresh(second)).Status);
    }

    [Fact]
    public async Task Signing_out_ends_the_tokens_at_once()
    {
        var pair = await Login();

        var answer = await Api(Access(pair)).Send(HttpMethod.Post, "/api/v1/auth/logout");

        Assert.Equal(204, answer.Status);
        Assert.Equal(401, (await Api(Access(pair)).Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal(401, (await Refresh(pair)).Status);
    }

    [Fact]
    public async Task The_own_sessions_are_listed_and_ended_one_by_one_or_all()
    {
        var one = await Login();
        var two = await Login();
        var three = await Login();
        var api = Api(Access(three));
        var list = (await api.Send(HttpMethod.Get, "/api/v1/auth/sessions")).Body.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(3, list.Count);
        Assert.Single(list, session => session.GetProperty("is_this").GetBoolean());
        Assert.All(list, session => Assert.Equal("127.0.0.1", session.GetProperty("address").GetString()));
        var oldest = list.MinBy(session => session.GetProperty("id").GetInt64()).GetProperty("id").GetInt64();

        Assert.Equal(204, (await api.Send(HttpMethod.Delete, $"/api/v1/auth/sessions/{oldest}")).Status);
        Assert.Equal(404, (await api.Send(HttpMethod.Delete, $"/api/v1/auth/sessions/{oldest}")).Status);
        Assert.Equal(404, (await api.Send(HttpMethod.Delete, "/api/v1/auth/sessions/99999")).Status);
        Assert.Equal("401, 200, 200", await Statuses(one, two, three));

        Assert.Equal(204, (await api.Send(HttpMethod.Delete, "/api/v1/auth/sessions?keep_this=true")).Status);
        Assert.Equal("401, 401, 200", await Statuses(one, two, three));
        Assert.Equal(204, (await api.Send(HttpMethod.Delete, "/api/v1/auth/sessions")).Status);
        Assert.Equal("401, 401, 401", await Statuses(one, two, three));
    }

    [Fact]
    public async Task A_login_with_cookie_starts_a_browser_session_that_ends_with_the_tokens()
    {
        using var browser = App.Browser();
        using var body = new StringContent(JsonSerializer.Serialize(new { username = Door.Email, password = Door.Password }), new MediaTypeHeaderValue("application/json"));
        using var signedIn = await browser.PostAsync("/api/v1/auth/login?cookie=true", body, Cancellation);
        var pair = JsonElement.Parse(await signedIn.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.OK, await Me(browser));

        await Api(pair.GetProperty("access_token").GetString()).Send(HttpMethod.Post, "/api/v1/auth/logout");

        Assert.Equal(HttpStatusCode.Unauthorized, await Me(browser));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task Another_site_does_not_sign_a_browser_in(string header, string value)
    {
        var answer = await Api(null).Send(
            HttpMethod.Post, "/api/v1/auth/login?cookie=true", JsonSerializer.Serialize(new { username = Door.Email, password = Door.Password }), (header, value));

        Assert.Equal((403, "cross_site"), (answer.Status, answer.Code));
        Assert.Null(answer.Header("Set-Cookie"));
    }

    [Fact]
    public async Task A_stranger_makes_a_business_where_that_is_open_and_joins_one_that_takes_people()
    {
        const string Password = "a lamp for the second desk";
        var founder = await Post("/auth/register", new { email = "carla@bikes.example", password = Password, username = "carla" });
        Assert.Equal(201, founder.Status);
        Assert.Equal("carla", founder.Body.GetProperty("user").GetProperty("username").GetString());
        var me = await Api(Access(founder)).Send(HttpMethod.Get, "/api/v1/auth/me");
        Assert.Equal("owner", Assert.Single(me.Body.GetProperty("roles").EnumerateArray()).GetString());
        Assert.Equal(200, (await Login("carla", Password)).Status);

        var closed = await Post("/api/v1/auth/register", new { email = "dan@bikes.example", password = Password, tenant_id = "flowers" });
        var absent = await Post("/api/v1/auth/register", new { email = "dan@bikes.example", password = Password, tenant_id = "nowhere" });
        Assert.Equal((403, "registration_closed"), (closed.Status, closed.Code));
        Assert.Equal((403, "registration_closed"), (absent.Status, absent.Code));

        await App.InMany(db => db.Set<Tenant>().Where(tenant => tenant.Slug == "flowers").ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.OpenRegistration, true), Cancellation));
        var joined = await Post("/api/v1/auth/register", new { email = "dan@bikes.example", password = Password, tenant_id = "flowers" });
        Assert.Equal(201, joined.Status);
        Assert.Equal("agent", Assert.Single((await Api(Access(joined)).Send(HttpMethod.Get, "/api/v1/auth/me")).Body.GetProperty("roles").EnumerateArray()).GetString());
        var taken = await Post("/api/v1/auth/register", new { email = "dan@bikes.example", password = Password });
        Assert.Equal((409, "account_not_made"), (taken.Status, taken.Code));
    }

    [Theory]
    [InlineData("""{"email": "x@y.example", "password": "a lamp for the second desk", "role": "owner"}""", 400, "role")]
    [InlineData("""{"email": "x@y.example", "password": "a lamp for the second desk", "is_super_admin": true}""", 400, "is_super_admin")]
    [InlineData("""{"email": "x", "password": "a lamp for the second desk"}""", 422, "email")]
    [InlineData("""{"email": "x@y.example", "password": "short"}""", 422, "password")]
    [InlineData("""{"email": "x@y.example", "password": "a lamp for the second desk", "username": "anna@flowers.example"}""", 422, "username")]
    public async Task A_wrong_registration_names_its_field(string json, int status, string field)
    {
        var answer = await Api(null).Send(HttpMethod.Post, "/api/v1/auth/register", json);

        Assert.Equal(status, answer.Status);
        Assert.Contains(field, answer.Fields);
    }

    private static string Access(Answer answer) => answer.Body.GetProperty("access_token").GetString()!;

    private static string RefreshOf(Answer answer) => answer.Body.GetProperty("refresh_token").GetString()!;

    private TestApi Api(string? token) => new(App, token);

    private Task<Answer> Post(string path, object body) => Api(null).Send(HttpMethod.Post, path, JsonSerializer.Serialize(body));

    private Task<Answer> Login(string email = Door.Email, string password = Door.Password, string? tenant = null)
        => Post("/api/v1/auth/login", new { username = email, password, tenant_id = tenant });

    private Task<Answer> Refresh(Answer pair) => Post("/api/v1/auth/refresh", new { refresh_token = RefreshOf(pair) });

    private async Task<string> Statuses(params Answer[] pairs)
        => string.Join(", ", await Task.WhenAll(pairs.Select(async pair => (await Api(Access(pair)).Send(HttpMethod.Get, "/api/v1/auth/me")).Status)));

    private async Task<Answer> Form(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await App.Http.PostAsync(path, form, Cancellation);
        return new Answer((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation)), response.Headers);
    }

    private static async Task<HttpStatusCode> Me(HttpClient browser)
    {
        using var me = await browser.GetAsync("/api/v1/auth/me", Cancellation);
        return me.StatusCode;
    }
}

public sealed class TokensOnSqlite() : TokenTests(TestDatabase.Sqlite);

public sealed class TokensOnPostgreSql() : TokenTests(TestDatabase.PostgreSql);
