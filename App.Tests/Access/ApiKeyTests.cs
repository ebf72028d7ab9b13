using System.Text.Json;
using Inbox.Access.Programs;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access;

public abstract class ApiKeyTests(TestDatabase database) : AppTests(database)
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
        },
    };

    [Fact]
    public async Task A_key_may_what_its_permissions_say_and_its_secret_is_shown_once()
    {
        var owner = await Owner();

        var made = await Make(owner, "Till", "conversations.read");

        Assert.Equal(201, made.Status);
        Assert.Equal($"/api/v1/api-keys/{Id(made)}", made.Header("Location"));
        var secret = made.Body.GetProperty("key").GetString()!;
        var till = new TestApi(App, secret);
        Assert.Equal(200, (await till.Send(HttpMethod.Get, "/api/v1/conversations")).Status);
        Assert.Equal(403, (await till.Send(HttpMethod.Get, "/api/v1/channels")).Status);
        var shown = await owner.Send(HttpMethod.Get, $"/api/v1/api-keys/{Id(made)}");
        Assert.Equal(secret[..8], shown.Body.GetProperty("start").GetString());
        Assert.NotEqual(JsonValueKind.Null, shown.Body.GetProperty("last_used_at").ValueKind);
        Assert.DoesNotContain(secret, shown.Body.ToString() + (await owner.Send(HttpMethod.Get, "/api/v1/api-keys")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[8..], string.Join('\n', await App.InMany(db => db.Set<ApiKey>().IgnoreQueryFilters(new[] { Filters.Tenant }).Select(key => key.Hash + key.Start).ToListAsync(Cancellation))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_and_one_past_its_end_are_unknown_at_once()
    {
        var owner = await Owner();
        var one = await Make(owner, "One", "conversations.read");
        var two = await Make(owner, "Two", "conversations.read", _clock.GetUtcNow().AddHours(1));
        Assert.Equal(200, await Use(one));
        Assert.Equal(200, await Use(two));

        Assert.Equal(204, (await owner.Send(HttpMethod.Delete, $"/api/v1/api-keys/{Id(one)}")).Status);
        Assert.Equal(401, await Use(one));
        Assert.Equal(404, (await owner.Send(HttpMethod.Delete, $"/api/v1/api-keys/{Id(one)}")).Status);
        _clock.Advance(TimeSpan.FromHours(1.1));
        Assert.Equal(401, await Use(two));
    }

    [Theory]
    [InlineData("api-keys.write", "conversations.read", 403)]
    [InlineData("api-keys.write", "api-keys.write", 201)]
    [InlineData("conversations.read", "conversations.read", 403)]
    public async Task Nobody_gives_a_key_what_he_lacks(string holds, string gives, int status)
    {
        var owner = await Owner();
        var made = await owner.Send(HttpMethod.Post, "/api/v1/api-keys", JsonSerializer.Serialize(new { name = "First", permissions = new[] { holds, "api-keys.read" } }));
        var program = new TestApi(App, made.Body.GetProperty("key").GetString());

        Assert.Equal(status, (await Make(program, "Second", gives)).Status);
    }

    [Fact]
    public async Task A_key_that_may_more_is_not_changed_by_one_who_may_less()
    {
        var owner = await Owner();
        var strong = await Make(owner, "Strong", "channels.write");
        var made = await owner.Send(HttpMethod.Post, "/api/v1/api-keys", """{"name": "Weak", "permissions": ["api-keys.write", "api-keys.read"]}""");
        var weak = new TestApi(App, made.Body.GetProperty("key").GetString());

        var answer = await weak.Send(HttpMethod.Put, $"/api/v1/api-keys/{Id(strong)}", """{"name": "Mine", "permissions": ["api-keys.read"]}""");

        Assert.Equal(403, answer.Status);
        Assert.Equal("Strong", (await owner.Send(HttpMethod.Get, $"/api/v1/api-keys/{Id(strong)}")).Body.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_key_may_never_more_than_its_person_may_now()
    {
        var owner = await Owner();
        var admin = await Admin(owner, "ada@flowers.example");
        var api = await SignedIn("ada@flowers.example");
        var made = await Make(api, "Till", "conversations.read", "api-keys.read", "api-keys.write");
        var copied = await Make(new TestApi(App, made.Body.GetProperty("key").GetString()), "Copy", "api-keys.read");
        Assert.Equal((200, 200, 200), (await Use(made), await Use(made, "/api/v1/api-keys"), await Use(copied, "/api/v1/api-keys")));

        Assert.Equal(200, (await owner.Send(HttpMethod.Put, $"/api/v1/users/{admin}", """{"roles": ["agent"]}""")).Status);
        Assert.Equal((403, 403), (await Use(made, "/api/v1/api-keys"), await Use(copied, "/api/v1/api-keys")));
        Assert.Equal(200, (await owner.Send(HttpMethod.Put, $"/api/v1/users/{admin}", """{"roles": ["admin"]}""")).Status);
        Assert.Equal((200, 200), (await Use(made, "/api/v1/api-keys"), await Use(copied, "/api/v1/api-keys")));
        Assert.Equal(204, (await owner.Send(HttpMethod.Delete, $"/api/v1/users/{admin}")).Status);
        Assert.Equal((403, 403), (await Use(made), await Use(copied, "/api/v1/api-keys")));
    }

    [Fact]
    public async Task Somebody_who_may_as_much_takes_a_key_over_by_saving_it()
    {
        var owner = await Owner();
        var admin = await Admin(owner, "ada@flowers.example");
        var made = await Make(await SignedIn("ada@flowers.example"), "Till", "api-keys.read");
        Assert.Equal(204, (await owner.Send(HttpMethod.Delete, $"/api/v1/users/{admin}")).Status);
        Assert.Equal(403, await Use(made, "/api/v1/api-keys"));

        Assert.Equal(200, (await owner.Send(HttpMethod.Put, $"/api/v1/api-keys/{Id(made)}", """{"name": "Till", "permissions": ["api-keys.read"]}""")).Status);

        Assert.Equal(200, await Use(made, "/api/v1/api-keys"));
    }

    [Fact]
    public async Task Another_business_has_no_such_key()
    {
        var owner = await Owner();
        var made = await Make(owner, "Till", "conversations.read");
        var other = await TestApi.OfBusiness(App);

        Assert.Equal(404, (await other.Send(HttpMethod.Get, $"/api/v1/api-keys/{Id(made)}")).Status);
        Assert.Equal(404, (await other.Send(HttpMethod.Put, $"/api/v1/api-keys/{Id(made)}", """{"name": "Mine", "permissions": ["conversations.read"]}""")).Status);
        Assert.Equal(404, (await other.Send(HttpMethod.Delete, $"/api/v1/api-keys/{Id(made)}")).Status);
        Assert.Equal(200, await Use(made));
    }

    [Theory]
    [InlineData("""{"name": "", "permissions": ["conversations.read"]}""", 422, "name")]
    [InlineData("""{"name": "x", "permissions": []}""", 422, "permissions")]
    [InlineData("""{"name": "x", "permissions": ["everything"]}""", 422, "permissions")]
    [InlineData("""{"name": "x", "permissions": ["conversations.read"], "expires_at": "2020-01-01T00:00:00Z"}""", 422, "expires_at")]
    [InlineData("""{"name": "x", "permissions": ["conversations.read"], "tenant_id": 2}""", 400, "tenant_id")]
    public async Task A_wrong_key_names_its_field(string json, int status, string field)
    {
        var answer = await (await Owner()).Send(HttpMethod.Post, "/api/v1/api-keys", json);

        Assert.Equal(status, answer.Status);
        Assert.Contains(field, answer.Fields);
    }

    [Fact]
    public async Task After_a_while_a_person_gives_the_password_again_before_the_secrets_of_channels_and_webhooks_change()
    {
        var owner = await Owner();
        var channel = (await owner.Send(HttpMethod.Post, "/api/v1/channels", """{"kind": "whatsapp", "name": "Shop", "external_id": "1001", "credentials": {"access_token": "a"}}""")).Body.GetProperty("id").GetInt64();
        var webhook = (await owner.Send(HttpMethod.Post, "/api/v1/webhooks", """{"url": "https://shop.example/hook", "event_types": ["*"]}""")).Body.GetProperty("id").GetInt64();
        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(200, (await owner.Send(HttpMethod.Put, $"/api/v1/channels/{channel}", """{"name": "Front desk"}""")).Status);

        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Put, $"/api/v1/channels/{channel}", """{"credentials": {"access_token": "b"}}"""),
            (HttpMethod.Post, $"/api/v1/webhooks/{webhook}/rotate-secret", null),
        })
        {
            Assert.Equal((path, 403, "reauthentication_required"), await owner.Send(method, path, body) is var asked ? (path, asked.Status, asked.Code) : default);
        }

        Assert.Equal(204, (await owner.Send(HttpMethod.Post, "/api/v1/auth/reauthenticate", $$"""{"password": "{{Door.Password}}"}""")).Status);
        Assert.Equal(200, (await owner.Send(HttpMethod.Put, $"/api/v1/channels/{channel}", """{"credentials": {"access_token": "b"}}""")).Status);
        Assert.Equal(200, (await owner.Send(HttpMethod.Post, $"/api/v1/webhooks/{webhook}/rotate-secret")).Status);
    }

    [Fact]
    public async Task After_a_while_a_person_gives_the_password_again_before_making_a_key()
    {
        var owner = await Owner();
        _clock.Advance(TimeSpan.FromMinutes(16));

        var asked = await Make(owner, "Late", "conversations.read");
        Assert.Equal((403, "reauthentication_required"), (asked.Status, asked.Code));
        var wrong = await owner.Send(HttpMethod.Post, "/api/v1/auth/reauthenticate", """{"password": "wrong"}""");
        Assert.Equal((422, "invalid_credentials"), (wrong.Status, wrong.Code));
        Assert.Equal(403, (await Make(owner, "Late", "conversations.read")).Status);
        Assert.Equal(204, (await owner.Send(HttpMethod.Post, "/api/v1/auth/reauthenticate", JsonSerializer.Serialize(new { password = Door.Password }))).Status);
        Assert.Equal(201, (await Make(owner, "Late", "conversations.read")).Status);
    }

    [Fact]
    public async Task What_happens_to_keys_is_in_the_audit_without_their_secrets()
    {
        var owner = await Owner();
        var made = await Make(owner, "Till", "conversations.read");
        await owner.Send(HttpMethod.Put, $"/api/v1/api-keys/{Id(made)}", """{"name": "Till 2", "permissions": ["conversations.read", "channels.read"]}""");
        await owner.Send(HttpMethod.Delete, $"/api/v1/api-keys/{Id(made)}");

        var rows = await App.InBusiness(1, db => db.Set<AuditEvent>().Where(row => row.ObjectType == "api_key").OrderBy(row => row.Sequence).ToListAsync(Cancellation));

        Assert.Equal(["api_key.created", "api_key.changed", "api_key.revoked"], rows.Select(row => row.Action));
        Assert.DoesNotContain(made.Body.GetProperty("key").GetString()![8..], string.Concat(rows.Select(row => row.Before + row.After)), StringComparison.Ordinal);
    }

    private static long Id(Answer made) => made.Body.GetProperty("id").GetInt64();

    private async Task<int> Use(Answer made, string path = "/api/v1/conversations") => (await new TestApi(App, made.Body.GetProperty("key").GetString()).Send(HttpMethod.Get, path)).Status;

    private Task<TestApi> Owner() => SignedIn(Door.Email);

    private static async Task<long> Admin(TestApi owner, string email)
    {
        var made = await owner.Send(HttpMethod.Post, "/api/v1/users", $$"""{"email": "{{email}}", "full_name": "Ada", "password": "{{Door.Password}}", "roles": ["admin"]}""");
        Assert.Equal(201, made.Status);
        return Id(made);
    }

    private async Task<TestApi> SignedIn(string email)
    {
        var pair = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = email, password = Door.Password }));
        return new TestApi(App, pair.Body.GetProperty("access_token").GetString());
    }

    private static Task<Answer> Make(TestApi api, string name, string permission, DateTimeOffset? until = null)
        => api.Send(HttpMethod.Post, "/api/v1/api-keys", JsonSerializer.Serialize(new { name, permissions = new[] { permission }, expires_at = until }));

    private static Task<Answer> Make(TestApi api, string name, params string[] permissions)
        => api.Send(HttpMethod.Post, "/api/v1/api-keys", JsonSerializer.Serialize(new { name, permissions }));
}

public sealed class ApiKeysOnSqlite() : ApiKeyTests(TestDatabase.Sqlite);

public sealed class ApiKeysOnPostgreSql() : ApiKeyTests(TestDatabase.PostgreSql);
