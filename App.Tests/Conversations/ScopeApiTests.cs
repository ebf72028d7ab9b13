using System.Text.Json;
using Inbox.Channels;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

public sealed class ScopeApiTestsOnSqlite() : ScopeApiTests(TestDatabase.Sqlite);

public sealed class ScopeApiTestsOnPostgreSql() : ScopeApiTests(TestDatabase.PostgreSql);

/// <summary>Two departments with a number each, as their agents find them over HTTP.</summary>
public abstract class ScopeApiTests(TestDatabase database) : AppTests(database)
{
    private const string Narrow = """
        {"conversations.read": "department", "conversations.manage": "department", "conversations.transfer": "department", "conversations.export": "department", "contacts.read": "department", "contact-addresses.read": "all"}
        """;

    private Team _team = null!;
    private WhatsAppNumber _orders = null!, _repairs = null!;
    private long _sales, _support, _ann;
    private TestApi _annApi = null!;

    [Fact]
    public async Task A_new_conversation_goes_to_the_department_of_its_channel_whose_people_see_it_at_once()
    {
        await GivenShop();

        await _orders.DeliverText("15550100142", "Where is my parcel?");
        await _repairs.DeliverText("15550100143", "It is broken");
        await App.InboundIsIdle();

        var seen = Assert.Single(await Items("/api/v1/conversations", _annApi));
        Assert.Equal("Where is my parcel?", seen.GetProperty("last_message_preview").GetString());
        Assert.Equal(_sales, seen.GetProperty("department_id").GetInt64());
        Assert.Equal(2, (await Items("/api/v1/conversations", _team.Api)).Count);
    }

    [Fact]
    public async Task A_channel_of_a_removed_department_is_of_none_until_the_department_is_back()
    {
        await GivenShop();
        Assert.Equal(204, (await _team.Api.Send(HttpMethod.Delete, $"/api/v1/departments/{_sales}")).Status);
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
        await _orders.DeliverText("15550100142", "first");
        await App.InboundIsIdle();

        Assert.Equal(200, (await _team.Api.Send(HttpMethod.Post, $"/api/v1/departments/{_sales}/restore")).Status);
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
        await _orders.DeliverText("15550100143", "second");
        await App.InboundIsIdle();

        Assert.Equal([null, _sales], (await App.Conversations(_team.Tenant)).Select(seen => seen.Conversation.DepartmentId));
    }

    [Fact]
    public async Task A_channel_takes_no_department_of_another_business_and_lets_its_own_go()
    {
        await GivenShop();
        var foreign = await (await Team.In(App, "Other")).GivenDepartment("Foreign");
        var channel = $"/api/v1/channels/{_orders.ChannelId}";

        var refused = await _team.Api.Send(HttpMethod.Put, channel, $$"""{"department_id": {{foreign}}}""");
        Assert.Equal((422, "invalid_value"), (refused.Status, refused.Code));
        Assert.Contains("department_id", refused.Fields);
        Assert.Equal(_sales, (await _team.Api.Send(HttpMethod.Get, channel)).Body.GetProperty("department_id").GetInt64());

        Assert.Equal(JsonValueKind.Null, (await _team.Api.Send(HttpMethod.Put, channel, """{"department_id": 0}""")).Body.GetProperty("department_id").ValueKind);
        await _orders.DeliverText("15550100142", "hello");
        await App.InboundIsIdle();
        Assert.Empty(await Items("/api/v1/conversations", _annApi));
    }

    [Fact]
    public async Task Search_export_and_bulk_reach_what_the_list_reaches()
    {
        var (own, hidden) = await GivenConversations();

        var search = (await _annApi.Send(HttpMethod.Get, "/api/v1/search?q=parcel")).Body;
        Assert.Equal([own], search.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("conversation_id").GetInt64()));
        var byPhone = (await _annApi.Send(HttpMethod.Get, "/api/v1/search?q=15550100")).Body;
        Assert.Equal([own], byPhone.GetProperty("conversations").EnumerateArray().Select(Id));
        Assert.Single(byPhone.GetProperty("contacts").EnumerateArray());
        Assert.Equal([own], (await Items("/api/v1/conversations?q=parcel", _annApi)).Select(Id));

        var bulk = await _annApi.Send(HttpMethod.Post, "/api/v1/conversations/bulk", $$"""{"ids": [{{own}}, {{hidden}}], "priority": "high"}""");
        Assert.Equal([own], bulk.Body.GetProperty("done").EnumerateArray().Select(id => id.GetInt64()));
        Assert.Equal("conversation_not_found", Assert.Single(bulk.Body.GetProperty("refused").EnumerateArray()).GetProperty("code").GetString());
        Assert.Equal("normal", (await _team.Api.Send(HttpMethod.Get, $"/api/v1/conversations/{hidden}")).Body.GetProperty("priority").GetString());

        var line = Assert.Single((await Export(_annApi, "jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(own, Id(JsonElement.Parse(line).GetProperty("conversation")));
        Assert.Equal("Where is my parcel?", JsonElement.Parse(line).GetProperty("messages")[0].GetProperty("text_content").GetString());
    }

    [Fact]
    public async Task A_table_of_the_export_has_a_head_and_runs_no_formula_and_is_audited()
    {
        await GivenConversations();
        await _orders.DeliverText("15550100144", "=1+1");
        await App.InboundIsIdle();

        var rows = (await Export(_annApi, "csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.StartsWith("\"id\",\"contact\",", rows[0], StringComparison.Ordinal);
        Assert.Equal(2, rows.Length - 1);
        Assert.EndsWith(",\"'=1+1\"", rows[1], StringComparison.Ordinal);
        Assert.DoesNotContain("repaired", string.Join(' ', rows), StringComparison.Ordinal);
        var audited = Assert.Single(await App.InBusiness(_team.Tenant, db => db.Set<AuditEvent>().Where(row => row.Action == "conversations.exported").ToListAsync(Cancellation)));
        Assert.Equal(_ann, audited.ActorId);
    }

    [Theory]
    [InlineData("/api/v1/export/conversations?format=xml", "format")]
    [InlineData("/api/v1/export/conversations?status=gone", "status")]
    [InlineData("/api/v1/conversations?department=everywhere", "department")]
    [InlineData("/api/v1/conversations?tag=", "tag")]
    [InlineData("/api/v1/conversations?updated_since=yesterday", "updated_since")]
    [InlineData("/api/v1/search", "q")]
    [InlineData("/api/v1/search?q=x&limit=51", "limit")]
    public async Task A_filter_that_is_none_is_named(string path, string field)
    {
        await GivenShop();

        var answer = await _annApi.Send(HttpMethod.Get, path);

        Assert.Equal((400, "invalid_value"), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Fields);
    }

    [Fact]
    public async Task A_list_holds_what_changed_since_a_time()
    {
        var (own, _) = await GivenConversations();

        Assert.Contains(own, (await Items("/api/v1/conversations?updated_since=2000-01-01T00:00:00Z", _annApi)).Select(Id));
        Assert.Empty(await Items("/api/v1/conversations?updated_since=2100-01-01T00:00:00Z", _annApi));
    }

    [Fact]
    public async Task A_conversation_that_was_handed_away_is_gone_for_who_handed_it()
    {
        var (own, _) = await GivenConversations();

        var handed = await _annApi.Send(HttpMethod.Post, $"/api/v1/conversations/{own}/transfer", $$"""{"department_id": {{_support}}, "reason": "needs a repair"}""");

        Assert.Equal(200, handed.Status);
        Assert.Equal(JsonValueKind.Null, handed.Body.GetProperty("conversation").ValueKind);
        Assert.Equal(404, (await _annApi.Send(HttpMethod.Get, $"/api/v1/conversations/{own}")).Status);
        Assert.Empty(await Items("/api/v1/conversations", _annApi));
        Assert.Equal(_support, (await _team.Api.Send(HttpMethod.Get, $"/api/v1/conversations/{own}")).Body.GetProperty("department_id").GetInt64());
    }

    [Fact]
    public async Task Nobody_exports_without_the_right()
    {
        var (own, _) = await GivenConversations();
        var role = await _team.GivenRole("Reads", """{"conversations.read": "all"}""");
        var reader = await SignedIn(await PersonWith(role, "reader"), "reader");

        Assert.Equal((403, "forbidden"), Said(await reader.Send(HttpMethod.Get, "/api/v1/export/conversations")));
        Assert.Equal((403, "forbidden"), Said(await reader.Send(HttpMethod.Put, $"/api/v1/conversations/{own}/tags", """{"tags": []}""")));
        Assert.Equal((403, "forbidden"), Said(await reader.Send(HttpMethod.Patch, $"/api/v1/conversations/{own}", """{"tags": []}""")));
    }

    private static long Id(JsonElement item) => item.GetProperty("id").GetInt64();

    private static (int, string?) Said(Answer answer) => (answer.Status, answer.Code);

    private static async Task<IReadOnlyList<JsonElement>> Items(string path, TestApi api) => [.. (await api.Send(HttpMethod.Get, path)).Body.GetProperty("items").EnumerateArray()];

    private static Task<string> Export(TestApi api, string format) => api.Text($"/api/v1/export/conversations?format={format}");

    /// <summary>One in Sales, which Ann sees, and one in Support.</summary>
    private async Task<(long Own, long Hidden)> GivenConversations()
    {
        await GivenShop();
        await _orders.DeliverText("15550100142", "Where is my parcel?");
        await _repairs.DeliverText("15550100143", "The parcel was repaired");
        await App.InboundIsIdle();
        var all = await App.Conversations(_team.Tenant);
        return (all.Single(seen => seen.Conversation.DepartmentId == _sales).Id, all.Single(seen => seen.Conversation.DepartmentId == _support).Id);
    }

    private async Task GivenShop()
    {
        _team = await Team.In(App);
        var role = await _team.GivenRole("Narrow", Narrow);
        _ann = await PersonWith(role, "ann");
        _sales = await _team.GivenDepartment("Sales", _ann);
        _support = await _team.GivenDepartment("Support");
        _orders = await App.GivenWhatsApp(_team.Tenant);
        _repairs = await App.GivenWhatsApp(_team.Tenant);
        foreach (var (number, department) in new[] { (_orders, _sales), (_repairs, _support) })
        {
            Assert.Equal(200, (await _team.Api.Send(HttpMethod.Put, $"/api/v1/channels/{number.ChannelId}", $$"""{"department_id": {{department}}}""")).Status);
        }

        _annApi = await SignedIn(_ann, "ann");
    }

    private async Task<long> PersonWith(long role, string name)
    {
        var key = await App.InBusiness(_team.Tenant, db => db.Set<Inbox.Access.Role>().Where(row => row.Id == role).Select(row => row.Name).SingleAsync(Cancellation));
        return await _team.GivenPerson(name, key);
    }

    private async Task<TestApi> SignedIn(long user, string name)
    {
        Assert.True(user > 0);
        var answer = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", $$"""{"email": "{{_team.EmailOf(name)}}", "password": "{{Team.Password}}"}""");
        Assert.Equal(200, answer.Status);
        return new TestApi(App, answer.Body.GetProperty("access_token").GetString());
    }
}
