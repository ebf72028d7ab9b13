using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Inbox.Access.People;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access.People;

public sealed class InvitationTestsOnSqlite() : InvitationTests(TestDatabase.Sqlite);

public sealed class InvitationTestsOnPostgreSql() : InvitationTests(TestDatabase.PostgreSql);

public abstract partial class InvitationTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task A_link_lets_one_new_person_in_once_with_what_was_promised()
    {
        var team = await Team.In(App);
        var sales = await team.GivenDepartment("Sales");
        var token = await Invite(team, "eva@people.example", sales);

        var joined = await Join(token, "Eva");
        Assert.Equal(204, joined.Status);
        Assert.Equal("invitation_not_found", (await Join(token, "Eva again")).Code);

        var eva = (await team.Api.Send(HttpMethod.Get, "/api/v1/users?q=eva")).Body.GetProperty("items")[0];
        Assert.Equal("Eva", eva.GetProperty("full_name").GetString());
        Assert.Equal("agent", eva.GetProperty("roles")[0].GetString());
        Assert.Equal("Sales", eva.GetProperty("departments")[0].GetProperty("name").GetString());
        Assert.Empty((await team.Api.Send(HttpMethod.Get, "/api/v1/invitations")).Body.GetProperty("items").EnumerateArray());
        Assert.DoesNotContain(token, await App.InBusiness(team.Tenant, db => db.Set<Invitation>().Select(invitation => invitation.TokenHash).ToListAsync(Cancellation)));
    }

    [Fact]
    public async Task Whatever_is_wrong_with_a_token_the_answer_is_the_same()
    {
        var team = await Team.In(App);
        var old = await Invite(team, "old@people.example");
        _clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        var replaced = await Invite(team, "replaced@people.example");
        await Invite(team, "replaced@people.example");
        var revoked = await Invite(team, "revoked@people.example");
        var open = (await team.Api.Send(HttpMethod.Get, "/api/v1/invitations")).Body.GetProperty("items").EnumerateArray().Single(invitation => invitation.GetProperty("email").GetString() == "revoked@people.example");
        Assert.Equal(204, (await team.Api.Send(HttpMethod.Delete, $"/api/v1/invitations/{open.GetProperty("id").GetInt64()}")).Status);

        var answers = new List<string>();
        foreach (var token in new[] { old, replaced, revoked, "x", "not-a-token-of-ours" })
        {
            var answer = await Join(token, "Somebody");
            Assert.Equal((404, "invitation_not_found"), (answer.Status, answer.Code));
            answers.Add(answer.Body.GetProperty("detail").GetString()!);
        }

        Assert.Single(answers.Distinct());
        Assert.NotEqual(204, (await Join("", "Somebody")).Status);
    }

    [Fact]
    public async Task Somebody_with_an_account_joins_with_its_password_and_nobody_sets_a_new_one()
    {
        var first = await Team.In(App);
        await first.GivenPerson("eva", "agent");
        var second = await Team.In(App, "Second");
        var token = await Invite(second, first.EmailOf("eva"));

        Assert.Equal("account_exists_already", (await Join(token, "Eva", "another long password")).Code);
        Assert.Equal("wrong_password", (await Accept(token, "another long password")).Code);
        Assert.Equal(204, (await Accept(token, Team.Password)).Status);

        Assert.Single((await second.Api.Send(HttpMethod.Get, "/api/v1/users?q=eva")).Body.GetProperty("items").EnumerateArray());
        Assert.Single((await first.Api.Send(HttpMethod.Get, "/api/v1/users?q=eva")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal("already_member", (await second.Api.Send(HttpMethod.Post, "/api/v1/invitations", $$"""{"email": "{{first.EmailOf("eva")}}", "roles": ["agent"]}""")).Code);
    }

    [Fact]
    public async Task A_password_is_not_guessed_at_the_door_of_an_invitation()
    {
        var first = await Team.In(App);
        await first.GivenPerson("eva", "agent");
        var second = await Team.In(App, "Second");
        var token = await Invite(second, first.EmailOf("eva"));

        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.Equal("wrong_password", (await Accept(token, $"a wrong password {attempt}")).Code);
        }

        var locked = await Accept(token, Team.Password);
        Assert.Equal((429, "too_many_attempts"), (locked.Status, locked.Code));
    }

    private static async Task<string> Invite(Team team, string email, params long[] departments)
    {
        var sent = await team.Api.Send(HttpMethod.Post, "/api/v1/invitations", $$"""{"email": "{{email}}", "roles": ["agent"], "departments": [{{string.Join(", ", departments)}}]}""");
        Assert.Equal(201, sent.Status);
        return WebUtility.UrlDecode(Token().Match(sent.Body.GetProperty("link").GetString()!).Groups[1].Value);
    }

    private Task<Answer> Join(string token, string name, string password = Team.Password)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/invitations/accept", JsonSerializer.Serialize(new { token, full_name = name, password }));

    private Task<Answer> Accept(string token, string password)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/invitations/accept", JsonSerializer.Serialize(new { token, password }));

    [GeneratedRegex(@"/join\?token=([^&]+)$")]
    private static partial Regex Token();
}
