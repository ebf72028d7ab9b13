using System.Globalization;
using System.Net;
using System.Text.Json;
using Inbox.Audit;
using Inbox.Channels.Inbound;
using Inbox.Data;
using Inbox.Tenancy;
using Inbox.Tests.Access;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Audit;

public sealed class AuditTrailTestsOnSqlite() : AuditTrailTests(TestDatabase.Sqlite);

public sealed class AuditTrailTestsOnPostgreSql() : AuditTrailTests(TestDatabase.PostgreSql);

/// <summary>What the product's operations write, and how it is read.</summary>
public abstract class AuditTrailTests(TestDatabase database) : AppTests(database)
{
    [Fact]
    public async Task Rows_are_found_by_a_part_of_a_name()
    {
        var team = await Team.In(App);
        await team.GivenDepartment("Kundendienst");
        await team.GivenDepartment("Sales");

        var found = (await team.Api.Send(HttpMethod.Get, "/api/v1/audit?q=DENdienst")).Body.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal("Kundendienst", Assert.Single(found).GetProperty("object").GetProperty("name").GetString());
        Assert.Empty((await team.Api.Send(HttpMethod.Get, "/api/v1/audit?q=100%25")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal((400, "invalid_value"), await team.Api.Send(HttpMethod.Get, $"/api/v1/audit?q={new string('x', 201)}") is var refused ? (refused.Status, refused.Code) : default);
    }

    [Fact]
    public async Task A_channels_life_is_in_the_trail_without_its_secrets()
    {
        var api = await TestApi.OfBusiness(App);
        var id = (await Connect(api, "1001")).Body.GetProperty("id").GetInt64();
        await api.Send(HttpMethod.Put, $"/api/v1/channels/{id}", """{"name": "Front desk", "credentials": {"access_token": "second-secret"}}""");
        await api.Send(HttpMethod.Delete, $"/api/v1/channels/{id}");

        var rows = await List(api);

        Assert.Equal(["channel.removed", "channel.changed", "channel.connected", "business.created"], rows.Select(row => row.GetProperty("action").GetString()));
        var changed = rows[1];
        Assert.Equal("Shop", changed.GetProperty("before").GetProperty("name").GetString());
        Assert.Equal("Front desk", changed.GetProperty("after").GetProperty("name").GetString());
        Assert.Equal("[hidden, changed]", changed.GetProperty("after").GetProperty("credentials").GetString());
        Assert.Equal(("key", "127.0.0.1"), (changed.GetProperty("actor").GetProperty("kind").GetString(), changed.GetProperty("address").GetString()));
        Assert.Equal(id.ToString(CultureInfo.InvariantCulture), changed.GetProperty("object").GetProperty("id").GetString());
        Assert.DoesNotContain("secret", JsonSerializer.Serialize(rows).Replace("has_own_secret", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_that_fails_leaves_no_row()
    {
        var first = await TestApi.OfBusiness(App);
        var second = await TestApi.OfBusiness(App);
        await Connect(first, "1001");

        Assert.Equal(409, (await Connect(second, "1001")).Status);
        Assert.Equal(404, (await second.Send(HttpMethod.Delete, "/api/v1/channels/4711")).Status);

        Assert.Equal(["business.created"], (await List(second)).Select(row => row.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task What_is_done_to_a_conversation_is_in_the_trail_and_its_messages_are_not()
    {
        var api = await TestApi.OfBusiness(App);
        var number = await App.GivenWhatsApp();
        await number.DeliverText("15550100142", "Hello");
        await App.InboundIsIdle();
        var id = (await api.Send(HttpMethod.Get, "/api/v1/conversations")).Body.GetProperty("items")[0].GetProperty("id").GetInt64();

        Assert.Equal(204, (await api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/close")).Status);
        Assert.Equal(204, (await api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/close")).Status);
        Assert.Equal(204, (await api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/reopen")).Status);

        var rows = await List(api, "?object_type=conversation");
        Assert.Equal(["conversation.reopened", "conversation.closed"], rows.Select(row => row.GetProperty("action").GetString()));
        Assert.Equal(("open", "closed"), (rows[1].GetProperty("before").GetProperty("status").GetString(), rows[1].GetProperty("after").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Setting_up_and_signing_in_and_out_are_in_the_trail_with_address_and_session()
    {
        using var door = new Door(App);
        using var made = await door.SetUp();
        using var stranger = new Door(App);
        using var wrong = await stranger.SignIn(password: "wrong");
        using var absent = await stranger.SignIn(email: "nobody@flowers.example", password: "wrong");
        using var right = await stranger.SignIn();
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", await stranger.AntiforgeryToken())]);
        using var gone = await stranger.Browser.PostAsync("/sign-out", form, Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, gone.StatusCode);

        var own = await App.InBusiness(1, db => db.Set<AuditEvent>().AsNoTracking().OrderBy(row => row.Sequence).ToListAsync(Cancellation));
        var installation = await App.InMany(db => db.Set<AuditEvent>().AsNoTracking().Where(row => row.TenantId == 0).ToListAsync(Cancellation));

        Assert.Equal(["business.created", "user.created", "session.started", "session.refused", "session.started", "session.ended"], own.Select(row => row.Action));
        Assert.All(own.Skip(2), row => Assert.Equal("127.0.0.1", row.Address));
        Assert.NotNull(own[2].Session);
        Assert.NotEqual(own[2].Session, own[4].Session);
        Assert.Equal((Door.Email, CallerKind.Nobody), (own[3].ObjectName, own[3].ActorKind));
        var unknown = Assert.Single(installation, row => row.Action == "session.refused");
        Assert.Equal((null, null), (unknown.ObjectId, unknown.ObjectName));
    }

    [Fact]
    public async Task An_account_that_is_locked_out_is_a_row_once_and_names_the_account()
    {
        using var door = new Door(App);
        using var made = await door.SetUp();
        using var stranger = new Door(App);
        for (var attempt = 0; attempt < 8; attempt++)
        {
            using var wrong = await stranger.SignIn(password: $"wrong {attempt}");
        }

        var own = await App.InBusiness(1, db => db.Set<AuditEvent>().AsNoTracking().Where(row => row.Action.StartsWith("session.")).OrderBy(row => row.Sequence).ToListAsync(Cancellation));

        Assert.Equal([.. Enumerable.Repeat("session.refused", 5), "session.locked"], own.Skip(1).Select(row => row.Action));
        Assert.Equal((CallerKind.Nobody, Door.Email, "127.0.0.1"), (own[^1].ActorKind, own[^1].ObjectName, own[^1].Address));
        Assert.Equal(15, JsonElement.Parse(own[^1].After!).GetProperty("minutes").GetInt32());
    }

    [Fact]
    public async Task What_an_API_key_does_names_the_key_and_in_whose_name_it_acts()
    {
        var team = await Team.In(App);
        var owner = await SignedIn(team, "owner");
        var made = await owner.Send(HttpMethod.Post, "/api/v1/api-keys", """{"name": "Till", "permissions": ["tags.read", "tags.write"]}""");
        Assert.Equal(201, made.Status);
        var till = new TestApi(App, made.Body.GetProperty("key").GetString());
        Assert.Equal(201, (await till.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Paid"}""")).Status);

        var id = made.Body.GetProperty("id").GetInt64();
        var row = Assert.Single(await List(team.Api, $"?actor_kind=key&actor_id={id}"));

        Assert.Equal("tag.created", row.GetProperty("action").GetString());
        Assert.Equal(("key", id, "Till"), (Text(row, "actor", "kind"), row.GetProperty("actor").GetProperty("id").GetInt64(), Text(row, "actor", "name")));
        Assert.Equal(("user", "owner"), (Text(row, "on_behalf_of", "kind"), Text(row, "on_behalf_of", "name")));
        Assert.DoesNotContain(await List(team.Api, $"?actor_id={id}"), other => Text(other, "actor", "kind") == "key");
        Assert.Equal(400, (await team.Api.Send(HttpMethod.Get, "/api/v1/audit?actor_kind=robot")).Status);
    }

    [Fact]
    public async Task Whoever_joins_is_let_in_on_behalf_of_whoever_invited()
    {
        var team = await Team.In(App);
        var owner = await SignedIn(team, "owner");
        var link = (await owner.Send(HttpMethod.Post, "/api/v1/invitations", """{"email": "eva@people.example", "roles": ["agent"]}""")).Body.GetProperty("link").GetString()!;
        var token = link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..];
        Assert.Equal(204, (await new TestApi(App).Send(HttpMethod.Post, "/api/v1/invitations/accept", JsonSerializer.Serialize(new { token, full_name = "Eva", password = Team.Password }))).Status);

        var row = (await List(team.Api, "?action=user.added"))[0];

        Assert.Equal(("Eva", "owner"), (Text(row, "actor", "name"), Text(row, "on_behalf_of", "name")));
    }

    [Fact]
    public async Task Processing_deliveries_again_and_looking_into_one_are_in_the_trail_of_the_installation()
    {
        var number = await App.GivenWhatsApp();
        await number.Deliver(System.Text.Json.Nodes.JsonNode.Parse("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"messages\",\"value\":{\"metadata\":{\"phone_number_id\":\"4711\"},\"messages\":[{\"from\":\"1\",\"id\":\"a\",\"timestamp\":\"1\",\"type\":\"text\",\"text\":{\"body\":\"x\"}}]}}]}]}")!);
        await App.InboundIsIdle();
        var boss = new Caller(CallerKind.User, 1, 1, "Anna", Caller.NoRights, IsSuperAdmin: true);
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(1);
        var deliveries = scope.ServiceProvider.GetRequiredService<Deliveries>();
        var row = Assert.Single((await deliveries.PageAsync(boss, "", null, Cancellation)).Items);

        await deliveries.BodyAsync(boss, row.Id, Cancellation);
        await deliveries.ReplayAsync(boss, row.Id, Cancellation);

        var actions = await App.InMany(db => db.Set<AuditEvent>().Where(written => written.TenantId == 0).OrderBy(written => written.Sequence).Select(written => written.Action).ToListAsync(Cancellation));
        Assert.Equal(["delivery.read", "delivery.replayed"], actions);
    }

    [Fact]
    public async Task The_list_is_filtered_and_paged_and_belongs_to_the_business()
    {
        var api = await TestApi.OfBusiness(App);
        var other = await TestApi.OfBusiness(App);
        for (var number = 0; number < 5; number++)
        {
            await Connect(api, $"10{number}");
        }

        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = (await api.Send(HttpMethod.Get, $"/api/v1/audit?action=channel.&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Body;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("sequence").GetInt64()));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal([6L, 5, 4, 3, 2], seen);
        Assert.Single(await List(other));
        Assert.Empty(await List(api, "?action=channel.removed"));
        Assert.Empty(await List(api, "?to=2020-01-01T00:00:00Z"));
        Assert.Equal(6, (await List(api, "?from=2020-01-01T00:00:00Z")).Count);
        Assert.Equal(400, (await api.Send(HttpMethod.Get, "/api/v1/audit?cursor=x!")).Status);
        Assert.Equal(400, (await api.Send(HttpMethod.Get, "/api/v1/audit?from=yesterday")).Status);
        Assert.Equal(400, (await api.Send(HttpMethod.Get, "/api/v1/audit?actor_id=anna")).Status);
        Assert.Equal(401, (await new TestApi(App).Send(HttpMethod.Get, "/api/v1/audit")).Status);
    }

    [Fact]
    public async Task An_export_runs_no_formula_and_is_a_row_itself()
    {
        var api = await TestApi.OfBusiness(App);
        await Connect(api, "1001", name: "=cmd|' /C calc'!A0");

        var csv = await api.Text("/api/v1/audit/export?format=csv");
        var lines = (await api.Text("/api/v1/audit/export?format=jsonl&action=audit.exported")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains("\"'=cmd|' /C calc'!A0\"", csv, StringComparison.Ordinal);
        Assert.DoesNotContain(",=", csv, StringComparison.Ordinal);
        Assert.Equal(4, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(["csv", "jsonl"], lines.Select(line => JsonElement.Parse(line).GetProperty("after").GetProperty("format").GetString()));
        Assert.Equal(400, (await api.Send(HttpMethod.Get, "/api/v1/audit/export?format=xml")).Status);
    }

    [Fact]
    public async Task Verifying_over_the_API_says_what_was_tampered_with()
    {
        var api = await TestApi.OfBusiness(App);
        await Connect(api, "1001");
        var whole = (await api.Send(HttpMethod.Post, "/api/v1/audit/verify")).Body;
        Assert.Equal((true, 2), (whole.GetProperty("whole").GetBoolean(), whole.GetProperty("rows").GetInt64()));

        await App.InBusiness(1, db => db.Set<AuditTip>().ExecuteDeleteAsync(Cancellation));
        var broken = (await api.Send(HttpMethod.Post, "/api/v1/audit/verify")).Body;

        Assert.False(broken.GetProperty("whole").GetBoolean());
        Assert.Equal("wrong_tip", broken.GetProperty("findings")[0].GetProperty("problem").GetString());
    }

    [Fact]
    public async Task An_anchor_shows_a_chain_that_was_signed_anew_or_thrown_away()
    {
        var api = await TestApi.OfBusiness(App);
        await Connect(api, "1001");
        var anchors = App.Services.GetRequiredService<AuditAnchors>();
        await anchors.WriteAsync(Cancellation);
        foreach (var today in Directory.EnumerateFiles(Path.Combine(App.Storage.DataDirectory, "keys", "anchors"), "*.json"))
        {
            File.Delete(today);
        }

        await anchors.WriteAsync(Cancellation);
        await App.InMany(async db =>
        {
            await db.Database.ExecuteSqlRawAsync(
                db.Database.IsSqlite() ? """DROP TRIGGER "AuditEventsStay"; DROP TRIGGER "AuditEventsRemain";""" : """ALTER TABLE "AuditEvents" DISABLE TRIGGER ALL""", Cancellation);
            await db.Set<AuditEvent>().IgnoreQueryFilters([Filters.Tenant]).ExecuteDeleteAsync(Cancellation);
            return await db.Set<AuditTip>().IgnoreQueryFilters([Filters.Tenant]).ExecuteDeleteAsync(Cancellation);
        });
        await using var scope = App.Services.CreateAsyncScope();
        var verification = scope.ServiceProvider.GetRequiredService<AuditVerification>();
        Assert.Contains(new AuditFinding(AuditProblem.CutOff, 1, 2), (await verification.VerifyAsync(1, Cancellation)).Findings);

        await Connect(api, "1002");
        await Connect(api, "1003");
        var signedAnew = await verification.VerifyAsync(1, Cancellation);
        Assert.Contains(new AuditFinding(AuditProblem.Rewritten, 2, 2), signedAnew.Findings);
    }

    private async Task<TestApi> SignedIn(Team team, string name)
    {
        var answer = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { email = team.EmailOf(name), password = Team.Password }));
        return new TestApi(App, answer.Body.GetProperty("access_token").GetString());
    }

    private static string? Text(JsonElement row, string part, string name) => row.GetProperty(part).GetProperty(name).GetString();

    private static Task<Answer> Connect(TestApi business, string number, string name = "Shop") => business.Send(HttpMethod.Post, "/api/v1/channels", JsonSerializer.Serialize(new
    {
        kind = "whatsapp",
        name,
        external_id = number,
        credentials = new { access_token = "first-secret" },
        settings = new { business_account_id = "" },
    }));

    private static async Task<List<JsonElement>> List(TestApi api, string query = "")
        => [.. (await api.Send(HttpMethod.Get, $"/api/v1/audit{query}")).Body.GetProperty("items").EnumerateArray()];
}
