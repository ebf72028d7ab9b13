using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Inbox.Access.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access.People;

public sealed class BusinessSwitchTests : AppTests
{
    [Fact]
    public async Task A_person_of_two_businesses_goes_from_one_to_the_other_and_to_no_third()
    {
        var (first, second) = (await Team.In(App), await Team.In(App, "Second"));
        var third = await Team.In(App, "Third");
        await first.GivenPerson("eva", "agent");
        var link = (await second.Api.Send(HttpMethod.Post, "/api/v1/invitations", $$"""{"email": "{{first.EmailOf("eva")}}", "roles": ["analyst"]}""")).Body.GetProperty("link").GetString()!;
        var joined = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/invitations/accept", JsonSerializer.Serialize(new { token = link.Split("token=")[1], password = Team.Password }));
        Assert.Equal(204, joined.Status);
        using var eva = new Door(App);
        await eva.SignIn(first.EmailOf("eva"), Team.Password);
        Assert.Equal("shop", await Business(eva));
        var before = await Session();

        await Switch(eva, second.Tenant);
        Assert.Equal("second", await Business(eva));
        await Switch(eva, third.Tenant);
        Assert.Equal("second", await Business(eva));

        // The way through the menu renews neither the session's end nor the proof of who it is.
        var after = await Session();
        Assert.NotEqual(before.Key, after.Key);
        Assert.Equal((before.StartedAt, before.ProvenAt, before.ExpiresAt), (after.StartedAt, after.ProvenAt, after.ExpiresAt));
    }

    private async Task<Session> Session()
        => await App.InBusiness(1, db => db.Set<Session>().AsNoTracking().Where(session => session.EndedAt == null).OrderByDescending(session => session.Id).FirstAsync(Cancellation));

    private static async Task<string?> Business(Door door)
        => (await door.Browser.GetFromJsonAsync<JsonElement>("/api/v1/auth/me", Cancellation)).GetProperty("tenant_id").GetString();

    private static async Task Switch(Door door, long business)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/switch-business")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("business", business.ToString(CultureInfo.InvariantCulture))]),
        };
        request.Headers.Add("X-CSRF-TOKEN", await door.AntiforgeryToken());
        using var answer = await door.Browser.SendAsync(request, Cancellation);
        Assert.Equal("/inbox", answer.Headers.Location?.ToString());
    }
}
