using System.Text.Json;
using Inbox.Access.Factors;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access;

/// <summary>Somebody lost the phone and the recovery codes; a colleague who looks after the team lets them in again.</summary>
public abstract class FactorResetTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task The_second_factor_of_a_colleague_is_switched_off_and_their_sessions_end()
    {
        var team = await Team.In(App);
        var jonas = await team.GivenPerson("jonas", "agent");
        var lost = await GivenFactor(team, "jonas");
        Assert.Equal("otp_required", (await Login(team, "jonas")).Code);
        var owner = Api(await Login(team, "owner"));

        Assert.Equal(204, (await Reset(owner, jonas)).Status);

        Assert.Equal(401, (await lost.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal(200, (await Login(team, "jonas")).Status);
        Assert.Equal(0, await App.InMany(db => db.Set<RecoveryCode>().CountAsync(Cancellation)));
        var row = await App.InBusiness(team.Tenant, db => db.Set<AuditEvent>().SingleAsync(row => row.Action == "second_factor.reset", Cancellation));
        Assert.Equal(("owner", jonas.ToString(System.Globalization.CultureInfo.InvariantCulture)), (row.ActorName, row.ObjectId));
        var again = await Reset(owner, jonas);
        Assert.Equal((409, "second_factor_disabled"), (again.Status, again.Code));
    }

    [Fact]
    public async Task Where_the_business_asks_for_one_the_next_sign_in_sets_up_a_new_one()
    {
        var team = await Team.In(App);
        var jonas = await team.GivenPerson("jonas", "agent");
        await GivenFactor(team, "jonas");
        var owner = Api(await Login(team, "owner"));
        Assert.Equal(204, (await Reset(owner, jonas)).Status);

        await App.InMany(db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.RequiresSecondFactor, true), Cancellation));

        Assert.Equal("second_factor_required", (await Login(team, "jonas")).Code);
    }

    [Fact]
    public async Task After_a_while_the_password_is_asked_for_first()
    {
        var team = await Team.In(App);
        var jonas = await team.GivenPerson("jonas", "agent");
        await GivenFactor(team, "jonas");
        var owner = Api(await Login(team, "owner"));
        _clock.Advance(TimeSpan.FromMinutes(16));

        var asked = await Reset(owner, jonas);
        Assert.Equal((403, "reauthentication_required"), (asked.Status, asked.Code));
        Assert.Equal("otp_required", (await Login(team, "jonas")).Code);
        var link = await owner.Send(HttpMethod.Post, $"/api/v1/users/{jonas}/password-link");
        Assert.Equal((403, "reauthentication_required"), (link.Status, link.Code));
        var key = await owner.Send(HttpMethod.Post, $"/api/v1/businesses/{team.Tenant}/rotate-key");
        Assert.Equal((403, "reauthentication_required"), (key.Status, key.Code));
        Assert.Equal(200, (await team.Api.Send(HttpMethod.Get, "/api/v1/users")).Status);   // the key of before still holds

        Assert.Equal(204, (await owner.Send(HttpMethod.Post, "/api/v1/auth/reauthenticate", JsonSerializer.Serialize(new { password = Team.Password }))).Status);
        Assert.Equal(200, (await owner.Send(HttpMethod.Post, $"/api/v1/users/{jonas}/password-link")).Status);
        Assert.Equal(204, (await Reset(owner, jonas)).Status);
        Assert.Equal(200, (await owner.Send(HttpMethod.Post, $"/api/v1/businesses/{team.Tenant}/rotate-key")).Status);
        Assert.Equal(401, (await team.Api.Send(HttpMethod.Get, "/api/v1/users")).Status);
    }

    [Fact]
    public async Task Nobody_resets_one_who_may_more_nor_himself_nor_a_stranger()
    {
        var (team, other) = (await Team.In(App), await Team.In(App, "Other"));
        var boss = await GivenId(team, "owner");
        await GivenFactor(team, "owner");
        var admin = await team.GivenPerson("ada", "admin");
        var api = Api(await Login(team, "ada"));

        var mayMore = await Reset(api, boss);
        Assert.Equal((403, "reset_by_installation_only"), (mayMore.Status, mayMore.Code));
        var own = await Reset(api, admin);
        Assert.Equal((409, "own_account"), (own.Status, own.Code));
        Assert.Equal((404, "user_not_found"), await Reset(api, await GivenId(other, "owner")) is var foreign ? (foreign.Status, foreign.Code) : default);
        Assert.Equal(404, (await Reset(api, 99999)).Status);
        await team.GivenPerson("jonas", "agent");
        Assert.Equal(403, (await Reset(Api(await Login(team, "jonas")), admin)).Status);
        Assert.Equal("otp_required", (await Login(team, "owner")).Code);
    }

    /// <returns>The session that switched it on, as the lost phone still has it.</returns>
    private async Task<TestApi> GivenFactor(Team team, string name)
    {
        var person = Api(await Login(team, name));
        var secret = (await person.Send(HttpMethod.Post, "/api/v1/auth/second-factor")).Body.GetProperty("secret").GetString()!;
        var code = Totp.CodeAt(secret, Totp.StepAt(_clock.GetUtcNow()));
        Assert.Equal(200, (await person.Send(HttpMethod.Post, "/api/v1/auth/second-factor/confirm", JsonSerializer.Serialize(new { code }))).Status);
        return person;
    }

    private static async Task<long> GivenId(Team team, string name)
        => (await team.Api.Send(HttpMethod.Get, $"/api/v1/users?q={name}")).Body.GetProperty("items")[0].GetProperty("id").GetInt64();

    private static Task<Answer> Reset(TestApi api, long id) => api.Send(HttpMethod.Delete, $"/api/v1/users/{id}/second-factor");

    private TestApi Api(Answer pair) => new(App, pair.Body.GetProperty("access_token").GetString());

    private Task<Answer> Login(Team team, string name)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { email = team.EmailOf(name), password = Team.Password }));
}

public sealed class FactorResetsOnSqlite() : FactorResetTests(TestDatabase.Sqlite);

public sealed class FactorResetsOnPostgreSql() : FactorResetTests(TestDatabase.PostgreSql);
