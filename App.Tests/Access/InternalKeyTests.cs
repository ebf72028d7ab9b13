using System.Text.Json;
using Inbox.Access;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access;

/// <summary>The internal key does all that an owner does: nobody comes to it who is none.</summary>
public abstract class InternalKeyTests(TestDatabase database) : AppTests(database)
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
            ["Inbox:Auth:AccessTokenMinutes"] = "600",
        },
    };

    [Fact]
    public async Task An_admin_an_API_key_and_another_business_get_none()
    {
        var (shop, other) = (await Team.In(App), await Team.In(App, "Other"));
        await shop.GivenPerson("ann", "admin");
        var admin = await Login(shop.EmailOf("ann"), Team.Password);
        var made = await shop.Api.Send(HttpMethod.Post, "/api/v1/api-keys", """{"name": "Till", "permissions": ["business.read", "business.write"]}""");
        var key = made.Body.EnumerateObject().Select(property => property.Value).Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!).Single(text => text.StartsWith("ibk_", StringComparison.Ordinal) && text.Length > 30);

        Assert.Equal((403, "owner_required"), await Rotate(admin, shop));
        Assert.Equal((403, "owner_required"), await Rotate(new TestApi(App, key), shop));
        Assert.Equal((404, "business_not_found"), await Rotate(other.Api, shop));
        Assert.Equal(200, (await shop.Api.Send(HttpMethod.Get, "/api/v1/users")).Status);   // the key is still the same
    }

    [Fact]
    public async Task An_owner_does_who_proved_a_moment_ago_who_they_are_and_so_do_the_key_and_the_master_key()
    {
        var shop = await Team.In(App);
        var owner = await Login(shop.EmailOf("owner"), Team.Password);

        Assert.Equal((200, null), await Rotate(owner, shop));
        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal((403, "reauthentication_required"), await Rotate(owner, shop));
        Assert.Equal((200, null), await Rotate(new TestApi(App, TestApp.MasterKey), shop));
    }

    [Fact]
    public async Task Who_runs_the_installation_does_only_while_the_business_has_no_owner()
    {
        var shop = await Team.In(App);
        var anna = await Login(Door.Email, Door.Password);

        Assert.Equal((403, "owner_required"), await Rotate(anna, shop));
        await App.InBusiness(shop.Tenant, db => db.Set<Membership>().Where(row => row.Roles.Any(held => held.Role.Key == BuiltInRoles.Owner)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, MemberStatus.Disabled), Cancellation));
        Assert.Equal((200, null), await Rotate(anna, shop));
    }

    private async Task<TestApi> Login(string email, string password)
        => new(App, (await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = email, password }))).Body.GetProperty("access_token").GetString());

    private static async Task<(int Status, string? Code)> Rotate(TestApi api, Team team)
    {
        var answer = await api.Send(HttpMethod.Post, $"/api/v1/businesses/{team.Tenant}/rotate-key");
        return (answer.Status, answer.Code);
    }
}

public sealed class InternalKeysOnSqlite() : InternalKeyTests(TestDatabase.Sqlite);

public sealed class InternalKeysOnPostgreSql() : InternalKeyTests(TestDatabase.PostgreSql);
