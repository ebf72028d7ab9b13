using System.Net;
using System.Text.Json;
using Inbox.Access.Sessions;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access;

public abstract class PasswordTests(TestDatabase database) : AppTests(database)
{
    private const string Wanted = "another lamp on the desk";

    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Clock = _clock,
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Setup:Email"] = Door.Email,
            ["Inbox:Setup:Password"] = Door.Password,
            ["Inbox:Setup:Business"] = "Flowers",
        },
    };

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_keeps_this_one()
    {
        var here = Api(await Login());
        var there = Api(await Login());

        var wrong = await Change(here, "wrong", Wanted);
        Assert.Equal((422, "invalid_credentials"), (wrong.Status, wrong.Code));
        var weak = await Change(here, Door.Password, "short");
        Assert.Equal((422, "invalid_value"), (weak.Status, weak.Code));
        Assert.Equal(204, (await Change(here, Door.Password, Wanted)).Status);

        Assert.Equal(200, (await here.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal(401, (await there.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal(401, (await Login()).Status);
        Assert.Equal(200, (await Login(Wanted)).Status);
    }

    [Fact]
    public async Task A_link_sets_a_password_once_and_ends_every_session()
    {
        var before = Api(await Login());
        var token = await Token();

        Assert.Equal(422, (await Reset(token, "short")).Status);
        Assert.Equal(204, (await Reset(token, Wanted)).Status);

        Assert.Equal(401, (await before.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal(200, (await Login(Wanted)).Status);
        var again = await Reset(token, "yet another lamp on the desk");
        Assert.Equal((400, "invalid_reset_link"), (again.Status, again.Code));
        Assert.Equal(200, (await Login(Wanted)).Status);
    }

    [Fact]
    public async Task Old_changed_and_invented_links_are_one_refusal()
    {
        var token = await Token();
        _clock.Advance(TimeSpan.FromMinutes(61));
        var answers = new List<Answer>();
        foreach (var bad in new[] { token, token[..^2] + "xx", "x" })
        {
            answers.Add(await Reset(bad, Wanted));
        }

        Assert.All(answers, answer => Assert.Equal((400, "invalid_reset_link"), (answer.Status, answer.Code)));
        Assert.Equal(200, (await Login()).Status);
    }

    [Fact]
    public async Task Who_asks_for_a_link_learns_nothing_and_not_often()
    {
        var known = await Forgot(Door.Email);
        var absent = await Forgot("nobody@flowers.example");
        Assert.Equal((202, 202), (known.Status, absent.Status));
        for (var more = 0; more < 4; more++)
        {
            Assert.Equal(202, (await Forgot(Door.Email)).Status);
            _clock.Advance(TimeSpan.FromMinutes(11));
        }

        var often = await Forgot(Door.Email);

        Assert.Equal((429, "too_many_attempts"), (often.Status, often.Code));
        _clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(202, (await Forgot(Door.Email)).Status);
    }

    [Fact]
    public async Task A_colleague_gets_five_links_an_hour()
    {
        var owner = Api(await Login());
        var agent = await GivenAgent();
        for (var link = 0; link < 5; link++)
        {
            Assert.Equal(200, (await owner.Send(HttpMethod.Post, $"/api/v1/users/{agent}/password-link")).Status);
        }

        var sixth = await owner.Send(HttpMethod.Post, $"/api/v1/users/{agent}/password-link");

        Assert.Equal((429, "too_many_attempts"), (sixth.Status, sixth.Code));
    }

    [Fact]
    public async Task The_page_of_the_link_sets_the_password()
    {
        using var door = new Door(App);
        Assert.Equal(HttpStatusCode.Forbidden, await door.Open("/reset-password?token=x"));
        var path = $"/reset-password?token={Uri.EscapeDataString(await Token())}";
        Assert.Equal(HttpStatusCode.OK, await door.Open(path));

        using var weak = await door.Fill(path, ("Password", "short"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, weak.StatusCode);
        using var done = await door.Fill(path, ("Password", Wanted));

        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal(200, (await Login(Wanted)).Status);
    }

    [Fact]
    public async Task An_owner_makes_a_link_for_a_colleague_but_nobody_for_one_who_may_more()
    {
        var owner = Api(await Login());
        var agent = await GivenAgent();

        var link = await owner.Send(HttpMethod.Post, $"/api/v1/users/{agent}/password-link");
        Assert.Equal(200, link.Status);
        var token = Uri.UnescapeDataString(link.Body.GetProperty("link").GetString()!.Split("token=")[1]);
        Assert.Equal(204, (await Reset(token, Wanted)).Status);
        Assert.Equal(200, (await Login(Wanted, "dan@flowers.example")).Status);

        // The owner runs the installation: nobody takes that over by a link.
        var key = await owner.Send(HttpMethod.Post, "/api/v1/api-keys", """{"name": "People", "permissions": ["users.write", "users.read"]}""");
        var program = new TestApi(App, key.Body.GetProperty("key").GetString());
        var refused = await program.Send(HttpMethod.Post, "/api/v1/users/1/password-link");
        Assert.Equal((403, "reset_by_mail_only"), (refused.Status, refused.Code));
        var mayMore = await program.Send(HttpMethod.Post, $"/api/v1/users/{agent}/password-link");
        Assert.Equal((403, "reset_by_mail_only"), (mayMore.Status, mayMore.Code));
        Assert.Equal(404, (await owner.Send(HttpMethod.Post, "/api/v1/users/999/password-link")).Status);
    }

    private async Task<long> GivenAgent()
    {
        await App.InMany(db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.OpenRegistration, true), Cancellation));
        var joined = await new TestApi(App).Send(
            HttpMethod.Post, "/api/v1/auth/register", JsonSerializer.Serialize(new { email = "dan@flowers.example", password = Door.Password, tenant_id = "flowers" }));
        return joined.Body.GetProperty("user").GetProperty("id").GetInt64();
    }

    private async Task<string> Token()
    {
        await using var scope = App.Services.CreateAsyncScope();
        var link = await scope.ServiceProvider.GetRequiredService<Passwords>().LinkForAsync(Door.Email, Cancellation);
        return Uri.UnescapeDataString(link!.Split("token=")[1]);
    }

    private TestApi Api(Answer pair) => new(App, pair.Body.GetProperty("access_token").GetString());

    private Task<Answer> Login(string password = Door.Password, string email = Door.Email)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = email, password }));

    private Task<Answer> Forgot(string email) => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/password/forgot", JsonSerializer.Serialize(new { email }));

    private Task<Answer> Reset(string token, string password)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/password/reset", JsonSerializer.Serialize(new { token, password }));

    private static Task<Answer> Change(TestApi api, string current, string wanted)
        => api.Send(HttpMethod.Put, "/api/v1/auth/password", JsonSerializer.Serialize(new { current_password = current, new_password = wanted }));
}

public sealed class PasswordsOnSqlite() : PasswordTests(TestDatabase.Sqlite);

public sealed class PasswordsOnPostgreSql() : PasswordTests(TestDatabase.PostgreSql);
