using System.Net;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Conversations;
using Inbox.Tenancy;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access;

public sealed class BusinessStateOnSqlite() : BusinessStateTests(TestDatabase.Sqlite);

public sealed class BusinessStateOnPostgreSql() : BusinessStateTests(TestDatabase.PostgreSql);

public abstract class BusinessStateTests(TestDatabase database) : AppTests(database)
{
    private readonly ScriptedChannel _platform = new();

    private TestApi Master => new(App, TestApp.MasterKey);

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Services = services => services.AddSingleton<IChannel>(_platform),
        Settings = new Dictionary<string, string?> { ["Inbox:Outbound:PollSeconds"] = "0.1", ["Inbox:Inbound:PollSeconds"] = "1" },
    };

    [Fact]
    public async Task Who_runs_the_installation_sees_all_businesses_and_a_key_its_own()
    {
        var (flowers, key) = await Business("Flowers");
        await Business("Books");
        await Business("Bookbinder");

        Assert.Equal(["bookbinder", "books", "flowers"], Slugs(await Master.Send(HttpMethod.Get, "/api/v1/businesses")));
        Assert.Equal(["bookbinder", "books"], Slugs(await Master.Send(HttpMethod.Get, "/api/v1/businesses?q=BOOK")));
        Assert.Equal(["flowers"], Slugs(await new TestApi(App, key).Send(HttpMethod.Get, "/businesses/")));
        Assert.Equal(["flowers"], Slugs(await new TestApi(App, key).Send(HttpMethod.Get, "/api/v1/businesses?q=")));

        var first = await Master.Send(HttpMethod.Get, "/api/v1/businesses?limit=2");
        var second = await Master.Send(HttpMethod.Get, $"/api/v1/businesses?limit=2&cursor={first.Body.GetProperty("next_cursor").GetString()}");
        Assert.Equal(["bookbinder", "books", "flowers"], [.. Slugs(first), .. Slugs(second)]);
        Assert.Equal(JsonValueKind.Null, second.Body.GetProperty("next_cursor").ValueKind);
        Assert.Equal("active", (await Master.Send(HttpMethod.Get, $"/api/v1/businesses/{flowers}")).Body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_business_is_changed_by_its_own_key_and_by_no_other()
    {
        var (flowers, key) = await Business("Flowers");
        var (_, other) = await Business("Books");

        var changed = await new TestApi(App, key).Send(HttpMethod.Put, $"/api/v1/businesses/{flowers}", """{"business_name": "Flowers & Co", "time_zone": "Europe/Berlin"}""");

        Assert.Equal(("Flowers & Co", "flowers", "Europe/Berlin"),
            (changed.Body.GetProperty("business_name").GetString(), changed.Body.GetProperty("slug").GetString(), changed.Body.GetProperty("time_zone").GetString()));
        foreach (var (method, path, body) in ((HttpMethod, string, string?)[])
            [(HttpMethod.Put, "", """{"business_name": "x"}"""), (HttpMethod.Delete, "", null), (HttpMethod.Post, "/rotate-key", null)])
        {
            var refused = await new TestApi(App, other).Send(method, $"/api/v1/businesses/{flowers}{path}", body);
            Assert.Equal((404, "business_not_found"), (refused.Status, refused.Code));
        }

        Assert.Equal(403, (await new TestApi(App, key).Send(HttpMethod.Post, $"/api/v1/businesses/{flowers}/suspend")).Status);
        Assert.Equal(403, (await new TestApi(App, key).Send(HttpMethod.Post, $"/api/v1/businesses/{flowers}/resume")).Status);
        Assert.Equal("Flowers & Co", (await Master.Send(HttpMethod.Get, $"/api/v1/businesses/{flowers}")).Body.GetProperty("business_name").GetString());
    }

    [Theory]
    [InlineData("""{"business_name": " "}""", 422, "business_name")]
    [InlineData("""{"email": "x"}""", 422, "email")]
    [InlineData("""{"time_zone": "Mars/Olympus"}""", 422, "time_zone")]
    [InlineData("""{"slug": "other"}""", 400, "slug")]
    public async Task A_change_that_breaks_a_rule_is_refused(string json, int status, string field)
    {
        var (id, _) = await Business("Flowers");

        var answer = await Master.Send(HttpMethod.Put, $"/api/v1/businesses/{id}", json);

        Assert.Equal(status, answer.Status);
        Assert.Contains(field, answer.Fields);
    }

    [Fact]
    public async Task A_new_key_ends_the_one_before_at_once()
    {
        var (id, key) = await Business("Flowers");

        var next = (await new TestApi(App, key).Send(HttpMethod.Post, $"/api/v1/businesses/{id}/rotate-key")).Body.GetProperty("internal_api_key").GetString()!;

        Assert.NotEqual(key, next);
        Assert.Equal(401, (await new TestApi(App, key).Send(HttpMethod.Get, $"/api/v1/businesses/{id}")).Status);
        Assert.Equal(200, (await new TestApi(App, next).Send(HttpMethod.Get, $"/api/v1/businesses/{id}")).Status);
    }

    [Fact]
    public async Task A_suspended_business_lets_nobody_in_until_it_is_resumed()
    {
        var (id, key) = await Business("Flowers");
        var (_, other) = await Business("Books");

        Assert.Equal("suspended", (await Master.Send(HttpMethod.Post, $"/api/v1/businesses/{id}/suspend", """{"reason": "Bill"}""")).Body.GetProperty("status").GetString());
        var refused = await new TestApi(App, key).Send(HttpMethod.Get, "/api/v1/conversations");

        Assert.Equal((403, "business_suspended"), (refused.Status, refused.Code));
        Assert.Equal(200, (await new TestApi(App, other).Send(HttpMethod.Get, "/api/v1/conversations")).Status);
        Assert.Equal("active", (await Master.Send(HttpMethod.Post, $"/api/v1/businesses/{id}/resume")).Body.GetProperty("status").GetString());
        Assert.Equal(200, (await new TestApi(App, key).Send(HttpMethod.Get, "/api/v1/conversations")).Status);
    }

    [Fact]
    public async Task Who_runs_the_installation_is_not_locked_out_by_suspending_the_own_business()
    {
        using var door = new Door(App);
        await door.SetUp();
        await Master.Send(HttpMethod.Post, "/api/v1/businesses/flowers/suspend");

        Assert.Equal(HttpStatusCode.Forbidden, (await door.Browser.GetAsync("/api/v1/conversations", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await door.Browser.GetAsync("/api/v1/businesses", Cancellation)).StatusCode);

        using var again = new Door(App);
        await again.SignIn();
        Assert.Equal(HttpStatusCode.OK, (await again.Browser.GetAsync("/api/v1/businesses", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task What_arrives_for_a_suspended_business_is_kept_and_processed_when_it_is_open_again()
    {
        var ours = await App.GivenWhatsApp(tenant: 1);
        var theirs = await App.GivenWhatsApp(tenant: 2);
        await Master.Send(HttpMethod.Post, "/api/v1/businesses/1/suspend");

        await ours.Deliver(WhatsAppJson.Request(
            WhatsAppJson.Messages(ours.PhoneNumberId, WhatsAppJson.Text("15550100142", "for the suspended one")),
            WhatsAppJson.Messages(theirs.PhoneNumberId, WhatsAppJson.Text("15550100142", "for the other"))));
        await App.InboundIsIdle();

        Assert.Empty(await App.Conversations(tenant: 1));
        Assert.Equal("for the other", Assert.Single(Assert.Single(await App.Conversations(tenant: 2)).Messages).Text);
        Assert.Equal(DeliveryState.Held, Assert.Single(await App.Deliveries()).State);

        await Master.Send(HttpMethod.Post, "/api/v1/businesses/1/resume");
        await Eventually.Async(async () => (await App.Conversations(tenant: 1)).Count == 1, what: "what was held is processed");

        Assert.Equal("for the suspended one", Assert.Single(Assert.Single(await App.Conversations(tenant: 1)).Messages).Text);
        Assert.Single(Assert.Single(await App.Conversations(tenant: 2)).Messages);
        Assert.Equal(DeliveryState.Processed, Assert.Single(await App.Deliveries()).State);
    }

    [Fact]
    public async Task Nothing_goes_out_for_a_suspended_business_and_all_of_it_afterwards()
    {
        var outgoing = new Outgoing(App);
        var (ours, theirs) = (await outgoing.GivenChannel(), await outgoing.GivenChannel());
        var (waiting, going) = (await outgoing.GivenConversation(ours, "ann"), await outgoing.GivenConversation(theirs, "bob"));
        await Master.Send(HttpMethod.Post, $"/api/v1/businesses/{ours.TenantId}/suspend");

        var held = await outgoing.Write(waiting, "held");
        var sent = await outgoing.Write(going, "sent");
        await outgoing.Reaches(sent, MessageStatus.Sent);

        Assert.Equal(MessageStatus.Queued, (await outgoing.Message(held)).Status);
        await Master.Send(HttpMethod.Post, $"/api/v1/businesses/{ours.TenantId}/resume");
        await outgoing.Reaches(held, MessageStatus.Sent);
    }

    [Fact]
    public async Task A_removed_business_is_closed_at_once_and_can_be_restored_within_its_grace()
    {
        var (id, key) = await Business("Flowers");

        Assert.Equal(204, (await new TestApi(App, key).Send(HttpMethod.Delete, $"/api/v1/businesses/{id}")).Status);
        var left = await new TestApi(App, key).Send(HttpMethod.Get, "/api/v1/conversations");
        var seen = (await Master.Send(HttpMethod.Get, $"/api/v1/businesses/{id}")).Body;

        Assert.Equal((403, "business_leaving"), (left.Status, left.Code));
        Assert.Equal("leaving", seen.GetProperty("status").GetString());
        Assert.InRange(seen.GetProperty("remove_at").GetDateTime(), App.Clock.GetUtcNow().UtcDateTime.AddDays(29), App.Clock.GetUtcNow().UtcDateTime.AddDays(31));
        Assert.Equal((409, "business_leaving"), (await Master.Send(HttpMethod.Post, $"/api/v1/businesses/{id}/suspend")) is var again ? (again.Status, again.Code) : default);
        Assert.Equal(204, (await Master.Send(HttpMethod.Delete, $"/api/v1/businesses/{id}")).Status);
        await Master.Send(HttpMethod.Post, $"/api/v1/businesses/{id}/resume");
        Assert.Equal(200, (await new TestApi(App, key).Send(HttpMethod.Get, "/api/v1/conversations")).Status);
        Assert.False(await App.InMany(db => db.Set<SendStop>().AnyAsync(Cancellation)));
    }

    private static IEnumerable<string> Slugs(Answer answer) => answer.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("slug").GetString()!);

    private async Task<(long Id, string Key)> Business(string name)
    {
        var made = (await Master.Send(HttpMethod.Post, "/api/v1/businesses", $$"""{"business_name": "{{name}}"}""")).Body;
        return (made.GetProperty("business_id").GetInt64(), made.GetProperty("internal_api_key").GetString()!);
    }
}
