using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Inbox.Access;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Operations;

/// <summary>The calls by which clients of the older services get in and look after people, word for word, with good credentials.</summary>
public sealed class OlderSignInTests : AppTests
{
    private const string Password = "a good password 1";

    protected override TestAppOptions Options(TestAppOptions options)
        => options with { Settings = new Dictionary<string, string?> { ["Inbox:OpenSignUp"] = "true" } };

    [Fact]
    public async Task A_business_is_made_and_shown_with_the_master_key()
    {
        var made = await Call("POST", "/businesses", """{"business_name": "Shop", "email": "owner@shop.example"}""", TestApp.MasterKey);
        Assert.Equal(201, made.Status);
        Assert.NotEmpty(made.Body.GetProperty("internal_api_key").GetString()!);

        var shown = await Call("GET", $"/businesses/{made.Body.GetProperty("business_id").GetInt64()}", null, TestApp.MasterKey);
        Assert.Equal((200, "owner@shop.example"), (shown.Status, shown.Body.GetProperty("email").GetString()));
    }

    [Fact]
    public async Task The_WhatsApp_inbox_makes_people_signs_in_and_out()
    {
        var key = (await Call("POST", "/businesses", """{"business_name": "Shop", "email": "owner@shop.example"}""", TestApp.MasterKey)).Body.GetProperty("internal_api_key").GetString();
        var made = await Call("POST", "/api/v1/users", """{"email": "agent@shop.example", "username": "agent", "full_name": "Agent One", "password": "a good password 1", "roles": ["agent"]}""", key);
        Assert.Equal(201, made.Status);
        AssertUser(made.Body, "agent@shop.example", "agent", "Agent One", "shop", "agent");
        var person = $"/api/v1/users/{made.Body.GetProperty("id").GetInt64()}";

        Assert.Equal(1, (await Call("GET", "/api/v1/users", null, key)).Body.GetProperty("items").GetArrayLength());
        AssertUser((await Call("GET", person, null, key)).Body, "agent@shop.example", "agent", "Agent One", "shop", "agent");
        var changed = await Call("PUT", person, """{"full_name": "Agent Two", "username": "agent.two"}""", key);
        Assert.Equal(200, changed.Status);
        AssertUser(changed.Body, "agent@shop.example", "agent.two", "Agent Two", "shop", "agent");

        var pair = await Call("POST", "/api/v1/auth/login", """{"email": "agent@shop.example", "password": "a good password 1"}""");
        AssertTokens(200, pair);
        AssertUser(pair.Body.GetProperty("user"), "agent@shop.example", "agent.two", "Agent Two", "shop", "agent");
        var refreshed = await Call("POST", "/api/v1/auth/refresh", $$"""{"refresh_token": "{{RefreshOf(pair)}}"}""");
        AssertTokens(200, refreshed);
        Assert.Equal(204, (await Call("POST", "/api/v1/auth/logout", null, AccessOf(refreshed))).Status);
        Assert.Equal(401, (await Call("GET", "/api/v1/auth/me", null, AccessOf(refreshed))).Status);

        Assert.Equal(204, (await Call("DELETE", person, null, key)).Status);
        Assert.Equal(401, (await Call("POST", "/api/v1/auth/login", """{"email": "agent@shop.example", "password": "a good password 1"}""")).Status);
    }

    [Fact]
    public async Task The_bots_register_and_ask_for_a_token_by_form()
    {
        var founder = await Call("POST", "/auth/register", """{"email": "me@example.com", "username": "me", "password": "a good password 1"}""");
        AssertTokens(201, founder);
        AssertUser(founder.Body.GetProperty("user"), "me@example.com", "me", "me", "me", "owner");

        var pair = await Call("POST", "/auth/token", $"username=me@example.com&password={Password}");
        AssertTokens(200, pair);
        var me = (await Call("GET", "/auth/me", null, AccessOf(pair))).Body;
        AssertUser(me, "me@example.com", "me", "me", "me", "owner");
        var people = await Call("GET", "/auth/users", null, AccessOf(pair));
        AssertUser(people.Body.GetProperty("items")[0], "me@example.com", "me", "me", "me", "owner");
    }

    [Fact]
    public async Task The_agent_chat_registers_and_signs_in_by_user_name()
    {
        AssertTokens(201, await Call("POST", "/api/auth/register", """{"email": "user@example.com", "username": "testuser", "password": "a good password 1"}"""));

        var pair = await Call("POST", "/api/auth/login", $"username=testuser&password={Password}");
        AssertTokens(200, pair);
        AssertUser((await Call("GET", "/api/auth/me", null, AccessOf(pair))).Body, "user@example.com", "testuser", "testuser", "testuser", "owner");
        AssertTokens(200, await Call("POST", "/api/auth/refresh", $$"""{"refresh_token": "{{RefreshOf(pair)}}"}"""));
    }

    [Fact]
    public async Task The_lead_capture_joins_a_business_and_signs_in_there()
    {
        await Call("POST", "/businesses", """{"business_name": "Shop", "email": "owner@shop.example"}""", TestApp.MasterKey);
        await App.InMany(db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.OpenRegistration, true), Cancellation));

        var joined = await Call("POST", "/api/v1/auth/register", """{"email": "user@example.com", "password": "a good password 1", "tenant_id": "shop"}""");
        AssertTokens(201, joined);
        AssertUser(joined.Body.GetProperty("user"), "user@example.com", "user@example.com", "user", "shop", "agent");
        AssertTokens(200, await Call("POST", "/api/v1/auth/token", $"username=user@example.com&password={Password}&tenant_id=shop"));
    }

    [Fact]
    public async Task Who_calls_is_told_their_departments_with_ids()
    {
        var team = await Team.In(App);
        var person = await team.GivenPerson("jonas", BuiltInRoles.Agent);
        var sales = await team.GivenDepartment("Sales", person);
        var pair = await Call("POST", "/api/v1/auth/login", JsonSerializer.Serialize(new { email = team.EmailOf("jonas"), password = Team.Password }));

        var department = Assert.Single((await Call("GET", "/auth/me", null, AccessOf(pair))).Body.GetProperty("departments").EnumerateArray());
        Assert.Equal((sales, "Sales", false), (department.GetProperty("id").GetInt64(), department.GetProperty("name").GetString(), department.GetProperty("is_lead").GetBoolean()));
    }

    /// <summary>The shape <c>user</c>: every field, wherever a person is shown.</summary>
    private static void AssertUser(JsonElement user, string email, string userName, string name, string business, string role)
    {
        Assert.True(user.GetProperty("id").GetInt64() > 0);
        Assert.Equal(email, user.GetProperty("email").GetString());
        Assert.Equal(userName, user.GetProperty("username").GetString());
        Assert.Equal(name, user.GetProperty("full_name").GetString());
        Assert.Equal(business, user.GetProperty("tenant_id").GetString());
        Assert.Equal([role], user.GetProperty("roles").EnumerateArray().Select(held => held.GetString()));
        Assert.True(user.GetProperty("is_active").GetBoolean());
        Assert.Equal(DateTimeKind.Utc, user.GetProperty("created_at").GetDateTime().Kind);
    }

    private static void AssertTokens(int status, Answer answer)
    {
        Assert.Equal(status, answer.Status);
        Assert.NotEmpty(AccessOf(answer));
        Assert.NotEmpty(RefreshOf(answer));
        Assert.Equal("bearer", answer.Body.GetProperty("token_type").GetString());
        Assert.True(answer.Body.GetProperty("expires_in").GetInt32() > 0);
    }

    private static string AccessOf(Answer pair) => pair.Body.GetProperty("access_token").GetString()!;

    private static string RefreshOf(Answer pair) => pair.Body.GetProperty("refresh_token").GetString()!;

    private async Task<Answer> Call(string method, string path, string? body, string? token = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, body.StartsWith('{') ? "application/json" : "application/x-www-form-urlencoded");
        using var response = await App.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return new Answer((int)response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text), response.Headers);
    }
}
