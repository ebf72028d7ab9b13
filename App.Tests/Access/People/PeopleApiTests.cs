using Inbox.Access;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access.People;

public sealed class PeopleApiTestsOnSqlite() : PeopleApiTests(TestDatabase.Sqlite);

public sealed class PeopleApiTestsOnPostgreSql() : PeopleApiTests(TestDatabase.PostgreSql);

public abstract class PeopleApiTests(TestDatabase database) : AppTests(database)
{
    [Fact]
    public async Task A_person_is_made_changed_disabled_removed_and_brought_back()
    {
        var team = await Team.In(App);
        var sales = await team.GivenDepartment("Sales");
        var id = await team.GivenPerson("jonas", "agent");

        var changed = await team.Api.Send(HttpMethod.Put, $"/api/v1/users/{id}", $$"""{"roles": ["supervisor", "analyst"], "departments": [{"id": {{sales}}, "is_lead": true}]}""");
        Assert.Equal(200, changed.Status);
        Assert.Equal(["supervisor", "analyst"], changed.Body.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.True(changed.Body.GetProperty("departments")[0].GetProperty("is_lead").GetBoolean());
        Assert.Equal("shop", changed.Body.GetProperty("tenant_id").GetString());

        Assert.False((await team.Api.Send(HttpMethod.Post, $"/api/v1/users/{id}/disable")).Body.GetProperty("is_active").GetBoolean());
        Assert.Null(await team.Caller(id));
        Assert.True((await team.Api.Send(HttpMethod.Post, $"/api/v1/users/{id}/enable")).Body.GetProperty("is_active").GetBoolean());

        Assert.Equal(204, (await team.Api.Send(HttpMethod.Delete, $"/api/v1/users/{id}")).Status);
        Assert.Equal(404, (await team.Api.Send(HttpMethod.Delete, $"/api/v1/users/{id}")).Status);
        Assert.DoesNotContain(id, await Ids(team, "/api/v1/users"));
        Assert.Contains(id, await Ids(team, "/api/v1/users?status=deleted"));

        var restored = await team.Api.Send(HttpMethod.Post, $"/api/v1/users/{id}/restore");
        Assert.Equal(["supervisor", "analyst"], restored.Body.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal("Sales", restored.Body.GetProperty("departments")[0].GetProperty("name").GetString());
        Assert.NotNull(await team.Caller(id));
    }

    [Fact]
    public async Task The_team_is_found_by_name_department_and_role_and_paged()
    {
        var team = await Team.In(App);
        var jonas = await team.GivenPerson("jonas", "agent");
        var maya = await team.GivenPerson("maya", "supervisor");
        var sales = await team.GivenDepartment("Sales", jonas);

        Assert.Equal([maya], await Ids(team, "/api/v1/users?q=MAY"));
        Assert.Equal([jonas], await Ids(team, $"/api/v1/users?department={sales}"));
        Assert.Equal([maya], await Ids(team, $"/api/v1/users?role={await team.Role("supervisor")}"));

        var first = await team.Api.Send(HttpMethod.Get, "/api/v1/users?limit=2");
        var cursor = first.Body.GetProperty("next_cursor").GetString();
        Assert.Single(await Ids(team, $"/api/v1/users?limit=2&cursor={cursor}"));
        Assert.Equal("invalid_value", (await team.Api.Send(HttpMethod.Get, "/api/v1/users?status=gone")).Code);
    }

    [Theory]
    [InlineData("""{"email": "x", "full_name": "X", "password": "correct lamp on the desk", "roles": ["agent"]}""", 422, "invalid_value", "email")]
    [InlineData("""{"email": "x@y.example", "full_name": "X", "password": "short", "roles": ["agent"]}""", 422, "invalid_value", "password")]
    [InlineData("""{"email": "x@y.example", "full_name": "X", "password": "correct lamp on the desk", "roles": ["chief"]}""", 422, "invalid_value", "roles")]
    [InlineData("""{"email": "x@y.example", "full_name": "X", "password": "correct lamp on the desk", "roles": []}""", 422, "invalid_value", "roles")]
    [InlineData("""{"email": "x@y.example", "full_name": "X", "password": "correct lamp on the desk", "roles": ["agent"], "departments": [{"id": 999}]}""", 422, "invalid_value", "departments")]
    [InlineData("""{"email": "x@y.example", "full_name": "X", "password": "correct lamp on the desk", "roles": ["agent"], "is_super_admin": true}""", 400, "invalid_body", "is_super_admin")]
    [InlineData("""{"email": "owner@business-1.example", "full_name": "X", "password": "correct lamp on the desk", "roles": ["agent"]}""", 409, "email_taken", "email")]
    public async Task A_person_that_cannot_be_made_is_refused_and_leaves_nothing(string json, int status, string code, string field)
    {
        var team = await Team.In(App);

        var answer = await team.Api.Send(HttpMethod.Post, "/api/v1/users", json);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Fields);
        Assert.Single(await Ids(team, "/api/v1/users"));
    }

    [Fact]
    public async Task A_name_is_changed_by_who_looks_after_the_team_and_the_trail_tells_both()
    {
        var team = await Team.In(App);
        var id = await team.GivenPerson("jonas", "agent");

        var changed = await team.Api.Send(HttpMethod.Put, $"/api/v1/users/{id}", """{"full_name": " Jonas Berg ", "username": "jonas"}""");

        Assert.Equal(("Jonas Berg", "jonas"), (changed.Body.GetProperty("full_name").GetString(), changed.Body.GetProperty("username").GetString()));
        var row = await App.InBusiness(team.Tenant, db => db.Set<AuditEvent>().SingleAsync(row => row.Action == "user.changed", Cancellation));
        Assert.Contains("\"Jonas Berg\"", row.After, StringComparison.Ordinal);
        Assert.Contains("\"jonas\"", row.Before, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"full_name": " "}""", 422, "invalid_value", "full_name")]
    [InlineData("""{"full_name": ""}""", 422, "invalid_value", "full_name")]
    [InlineData("""{"username": "ben@other.example"}""", 422, "invalid_value", "username")]
    [InlineData("""{"username": " ben"}""", 422, "invalid_value", "username")]
    [InlineData("""{"username": "MIRA"}""", 409, "username_taken", "username")]
    public async Task A_name_that_cannot_be_is_refused_and_changes_nothing(string json, int status, string code, string field)
    {
        var team = await Team.In(App);
        await team.Api.Send(HttpMethod.Post, "/api/v1/users", """{"email": "mira@shop.example", "username": "mira", "full_name": "Mira", "password": "correct lamp on the desk", "roles": ["agent"]}""");
        var id = await team.GivenPerson("jonas", "agent");
        var before = (await team.Api.Send(HttpMethod.Get, $"/api/v1/users/{id}")).Body.GetRawText();

        var answer = await team.Api.Send(HttpMethod.Put, $"/api/v1/users/{id}", json);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Fields);
        Assert.Equal(before, (await team.Api.Send(HttpMethod.Get, $"/api/v1/users/{id}")).Body.GetRawText());
    }

    [Fact]
    public async Task Each_built_in_role_says_in_a_sentence_what_it_is_for()
    {
        var team = await Team.In(App);
        await team.GivenRole("Nights", "{}");

        var roles = (await team.Api.Send(HttpMethod.Get, "/api/v1/roles")).Body.GetProperty("items").EnumerateArray().ToList();

        var sentences = roles.Where(role => role.GetProperty("is_built_in").GetBoolean()).Select(role => role.GetProperty("description").GetString()!).ToList();
        Assert.Equal(BuiltInRoles.All.Count, sentences.Distinct().Count());
        Assert.All(sentences, sentence => Assert.Matches("^[A-Z].+ .+[.]$", sentence));
        Assert.Equal("", Assert.Single(roles, role => !role.GetProperty("is_built_in").GetBoolean()).GetProperty("description").GetString());
    }

    [Fact]
    public async Task The_name_of_somebody_who_belongs_to_two_businesses_is_left_to_them()
    {
        var (team, other) = (await Team.In(App), await Team.In(App, "Other"));
        var id = await team.GivenPerson("jonas", "agent");
        var role = await other.Role("agent");
        await App.InBusiness(other.Tenant, async db =>
        {
            db.Add(Membership.Of(await db.Set<Role>().SingleAsync(row => row.Id == role, Cancellation), id, TimeProvider.System.GetUtcNow().UtcDateTime));
            return await db.SaveChangesAsync(Cancellation);
        });

        var answer = await team.Api.Send(HttpMethod.Put, $"/api/v1/users/{id}", """{"full_name": "Somebody else"}""");

        Assert.Equal((409, "account_shared"), (answer.Status, answer.Code));
        Assert.Equal(200, (await team.Api.Send(HttpMethod.Put, $"/api/v1/users/{id}", """{"full_name": "jonas"}""")).Status);
    }

    [Fact]
    public async Task A_role_is_made_changed_and_removed_once_nobody_has_it()
    {
        var team = await Team.In(App);
        var role = await team.GivenRole("Night shift", """{"conversations.read": "department", "conversations.reply": "own"}""");
        var id = await team.GivenPerson("jonas", "Night shift");
        Assert.Equal(PermissionScope.Department, (await team.Caller(id))!.ScopeOf("conversations.read"));

        var changed = await team.Api.Send(HttpMethod.Put, $"/api/v1/roles/{role}", """{"name": "Nights", "permissions": {"conversations.read": "own"}}""");
        Assert.Equal("own", changed.Body.GetProperty("permissions").GetProperty("conversations.read").GetString());
        Assert.Equal(1, changed.Body.GetProperty("members").GetInt32());
        Assert.Equal(PermissionScope.Own, (await team.Caller(id))!.ScopeOf("conversations.read"));
        Assert.False((await team.Caller(id))!.May("conversations.reply"));

        Assert.Equal("role_in_use", (await team.Api.Send(HttpMethod.Delete, $"/api/v1/roles/{role}")).Code);
        await team.Api.Send(HttpMethod.Put, $"/api/v1/users/{id}", """{"roles": ["agent"]}""");
        Assert.Equal(204, (await team.Api.Send(HttpMethod.Delete, $"/api/v1/roles/{role}")).Status);
        Assert.Equal(404, (await team.Api.Send(HttpMethod.Get, $"/api/v1/roles/{role}")).Status);
    }

    [Theory]
    [InlineData("/api/v1/roles", """{"name": "Changed", "permissions": {}}""")]
    [InlineData("/api/v1/departments", """{"name": "Changed"}""")]
    public async Task Of_two_people_who_change_the_same_the_second_is_told(string path, string json)
    {
        var team = await Team.In(App);
        var id = path.EndsWith("roles", StringComparison.Ordinal) ? await team.GivenRole("First", "{}") : await team.GivenDepartment("First");
        var version = (await team.Api.Send(HttpMethod.Get, $"{path}/{id}")).Header("ETag")!;

        Assert.Equal(200, (await team.Api.Send(HttpMethod.Put, $"{path}/{id}", json, ("If-Match", version))).Status);
        var late = await team.Api.Send(HttpMethod.Put, $"{path}/{id}", json, ("If-Match", version));
        Assert.Equal((412, "version_stale"), (late.Status, late.Code));
    }

    [Theory]
    [InlineData("/api/v1/users", """{"email": "b@shop.example", "full_name": "Bob", "password": "correct lamp on the desk", "roles": ["agent"]}""", """{"full_name": "Robert"}""")]
    [InlineData("/api/v1/api-keys", """{"name": "Till", "permissions": ["conversations.read"]}""", """{"name": "Shop", "permissions": ["conversations.read"]}""")]
    [InlineData("/api/v1/webhooks", """{"url": "https://example.com/hook", "event_types": ["message_received"]}""", """{"description": "Till"}""")]
    [InlineData("/api/v1/tags", """{"name": "Refund"}""", """{"name": "Refunds"}""")]
    [InlineData("/api/v1/canned-replies", """{"shortcut": "hi", "text": "Hello"}""", """{"shortcut": "hi", "text": "Good day"}""")]
    public async Task What_counts_no_versions_is_told_apart_by_what_it_holds(string path, string made, string change)
    {
        var team = await Team.In(App);
        var id = (await team.Api.Send(HttpMethod.Post, path, made)).Body.GetProperty("id").GetInt64();
        var seen = (await team.Api.Send(HttpMethod.Get, $"{path}/{id}")).Header("ETag")!;

        var first = await team.Api.Send(HttpMethod.Put, $"{path}/{id}", change, ("If-Match", seen));
        var late = await team.Api.Send(HttpMethod.Put, $"{path}/{id}", change, ("If-Match", seen));

        Assert.Equal((200, 412, "version_stale"), (first.Status, late.Status, late.Code));
        Assert.Equal(first.Header("ETag"), (await team.Api.Send(HttpMethod.Get, $"{path}/{id}")).Header("ETag"));
    }

    [Theory]
    [InlineData("""{"name": "A", "permissions": {"no.such": "all"}}""", 422, "invalid_value")]
    [InlineData("""{"name": "A", "permissions": {"users.write": "own"}}""", 422, "invalid_value")]
    [InlineData("""{"name": "A", "permissions": {"conversations.read": "none"}}""", 422, "invalid_value")]
    [InlineData("""{"name": "A", "permissions": {"conversations.read": "most"}}""", 400, "invalid_body")]
    [InlineData("""{"name": " ", "permissions": {}}""", 422, "invalid_value")]
    [InlineData("""{"name": "Owner", "permissions": {}}""", 409, "role_exists")]
    [InlineData("""{"name": "A"}""", 400, "invalid_body")]
    public async Task A_role_that_cannot_be_is_refused(string json, int status, string code)
    {
        var team = await Team.In(App);
        var answer = await team.Api.Send(HttpMethod.Post, "/api/v1/roles", json);
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Built_in_roles_stay_as_they_are()
    {
        var team = await Team.In(App);
        var owner = await team.Role("owner");
        Assert.Equal("role_built_in", (await team.Api.Send(HttpMethod.Put, $"/api/v1/roles/{owner}", """{"name": "Boss", "permissions": {}}""")).Code);
        Assert.Equal("role_built_in", (await team.Api.Send(HttpMethod.Delete, $"/api/v1/roles/{owner}")).Code);
    }

    [Fact]
    public async Task A_department_is_made_changed_removed_and_brought_back_with_its_people()
    {
        var team = await Team.In(App);
        var id = await team.GivenPerson("jonas", "agent");
        var sales = await team.GivenDepartment("Sales", id);
        Assert.Equal("department_exists", (await team.Api.Send(HttpMethod.Post, "/api/v1/departments", """{"name": "Sales"}""")).Code);

        var renamed = await team.Api.Send(HttpMethod.Put, $"/api/v1/departments/{sales}", """{"name": "Orders"}""");
        Assert.Equal(id, renamed.Body.GetProperty("members")[0].GetProperty("user_id").GetInt64());

        Assert.Equal(204, (await team.Api.Send(HttpMethod.Delete, $"/api/v1/departments/{sales}")).Status);
        Assert.Equal(404, (await team.Api.Send(HttpMethod.Get, $"/api/v1/departments/{sales}")).Status);
        Assert.Equal("invalid_value", (await team.Api.Send(HttpMethod.Put, $"/api/v1/users/{id}", $$"""{"departments": [{"id": {{sales}}}]}""")).Code);

        var restored = await team.Api.Send(HttpMethod.Post, $"/api/v1/departments/{sales}/restore");
        Assert.Equal("Orders", restored.Body.GetProperty("name").GetString());
        Assert.Equal(id, restored.Body.GetProperty("members")[0].GetProperty("user_id").GetInt64());
    }

    [Fact]
    public async Task What_another_business_has_is_not_there()
    {
        var team = await Team.In(App);
        var other = await Team.In(App, "Other");
        var person = await other.GivenPerson("canary", "agent");
        var role = await other.GivenRole("Canary", "{}");
        var department = await other.GivenDepartment("Canary");

        foreach (var (method, path, json) in new (HttpMethod, string, string?)[]
        {
            (HttpMethod.Get, $"/api/v1/users/{person}", null),
            (HttpMethod.Put, $"/api/v1/users/{person}", """{"is_active": false}"""),
            (HttpMethod.Delete, $"/api/v1/users/{person}", null),
            (HttpMethod.Post, $"/api/v1/users/{person}/disable", null),
            (HttpMethod.Post, $"/api/v1/users/{person}/restore", null),
            (HttpMethod.Get, $"/api/v1/roles/{role}", null),
            (HttpMethod.Put, $"/api/v1/roles/{role}", """{"name": "Mine", "permissions": {}}"""),
            (HttpMethod.Delete, $"/api/v1/roles/{role}", null),
            (HttpMethod.Get, $"/api/v1/departments/{department}", null),
            (HttpMethod.Put, $"/api/v1/departments/{department}", """{"name": "Mine"}"""),
            (HttpMethod.Delete, $"/api/v1/departments/{department}", null),
        })
        {
            Assert.Equal((404, $"{method} {path}"), ((await team.Api.Send(method, path, json)).Status, $"{method} {path}"));
        }

        Assert.Equal("invalid_value", (await team.Api.Send(HttpMethod.Post, "/api/v1/departments", $$"""{"name": "Mine", "members": [{"user_id": {{person}}}]}""")).Code);
        Assert.Equal("invalid_value", (await team.Api.Send(HttpMethod.Post, "/api/v1/invitations", $$"""{"email": "x@y.example", "roles": ["agent"], "departments": [{{department}}]}""")).Code);
        Assert.Equal(200, (await other.Api.Send(HttpMethod.Get, $"/api/v1/users/{person}")).Status);
    }

    [Fact]
    public async Task The_catalogue_says_what_can_be_narrowed()
    {
        var team = await Team.In(App);
        var permissions = (await team.Api.Send(HttpMethod.Get, "/api/v1/permissions")).Body.GetProperty("items").EnumerateArray().ToList();

        Assert.InRange(permissions.Count, 45, 80);
        Assert.True(permissions.Single(permission => permission.GetProperty("name").GetString() == "conversations.read").GetProperty("is_scoped").GetBoolean());
        Assert.False(permissions.Single(permission => permission.GetProperty("name").GetString() == "users.write").GetProperty("is_scoped").GetBoolean());
    }

    private static async Task<IReadOnlyList<long>> Ids(Team team, string path)
        => [.. (await team.Api.Send(HttpMethod.Get, path)).Body.GetProperty("items").EnumerateArray().Select(person => person.GetProperty("id").GetInt64())];
}
