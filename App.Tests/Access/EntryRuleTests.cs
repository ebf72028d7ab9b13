using System.Net;
using System.Text.Json;
using Inbox.Access.Factors;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access;

public abstract class EntryRuleTests(TestDatabase database) : AppTests(database)
{
    private const string Rules = "/api/v1/company-profile/entry";

    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task Once_everybody_needs_a_second_factor_sessions_without_one_end_and_the_one_who_asked_goes_on()
    {
        var team = await Team.In(App);
        await team.GivenPerson("eva", "agent");
        var (owner, _) = await WithFactor(team, "owner");
        var eva = await Login(team, "eva");
        Assert.Equal((200, false, 1), await State(owner));
        Assert.Equal((403, "forbidden"), Outcome(await Put(eva, """{"requires_second_factor": true}""")));

        var changed = await Put(owner, """{"requires_second_factor": true}""");

        Assert.Equal(200, changed.Status);
        Assert.Equal(401, (await eva.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal(200, (await owner.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal((200, true, 1), await State(owner));
        Assert.Equal("second_factor_required", (await Ask(team, "eva")).Code);
        var rows = await App.InBusiness(team.Tenant, db => db.Set<AuditEvent>().Where(row => row.Action == "entry_rules.changed" || row.Action == "session.ended").Select(row => new { row.Action, row.ActorName, row.After }).ToListAsync(Cancellation));
        Assert.Contains(rows, row => row.Action == "entry_rules.changed" && row.ActorName == "owner" && row.After!.Contains("\"requires_second_factor\":true", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Action == "session.ended" && row.ActorName == "owner");
    }

    [Fact]
    public async Task Who_has_no_second_factor_asks_nobody_else_for_one()
    {
        var team = await Team.In(App);
        var owner = await Login(team, "owner");

        Assert.Equal((409, "own_factor_first"), Outcome(await Put(owner, """{"requires_second_factor": true}""")));
        Assert.Equal((200, false, 1), await State(owner));
        Assert.Equal(200, (await owner.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
    }

    [Fact]
    public async Task Two_who_change_the_rules_do_not_overwrite_each_other_and_an_old_sign_in_changes_nothing()
    {
        var team = await Team.In(App);
        var owner = await Login(team, "owner");
        var read = (await owner.Send(HttpMethod.Get, Rules)).Header("ETag")!;

        Assert.Equal((428, "if_match_required"), Outcome(await owner.Send(HttpMethod.Put, Rules, """{"open_registration": true}""")));
        Assert.Equal(200, (await owner.Send(HttpMethod.Put, Rules, """{"open_registration": true}""", ("If-Match", read))).Status);
        Assert.Equal((412, "version_stale"), Outcome(await owner.Send(HttpMethod.Put, Rules, """{"open_registration": false}""", ("If-Match", read))));
        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal((403, "reauthentication_required"), Outcome(await Put(owner, """{"open_registration": false}""")));
        Assert.True((await owner.Send(HttpMethod.Get, Rules)).Body.GetProperty("open_registration").GetBoolean());
    }

    [Fact]
    public async Task Strangers_join_where_it_is_open_and_not_where_a_second_factor_is_needed()
    {
        var team = await Team.In(App);
        Assert.Equal("registration_closed", (await Register("a@people.example")).Code);

        Assert.Equal(200, (await Put(team.Api, """{"open_registration": true}""")).Status);
        Assert.Equal(201, (await Register("a@people.example")).Status);
        Assert.Equal(200, (await Put(team.Api, """{"requires_second_factor": true}""")).Status);
        Assert.Equal((403, "second_factor_required"), Outcome(await Register("b@people.example")));
    }

    [Fact]
    public async Task Who_joins_with_an_account_is_asked_for_the_code_before_the_business_opens()
    {
        var (first, second) = (await Team.In(App), await Team.In(App, "Second"));
        await first.GivenPerson("eva", "agent");
        var (_, secret) = await WithFactor(first, "eva");
        await first.GivenPerson("tom", "agent");
        Assert.Equal(200, (await Put(second.Api, """{"requires_second_factor": true}""")).Status);
        using var eva = new Door(App);
        using var tom = new Door(App);

        var joined = await Join(eva, await Invite(second, first.EmailOf("eva")));
        Assert.StartsWith("/sign-in/code", joined, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await Me(eva));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await eva.Open(joined);
        using var entered = await eva.Fill(joined, ("Code", Code(secret)));
        Assert.Equal("/inbox", Path(entered));
        Assert.Equal("second", await Business(eva));

        // Who has none sets one up, and is not in before.
        var enrolment = await Join(tom, await Invite(second, first.EmailOf("tom")));
        Assert.StartsWith("/sign-in/second-factor", enrolment, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await Me(tom));
        await tom.Open(enrolment);
        using var done = await tom.Fill(enrolment, ("Code", Code(tom.Page.Split("data-copy=\"")[1].Split('"')[0].Replace(" ", "", StringComparison.Ordinal))));
        Assert.Equal("second", await Business(tom));
    }

    [Fact]
    public async Task The_way_through_the_menu_asks_for_the_code_where_the_other_business_wants_it()
    {
        var (first, second) = (await Team.In(App), await Team.In(App, "Second"));
        await first.GivenPerson("eva", "agent");
        using var eva = new Door(App);
        await eva.SignIn(first.EmailOf("eva"), Team.Password);
        var token = (await Invite(second, first.EmailOf("eva"))).Split("token=")[1];
        Assert.Equal(204, (await new TestApi(App).Send(HttpMethod.Post, "/api/v1/invitations/accept", JsonSerializer.Serialize(new { token, password = Team.Password }))).Status);
        Assert.Equal(200, (await Put(second.Api, """{"requires_second_factor": true}""")).Status);

        Assert.Equal("/security?needed=factor", await Switch(eva, second.Tenant));
        Assert.Equal("shop", await Business(eva));

        // A session that was begun before the code was given is asked for it.
        var begun = await Api(eva, HttpMethod.Post, "/api/v1/auth/second-factor");
        var secret = begun.GetProperty("secret").GetString()!;
        await Api(eva, HttpMethod.Post, "/api/v1/auth/second-factor/confirm", JsonSerializer.Serialize(new { code = Code(secret) }));
        await App.InMany(db => db.Set<Inbox.Access.Sessions.Session>().ExecuteUpdateAsync(set => set.SetProperty(row => row.HasFactor, false), Cancellation));
        _clock.Advance(TimeSpan.FromMinutes(1));
        var asked = await Switch(eva, second.Tenant);
        Assert.StartsWith("/sign-in/code", asked, StringComparison.Ordinal);
        Assert.Equal("shop", await Business(eva));
        await eva.Open(asked);
        using var entered = await eva.Fill(asked, ("Code", Code(secret)));
        Assert.Equal("second", await Business(eva));
    }

    [Fact]
    public async Task Who_has_a_passkey_is_asked_for_it_and_for_nothing_new_on_the_ways_into_a_business_that_wants_a_factor()
    {
        var (first, second) = (await Team.In(App), await Team.In(App, "Second"));
        foreach (var name in new[] { "eva", "tom" })
        {
            await GivenPasskey(await first.GivenPerson(name, "agent"));
        }

        using var eva = new Door(App);
        await eva.SignIn(first.EmailOf("eva"), Team.Password);
        var token = (await Invite(second, first.EmailOf("eva"))).Split("token=")[1];
        Assert.Equal(204, (await new TestApi(App).Send(HttpMethod.Post, "/api/v1/invitations/accept", JsonSerializer.Serialize(new { token, password = Team.Password }))).Status);
        Assert.Equal(200, (await Put(second.Api, """{"requires_second_factor": true}""")).Status);

        Assert.Equal("/security?needed=passkey", await Switch(eva, second.Tenant));
        Assert.Equal("shop", await Business(eva));

        using var tom = new Door(App);
        Assert.Equal("/sign-in?needed=passkey", await Join(tom, await Invite(second, first.EmailOf("tom"))));
        await tom.Open("/sign-in?needed=passkey");
        Assert.Contains("Sign in with your passkey", tom.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await Me(tom));
    }

    [Fact]
    public async Task The_team_says_who_has_a_second_factor()
    {
        var team = await Team.In(App);
        await team.GivenPerson("eva", "agent");
        await WithFactor(team, "eva");

        var people = (await team.Api.Send(HttpMethod.Get, "/api/v1/users")).Body.GetProperty("items").EnumerateArray().ToDictionary(person => person.GetProperty("full_name").GetString()!, person => person.GetProperty("has_second_factor").GetBoolean());

        Assert.True(people["eva"]);
        Assert.False(people["owner"]);
    }

    private async Task<(TestApi Api, string Secret)> WithFactor(Team team, string name)
    {
        var api = await Login(team, name);
        var secret = (await api.Send(HttpMethod.Post, "/api/v1/auth/second-factor")).Body.GetProperty("secret").GetString()!;
        Assert.Equal(200, (await api.Send(HttpMethod.Post, "/api/v1/auth/second-factor/confirm", JsonSerializer.Serialize(new { code = Code(secret) }))).Status);
        return (api, secret);
    }

    private Task<bool> GivenPasskey(long person)
        => App.InMany(async db =>
        {
            db.Add(new IdentityUserPasskey<long>
            {
                UserId = person,
                CredentialId = [(byte)person, 1],
                Data = new IdentityPasskeyData { PublicKey = [1], Name = "Key", CreatedAt = _clock.GetUtcNow(), AttestationObject = [1], ClientDataJson = [1] },
            });
            await db.SaveChangesAsync(Cancellation);
            return true;
        });

    private async Task<TestApi> Login(Team team, string name) => new(App, (await Ask(team, name)).Body.GetProperty("access_token").GetString());

    private Task<Answer> Ask(Team team, string name)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = team.EmailOf(name), password = Team.Password }));

    private Task<Answer> Register(string email)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/register", JsonSerializer.Serialize(new { email, password = Team.Password, tenant_id = "shop" }));

    private static async Task<Answer> Put(TestApi api, string json)
        => await api.Send(HttpMethod.Put, Rules, json, ("If-Match", "*"));

    private static async Task<(int Status, bool Required, int Without)> State(TestApi api)
    {
        var answer = await api.Send(HttpMethod.Get, Rules);
        return (answer.Status, answer.Body.GetProperty("requires_second_factor").GetBoolean(), answer.Body.GetProperty("people_without_factor").GetInt32());
    }

    private static (int Status, string? Code) Outcome(Answer answer) => (answer.Status, answer.Code);

    private static async Task<string> Invite(Team team, string email)
        => (await team.Api.Send(HttpMethod.Post, "/api/v1/invitations", $$"""{"email": "{{email}}", "roles": ["agent"]}""")).Body.GetProperty("link").GetString()!;

    /// <returns>Where the browser is led.</returns>
    private async Task<string> Join(Door door, string link)
    {
        var path = new Uri(link).PathAndQuery;
        await door.Open(path);
        using var joined = await door.Fill(path, ("Password", Team.Password));
        return Path(joined);
    }

    private async Task<string> Switch(Door door, long business)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/switch-business") { Content = new FormUrlEncodedContent([KeyValuePair.Create("business", $"{business}")]) };
        request.Headers.Add("X-CSRF-TOKEN", await door.AntiforgeryToken());
        using var answer = await door.Browser.SendAsync(request, Cancellation);
        return Path(answer);
    }

    private static async Task<JsonElement> Api(Door door, HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("X-CSRF-TOKEN", await door.AntiforgeryToken());
        using var answer = await door.Browser.SendAsync(request, Cancellation);
        return JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<HttpStatusCode> Me(Door door)
    {
        using var me = await door.Browser.GetAsync("/api/v1/auth/me", Cancellation);
        return me.StatusCode;
    }

    private static async Task<string?> Business(Door door)
    {
        using var me = await door.Browser.GetAsync("/api/v1/auth/me", Cancellation);
        return JsonElement.Parse(await me.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation)).GetProperty("tenant_id").GetString();
    }

    private string Code(string secret) => Totp.CodeAt(secret, Totp.StepAt(_clock.GetUtcNow()));

    private string Path(HttpResponseMessage answer) => new Uri(App.Address, answer.Headers.Location!).PathAndQuery;
}

public sealed class EntryRulesOnSqlite() : EntryRuleTests(TestDatabase.Sqlite);

public sealed class EntryRulesOnPostgreSql() : EntryRuleTests(TestDatabase.PostgreSql);
