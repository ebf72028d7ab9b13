using System.Globalization;
using System.Text.Json;
using Inbox.Access;
using Inbox.Access.Sessions;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access.People;

/// <summary>Who looks after the team sees where somebody is signed in, and signs them out there.</summary>
public abstract class MemberSessionTests(TestDatabase database) : AppTests(database)
{
    [Fact]
    public async Task The_sessions_of_somebody_are_listed_and_ended_one_by_one_or_all()
    {
        var team = await Team.In(App);
        var jonas = await team.GivenPerson("jonas", "agent");
        var (one, two, three) = (await Login(team, "jonas"), await Login(team, "jonas"), await Login(team, "jonas"));
        var owner = await Login(team, "owner");

        var list = (await Sessions(owner, jonas)).Body.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(3, list.Count);
        Assert.All(list, session => Assert.Equal((false, true, "127.0.0.1"), (session.GetProperty("is_this").GetBoolean(), session.GetProperty("is_program").GetBoolean(), session.GetProperty("address").GetString())));
        var oldest = list.Min(session => session.GetProperty("id").GetInt64());

        Assert.Equal(204, (await End(owner, jonas, oldest)).Status);
        Assert.Equal("401, 200, 200", await Statuses(one, two, three));
        Assert.Equal((404, "session_not_found"), Outcome(await End(owner, jonas, oldest)));
        Assert.Equal(2, (await Sessions(owner, jonas)).Body.GetProperty("items").GetArrayLength());

        Assert.Equal(204, (await EndAll(owner, jonas)).Status);
        Assert.Equal("401, 401, 401", await Statuses(one, two, three));
        Assert.Equal(0, (await Sessions(owner, jonas)).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(200, await Me(owner));
        var rows = await App.InBusiness(team.Tenant, db => db.Set<AuditEvent>().Where(row => row.Action == "session.ended").Select(row => new { row.ActorName, row.Before }).ToListAsync(Cancellation));
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Equal("owner", row.ActorName));
        Assert.All(rows, row => Assert.Contains(jonas.ToString(CultureInfo.InvariantCulture), row.Before, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_is_ended_only_as_that_of_the_person_who_has_it()
    {
        var team = await Team.In(App);
        var (jonas, eva) = (await team.GivenPerson("jonas", "agent"), await team.GivenPerson("eva", "agent"));
        var hers = await Login(team, "eva");
        var owner = await Login(team, "owner");

        Assert.Equal((404, "session_not_found"), Outcome(await End(owner, jonas, await SessionOf(owner, eva))));
        Assert.Equal(204, (await EndAll(owner, jonas)).Status);
        Assert.Equal(200, await Me(hers));
    }

    [Fact]
    public async Task Nobody_sees_or_ends_the_sessions_of_one_who_may_more_or_is_of_another_team()
    {
        var (team, other) = (await Team.In(App), await Team.In(App, "Other"));
        var (ada, jonas, boss) = (await team.GivenPerson("ada", "admin"), await team.GivenPerson("jonas", "agent"), await GivenId(team, "owner"));
        var (owner, admin, agent) = (await Login(team, "owner"), await Login(team, "ada"), await Login(team, "jonas"));
        var stranger = await Login(other, "owner");
        var owned = await SessionOf(owner, boss);

        Assert.All(await Everything(admin, boss, owned), answer => Assert.Equal((403, "owner_required"), answer));
        Assert.All(await Everything(agent, ada, await SessionOf(owner, ada)), answer => Assert.Equal((403, "forbidden"), answer));
        Assert.All(await Everything(stranger, boss, owned), answer => Assert.Equal((404, "user_not_found"), answer));
        Assert.All(await Everything(owner, 99999, owned), answer => Assert.Equal((404, "user_not_found"), answer));
        Assert.Equal("200, 200, 200, 200", await Statuses(owner, admin, agent, stranger));
        Assert.Equal(204, (await EndAll(admin, jonas)).Status);
        Assert.Equal("200, 200, 401", await Statuses(owner, admin, agent));
    }

    [Fact]
    public async Task What_somebody_has_open_in_another_business_is_neither_shown_nor_ended()
    {
        var (team, other) = (await Team.In(App), await Team.In(App, "Other"));
        var jonas = await team.GivenPerson("jonas", "agent");
        await App.InBusiness(other.Tenant, async db =>
        {
            db.Add(Membership.Of(await db.Set<Role>().SingleAsync(role => role.Key == BuiltInRoles.Agent, Cancellation), jonas, DateTime.UnixEpoch));
            return await db.SaveChangesAsync(Cancellation);
        });
        var slug = await App.InMany(db => db.Set<Tenant>().Where(row => row.Id == other.Tenant).Select(row => row.Slug).SingleAsync(Cancellation));
        var (here, there) = (await Login(team, "jonas"), await Login(team, "jonas", slug));
        var elsewhere = await App.InMany(db => db.Set<Session>().Where(row => row.TenantId == other.Tenant && row.UserId == jonas).Select(row => row.Id).SingleAsync(Cancellation));
        var owner = await Login(team, "owner");

        Assert.NotEqual(elsewhere, await SessionOf(owner, jonas));
        Assert.Equal((404, "session_not_found"), Outcome(await End(owner, jonas, elsewhere)));
        Assert.Equal(204, (await EndAll(owner, jonas)).Status);
        Assert.Equal("401, 200", await Statuses(here, there));
    }

    private static async Task<(int, string?)[]> Everything(TestApi api, long user, long session)
        => [Outcome(await Sessions(api, user)), Outcome(await End(api, user, session)), Outcome(await EndAll(api, user))];

    private static (int, string?) Outcome(Answer answer) => (answer.Status, answer.Code);

    private static Task<Answer> Sessions(TestApi api, long user) => api.Send(HttpMethod.Get, $"/api/v1/users/{user}/sessions");

    private static Task<Answer> End(TestApi api, long user, long session) => api.Send(HttpMethod.Delete, $"/api/v1/users/{user}/sessions/{session}");

    private static Task<Answer> EndAll(TestApi api, long user) => api.Send(HttpMethod.Delete, $"/api/v1/users/{user}/sessions");

    private static async Task<long> SessionOf(TestApi api, long user)
        => Assert.Single((await Sessions(api, user)).Body.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt64();

    private static async Task<long> GivenId(Team team, string name)
        => (await team.Api.Send(HttpMethod.Get, $"/api/v1/users?q={name}")).Body.GetProperty("items")[0].GetProperty("id").GetInt64();

    private static async Task<int> Me(TestApi api) => (await api.Send(HttpMethod.Get, "/api/v1/auth/me")).Status;

    private static async Task<string> Statuses(params TestApi[] callers)
    {
        var statuses = new List<int>();
        foreach (var caller in callers)
        {
            statuses.Add(await Me(caller));
        }

        return string.Join(", ", statuses);
    }

    private async Task<TestApi> Login(Team team, string name, string? business = null)
    {
        var pair = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { email = team.EmailOf(name), password = Team.Password, tenant_id = business }));
        Assert.Equal(200, pair.Status);
        return new TestApi(App, pair.Body.GetProperty("access_token").GetString());
    }
}

public sealed class MemberSessionsOnSqlite() : MemberSessionTests(TestDatabase.Sqlite);

public sealed class MemberSessionsOnPostgreSql() : MemberSessionTests(TestDatabase.PostgreSql);
