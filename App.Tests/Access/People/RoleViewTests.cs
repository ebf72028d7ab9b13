using System.Net;
using System.Text.Json;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access.People;

/// <summary>Whoever makes roles sees what somebody with one sees, and may do no more meanwhile.</summary>
public sealed class RoleViewTests : AppTests
{
    [Fact]
    public async Task An_owner_sees_as_an_agent_does_and_goes_back()
    {
        var team = await Team.In(App);
        using var owner = new Door(App);
        await owner.SignIn(team.EmailOf("owner"), Team.Password);
        var before = await Permissions(owner);
        var agent = (await team.Api.Send(HttpMethod.Get, "/api/v1/roles")).Body.GetProperty("items").EnumerateArray().Single(role => role.GetProperty("key").GetString() == "agent");

        Assert.Equal(HttpStatusCode.Redirect, await Post(owner, "/view-as", agent.GetProperty("id").GetInt64()));

        var through = await Permissions(owner);
        Assert.Equal(agent.GetProperty("permissions").EnumerateObject().Select(right => right.Name).Order(StringComparer.Ordinal), through);
        Assert.Equal(HttpStatusCode.Forbidden, await Status(owner, "/api/v1/api-keys"));
        await owner.Open("/settings");
        Assert.Contains("Back to your own rights", owner.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, await Post(owner, "/view-as/end", null));
        Assert.Equal(before, await Permissions(owner));
        var rows = await App.InBusiness(team.Tenant, db => db.Set<AuditEvent>().Where(row => row.Action.StartsWith("role.view")).OrderBy(row => row.Sequence).Select(row => row.Action).ToListAsync(Cancellation));
        Assert.Equal(["role.viewed", "role.view_ended"], rows);
    }

    [Fact]
    public async Task Nobody_sees_through_a_role_that_may_more_or_that_is_of_another_business()
    {
        var (team, other) = (await Team.In(App), await Team.In(App, "Second"));
        await team.GivenRole("Looks", """{"roles.read": "all"}""");
        await team.GivenPerson("eva", "Looks");
        using var eva = new Door(App);
        await eva.SignIn(team.EmailOf("eva"), Team.Password);

        Assert.Equal(HttpStatusCode.Forbidden, await Post(eva, "/view-as", await team.Role("owner")));
        Assert.Equal(HttpStatusCode.NotFound, await Post(eva, "/view-as", await other.Role("agent")));
        Assert.Equal(["roles.read"], await Permissions(eva));
    }

    private static async Task<IReadOnlyList<string>> Permissions(Door door)
    {
        using var me = await door.Browser.GetAsync("/api/v1/auth/me", Cancellation);
        return [.. JsonElement.Parse(await me.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation)).GetProperty("permissions").EnumerateArray().Select(name => name.GetString()!)];
    }

    private static async Task<HttpStatusCode> Status(Door door, string path)
    {
        using var answer = await door.Browser.GetAsync(path, Cancellation);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> Post(Door door, string path, long? role)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(role is null ? [] : [KeyValuePair.Create("role", $"{role}")]) };
        request.Headers.Add("X-CSRF-TOKEN", await door.AntiforgeryToken());
        using var answer = await door.Browser.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }
}
