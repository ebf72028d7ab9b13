using System.Net;
using System.Text.Json;
using Inbox.Access;
using Inbox.Access.Rights;
using Inbox.Access.Support;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access;

/// <summary>Those who run the installation look into a business only while an owner lets them.</summary>
public abstract class SupportTests(TestDatabase database) : AppTests(database)
{
    private const string Support = "/api/v1/company-profile/support";

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
    public async Task Without_an_owners_word_there_is_no_way_in_and_with_it_there_is_one_that_ends()
    {
        var shop = await Team.In(App);
        var owner = await Login(shop, "owner");
        Assert.Equal("invalid_credentials", (await Enter("shop")).Code);

        Assert.Equal(201, (await owner.Send(HttpMethod.Post, Support, """{"hours": 2, "reason": "The list is empty"}""")).Status);
        var inside = Api(await Enter("shop"));
        var me = (await inside.Send(HttpMethod.Get, "/api/v1/auth/me")).Body;
        Assert.Equal("shop", me.GetProperty("tenant_id").GetString());
        Assert.EndsWith("(support)", me.GetProperty("full_name").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await inside.Send(HttpMethod.Get, "/api/v1/conversations")).Status);
        Assert.Equal(403, (await inside.Send(HttpMethod.Put, "/api/v1/company-profile", """{"name": "Taken"}""")).Status);

        // The token is good for longer than the permission.
        _clock.Advance(TimeSpan.FromMinutes(119));
        Assert.Equal(200, (await inside.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(401, (await inside.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal("invalid_credentials", (await Enter("shop")).Code);
    }

    [Fact]
    public async Task An_owner_shows_support_out_at_once()
    {
        var shop = await Team.In(App);
        var owner = await Login(shop, "owner");
        await owner.Send(HttpMethod.Post, Support, """{"hours": 2}""");
        var inside = Api(await Enter("shop"));
        Assert.Equal(200, (await inside.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);

        Assert.Equal(204, (await owner.Send(HttpMethod.Delete, Support)).Status);

        Assert.Equal(401, (await inside.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Equal((404, "support_not_allowed"), Outcome(await owner.Send(HttpMethod.Delete, Support)));
        Assert.Equal(200, (await owner.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        var earlier = (await owner.Send(HttpMethod.Get, Support)).Body.GetProperty("items")[0];
        Assert.False(earlier.GetProperty("stands").GetBoolean());
    }

    [Fact]
    public async Task All_that_support_does_is_in_the_trail_in_the_name_of_the_owner()
    {
        var shop = await Team.In(App);
        var owner = await Login(shop, "owner");
        await owner.Send(HttpMethod.Post, Support, """{"hours": 2, "may_change": true}""");
        var inside = Api(await Enter("shop"));

        Assert.Equal(200, (await inside.Send(HttpMethod.Get, "/api/v1/users?q=secret-name")).Status);
        Assert.Equal(200, (await inside.Send(HttpMethod.Put, "/api/v1/company-profile", """{"name": "Better"}""")).Status);

        var rows = await App.InBusiness(shop.Tenant, db => db.Set<AuditEvent>().AsNoTracking().Where(row => row.ActorName!.EndsWith("(support)")).OrderBy(row => row.Sequence).ToListAsync(Cancellation));
        Assert.All(rows, row => Assert.Equal("owner", row.OnBehalfOfName));
        Assert.Contains(rows, row => row.Action == "business.changed");
        Assert.Contains(rows, row => row.Action == "support.looked" && row.After!.Contains("/api/v1/users", StringComparison.Ordinal));
        Assert.DoesNotContain(rows, row => row.After?.Contains("secret-name", StringComparison.Ordinal) == true);
        var ownerRows = await App.InBusiness(shop.Tenant, db => db.Set<AuditEvent>().AsNoTracking().Where(row => row.Action == "support.allowed").ToListAsync(Cancellation));
        Assert.Null(Assert.Single(ownerRows).OnBehalfOfId);
    }

    [Fact]
    public async Task Support_makes_nothing_that_outlives_the_permission_and_does_not_let_itself_in_again()
    {
        var shop = await Team.In(App);
        var owner = await Login(shop, "owner");
        await owner.Send(HttpMethod.Post, Support, """{"hours": 2, "may_change": true}""");
        var inside = Api(await Enter("shop"));

        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Post, Support, """{"hours": 72}"""),
            (HttpMethod.Post, "/api/v1/api-keys", """{"name": "x", "permissions": ["users.read"]}"""),
            (HttpMethod.Post, "/api/v1/users", """{"email": "x@x.example", "full_name": "x", "password": "correct lamp on the desk", "roles": ["agent"]}"""),
            (HttpMethod.Post, "/api/v1/invitations", """{"email": "x@x.example", "roles": ["agent"]}"""),
            (HttpMethod.Post, "/api/v1/roles", """{"name": "x", "permissions": {}}"""),
            (HttpMethod.Post, "/api/v1/webhooks", """{"url": "https://x.example", "event_types": ["message_received"]}"""),
            (HttpMethod.Put, "/api/v1/company-profile/entry", """{"open_registration": true}"""),
        })
        {
            Assert.Equal((403, "forbidden"), Outcome(await inside.Send(method, path, body, ("If-Match", "*"))));
        }
    }

    [Fact]
    public async Task Support_that_is_in_a_business_runs_nothing_else_and_does_not_take_the_business()
    {
        var (shop, other) = (await Team.In(App), await Team.In(App, "Other"));
        await (await Login(shop, "owner")).Send(HttpMethod.Post, Support, """{"hours": 2, "may_change": true}""");
        var inside = Api(await Enter("shop"));

        foreach (var (method, path, body, expected) in new[]
        {
            (HttpMethod.Post, "/api/v1/businesses", """{"business_name": "x"}""", (403, "forbidden")),
            (HttpMethod.Post, $"/api/v1/businesses/{other.Tenant}/suspend", "{}", (403, "forbidden")),
            (HttpMethod.Put, $"/api/v1/businesses/{other.Tenant}", """{"business_name": "x"}""", (404, "business_not_found")),
            (HttpMethod.Put, $"/api/v1/businesses/{shop.Tenant}", """{"business_name": "x"}""", (403, "forbidden")),
            (HttpMethod.Delete, $"/api/v1/businesses/{shop.Tenant}", null, (403, "forbidden")),
            (HttpMethod.Post, $"/api/v1/businesses/{shop.Tenant}/rotate-key", null, (403, "forbidden")),
            (HttpMethod.Post, "/api/v1/channels", """{"kind": "website", "name": "x"}""", (403, "forbidden")),
        })
        {
            Assert.Equal(expected, Outcome(await inside.Send(method, path, body)));
        }

        var seen = (await inside.Send(HttpMethod.Get, "/api/v1/businesses")).Body.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("slug").GetString());
        Assert.Equal(["shop"], seen);
        Assert.Empty(await App.InBusiness(other.Tenant, db => db.Set<AuditEvent>().Where(row => row.ActorName!.EndsWith("(support)")).ToListAsync(Cancellation)));
    }

    [Fact]
    public async Task Support_lends_its_rights_to_nobody()
    {
        var shop = await Team.In(App);
        await (await Login(shop, "owner")).Send(HttpMethod.Post, Support, """{"hours": 2, "may_change": true}""");
        var (inside, callers) = (Api(await Enter("shop")), App.Services.GetRequiredService<Callers>());
        var anna = await App.InMany(db => db.Set<User>().Where(user => user.Email == Door.Email).Select(user => user.Id).SingleAsync(Cancellation));
        var owner = await App.InMany(db => db.Set<User>().Where(user => user.Email == shop.EmailOf("owner")).Select(user => user.Id).SingleAsync(Cancellation));

        Assert.Equal(200, (await inside.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        Assert.Null(await callers.PersonAsync(anna, shop.Tenant, Cancellation));
        Assert.NotNull(await callers.PersonAsync(owner, shop.Tenant, Cancellation));
    }

    [Fact]
    public void Each_permission_is_named_as_one_that_support_has_or_never_has()
        => Assert.Equal(PermissionCatalogue.Names.Order(StringComparer.Ordinal), SupportRights.Allowed.Concat(SupportRights.Never).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Only_an_owner_in_person_lets_support_in_and_only_for_a_while()
    {
        var shop = await Team.In(App);
        await shop.GivenPerson("ann", "admin");
        var (owner, admin) = (await Login(shop, "owner"), await Login(shop, "ann"));

        Assert.Equal((403, "person_needed"), Outcome(await shop.Api.Send(HttpMethod.Post, Support, """{"hours": 2}""")));
        Assert.Equal((403, "owner_required"), Outcome(await admin.Send(HttpMethod.Post, Support, """{"hours": 2}""")));
        foreach (var hours in new[] { 0, 73, -1 })
        {
            Assert.Equal(422, (await owner.Send(HttpMethod.Post, Support, $$"""{"hours": {{hours}}}""")).Status);
        }

        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal((403, "reauthentication_required"), Outcome(await owner.Send(HttpMethod.Post, Support, """{"hours": 2}""")));
        Assert.Equal("invalid_credentials", (await Enter("shop")).Code);
    }

    [Fact]
    public async Task A_browser_goes_in_from_the_installation_and_out_again()
    {
        var shop = await Team.In(App);
        var closed = await Team.In(App, "Closed");
        await (await Login(shop, "owner")).Send(HttpMethod.Post, Support, """{"hours": 2}""");
        using var browser = new Door(App);
        await browser.SignIn();

        Assert.Equal(HttpStatusCode.NotFound, await Post(browser, "/enter-business", closed.Tenant));
        Assert.Equal("flowers", await Business(browser));
        Assert.Equal(HttpStatusCode.Redirect, await Post(browser, "/enter-business", shop.Tenant));
        Assert.Equal("shop", await Business(browser));
        Assert.Equal(HttpStatusCode.Redirect, await Post(browser, "/leave-business", null));
        Assert.Equal("flowers", await Business(browser));
    }

    private async Task<TestApi> Login(Team team, string name)
        => Api(await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = team.EmailOf(name), password = Team.Password })));

    /// <summary>Whoever runs the installation signs in to a business that is not theirs.</summary>
    private Task<Answer> Enter(string business)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = Door.Email, password = Door.Password, tenant_id = business }));

    private TestApi Api(Answer pair) => new(App, pair.Body.GetProperty("access_token").GetString());

    private static (int Status, string? Code) Outcome(Answer answer) => (answer.Status, answer.Code);

    private static async Task<HttpStatusCode> Post(Door door, string path, long? business)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(business is null ? [] : [KeyValuePair.Create("business", $"{business}")]) };
        request.Headers.Add("X-CSRF-TOKEN", await door.AntiforgeryToken());
        using var answer = await door.Browser.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private static async Task<string?> Business(Door door)
    {
        using var me = await door.Browser.GetAsync("/api/v1/auth/me", Cancellation);
        return JsonElement.Parse(await me.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation)).GetProperty("tenant_id").GetString();
    }
}

public sealed class SupportOnSqlite() : SupportTests(TestDatabase.Sqlite);

public sealed class SupportOnPostgreSql() : SupportTests(TestDatabase.PostgreSql);
