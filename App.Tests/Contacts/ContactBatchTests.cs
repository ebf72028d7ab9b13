using System.Text.Json;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Contacts;

public sealed class ContactBatchTestsOnSqlite() : ContactBatchTests(TestDatabase.Sqlite);

public sealed class ContactBatchTestsOnPostgreSql() : ContactBatchTests(TestDatabase.PostgreSql);

public abstract class ContactBatchTests(TestDatabase database) : AppTests(database)
{
    private const string Bulk = "/api/v1/contacts/bulk";

    [Fact]
    public async Task Many_get_a_tag_and_lose_another_in_one_call_and_the_trail_names_each()
    {
        var shop = await Shop();
        var (ann, bea) = (await Made(shop, """{"name": "Ann", "tags": ["Old"]}"""), await Made(shop, """{"name": "Bea"}"""));

        var changed = await shop.Send(HttpMethod.Post, Bulk, $$"""{"ids": [{{ann.Id}}, {{bea.Id}}, 424242], "add_tags": ["vip"], "remove_tags": ["Old"]}""");

        Assert.Equal(200, changed.Status);
        Assert.Equal([ann.Id, bea.Id], Numbers(changed.Body, "done"));
        Assert.Equal([(424242, "contact_not_found")], changed.Body.GetProperty("refused").EnumerateArray().Select(one => (one.GetProperty("id").GetInt64(), one.GetProperty("code").GetString())));
        Assert.Equal(["VIP"], await Tags(shop, ann.Id));
        Assert.Equal(["VIP"], await Tags(shop, bea.Id));
        var told = await App.InBusiness(1, db => db.Set<AuditEvent>().Where(row => row.Action == "contact.tagged").OrderBy(row => row.Sequence).Select(row => new { row.ObjectId, row.Before, row.After }).ToListAsync(Cancellation));
        Assert.Equal([($"{ann.Id}", """{"tags":["Old"]}""", """{"tags":["VIP"]}"""), ($"{bea.Id}", """{"tags":[]}""", """{"tags":["VIP"]}""")], told.Select(row => (row.ObjectId, row.Before, row.After)));
        // A form that was opened before saves all tags, and must not.
        Assert.Equal("version_stale", (await shop.Send(HttpMethod.Put, $"/api/v1/contacts/{ann.Id}", """{"tags": []}""", ("If-Match", ann.Version))).Code);
    }

    [Fact]
    public async Task All_that_fit_a_filter_are_changed_some_hundreds_in_each_call()
    {
        var shop = await Shop();
        await App.InBusiness(1, async db =>
        {
            db.AddRange(Enumerable.Range(0, ContactBatches.Most + 3).Select(number => new Contact { TenantId = 1, Name = $"Customer {number}", CreatedAt = App.Clock.GetUtcNow().UtcDateTime }));
            return await db.SaveChangesAsync(Cancellation);
        });
        await Made(shop, """{"name": "Somebody else"}""");

        var first = await shop.Send(HttpMethod.Post, Bulk, """{"filter": {"q": "Customer"}, "add_tags": ["VIP"]}""");
        var second = await shop.Send(HttpMethod.Post, Bulk, $$"""{"filter": {"q": "Customer"}, "add_tags": ["VIP"], "cursor": "{{first.Body.GetProperty("next_cursor").GetString()}}"}""");

        Assert.Equal((ContactBatches.Most, 3), (Numbers(first.Body, "done").Count, Numbers(second.Body, "done").Count));
        Assert.Equal(JsonValueKind.Null, second.Body.GetProperty("next_cursor").ValueKind);
        Assert.Equal(ContactBatches.Most + 3, await App.InBusiness(1, db => db.Set<ContactTag>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task Many_are_blocked_and_let_in_again()
    {
        var shop = await Shop();
        var number = await App.GivenWhatsApp();
        await number.DeliverText("15550100142", "Hello");
        await number.DeliverText("15550100143", "Hello");
        await App.InboundIsIdle();
        var ids = string.Join(',', (await App.Conversations()).Select(conversation => conversation.Contact.Id));

        Assert.Equal(200, (await shop.Send(HttpMethod.Post, Bulk, $$"""{"ids": [{{ids}}], "blocked": true}""")).Status);
        Assert.All(await App.Conversations(), conversation => Assert.Equal((ConversationStatus.Spam, true), (conversation.Conversation.Status, conversation.Contact.BlockedAt is not null)));

        await shop.Send(HttpMethod.Post, Bulk, $$"""{"ids": [{{ids}}], "blocked": false}""");
        Assert.All(await App.Conversations(), conversation => Assert.Equal((ConversationStatus.Open, false), (conversation.Conversation.Status, conversation.Contact.BlockedAt is not null)));
    }

    [Theory]
    [InlineData("""{"add_tags": ["VIP"]}""", "ids")]
    [InlineData("""{"ids": [1]}""", "add_tags")]
    [InlineData("""{"ids": [1], "filter": {}, "add_tags": ["VIP"]}""", "ids")]
    [InlineData("""{"ids": [1], "add_tags": ["nothing"]}""", "add_tags")]
    [InlineData("""{"ids": [1], "add_tags": ["Gone"]}""", "add_tags")]
    public async Task A_change_that_says_nothing_or_names_no_tag_is_refused_with_the_field(string body, string field)
    {
        var shop = await Shop();
        var gone = (await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Gone"}""")).Body.GetProperty("id").GetInt64();
        await shop.Send(HttpMethod.Put, $"/api/v1/tags/{gone}", """{"is_archived": true}""");

        var refused = await shop.Send(HttpMethod.Post, Bulk, body);

        Assert.Equal((422, "invalid_value"), (refused.Status, refused.Code));
        Assert.Equal([field], refused.Fields);
    }

    [Fact]
    public async Task Who_may_change_a_department_s_contacts_changes_no_others()
    {
        var team = await Team.In(App);
        await team.GivenRole("Narrow", """{"conversations.read": "all", "contacts.read": "all", "contacts.write": "department"}""");
        await team.Api.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "VIP"}""");
        var sales = await team.GivenDepartment("Sales", await team.GivenPerson("ann", "Narrow"));
        var (orders, repairs) = (await App.GivenWhatsApp(team.Tenant), await App.GivenWhatsApp(team.Tenant));
        await team.Api.Send(HttpMethod.Put, $"/api/v1/channels/{orders.ChannelId}", $$"""{"department_id": {{sales}}}""");
        await orders.DeliverText("15550100142", "Where is my parcel?");
        await repairs.DeliverText("15550100143", "It is broken");
        await App.InboundIsIdle();
        var ann = await team.SignedIn("ann");
        var ids = (await team.Api.Send(HttpMethod.Get, "/api/v1/contacts")).Body.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("phone").GetString()!, item => item.GetProperty("id").GetInt64());

        var changed = await ann.Send(HttpMethod.Post, Bulk, """{"filter": {}, "add_tags": ["VIP"]}""");

        Assert.Equal([ids["15550100142"]], Numbers(changed.Body, "done"));
        Assert.Equal([(ids["15550100143"], "forbidden")], changed.Body.GetProperty("refused").EnumerateArray().Select(one => (one.GetProperty("id").GetInt64(), one.GetProperty("code").GetString())));
        Assert.Equal(1, await App.InBusiness(team.Tenant, db => db.Set<ContactTag>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task Chosen_contacts_are_exported_without_the_others_and_the_trail_says_which()
    {
        var shop = await Shop();
        var (ann, _, eve) = (await Made(shop, """{"name": "Ann"}"""), await Made(shop, """{"name": "Bea"}"""), await Made(shop, """{"name": "=1+1"}"""));

        var lines = (await shop.Text($"/api/v1/contacts/export?ids={ann.Id},{eve.Id}")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, lines.Length);
        Assert.Contains("\"'=1+1\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"Ann\"", lines[2], StringComparison.Ordinal);
        Assert.Contains($"[{ann.Id},{eve.Id}]", await App.InBusiness(1, db => db.Set<AuditEvent>().Where(row => row.Action == "contacts.exported").Select(row => row.After).SingleAsync(Cancellation)), StringComparison.Ordinal);
        Assert.Equal("invalid_value", (await shop.Send(HttpMethod.Get, "/api/v1/contacts/export?ids=1,x")).Code);
    }

    private async Task<TestApi> Shop()
    {
        var shop = await TestApi.OfBusiness(App);
        await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "VIP"}""");
        await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Old"}""");
        return shop;
    }

    private static async Task<(long Id, string Version)> Made(TestApi shop, string body)
    {
        var made = await shop.Send(HttpMethod.Post, "/api/v1/contacts", body);
        Assert.Equal(201, made.Status);
        return (made.Body.GetProperty("id").GetInt64(), made.Header("ETag")!);
    }

    private static async Task<IEnumerable<string?>> Tags(TestApi shop, long id)
        => (await shop.Send(HttpMethod.Get, $"/api/v1/contacts/{id}")).Body.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString());

    private static List<long> Numbers(JsonElement body, string name) => [.. body.GetProperty(name).EnumerateArray().Select(id => id.GetInt64())];
}
