using System.Text.Json;
using Inbox.Access;
using Inbox.Conversations.Labels;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

public sealed class LabelTestsOnSqlite() : LabelTests(TestDatabase.Sqlite);

public sealed class LabelTestsOnPostgreSql() : LabelTests(TestDatabase.PostgreSql);

public abstract class LabelTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task A_tag_is_made_put_on_a_conversation_counted_and_removed()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        await number.DeliverText("15550100142", "Where is my parcel?");
        await App.InboundIsIdle();
        var conversation = Assert.Single(await App.Conversations()).Id;
        var shop = await Shop(1);

        var made = await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": " Refund ", "colour": "#AA0000"}""");
        await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Parcel"}""");
        Assert.Equal(201, made.Status);
        Assert.Equal(("Refund", "#aa0000"), (made.Body.GetProperty("name").GetString(), made.Body.GetProperty("colour").GetString()));
        Assert.Equal((409, "tag_exists"), Said(await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Refund"}""")));

        var put = await shop.Send(HttpMethod.Put, $"/api/v1/conversations/{conversation}/tags", """{"tags": ["refund", "Parcel", "REFUND"]}""");
        Assert.Equal(["Parcel", "Refund"], Texts(put.Body.GetProperty("tags")));
        Assert.Equal((422, "invalid_value"), Said(await shop.Send(HttpMethod.Put, $"/api/v1/conversations/{conversation}/tags", """{"tags": ["nothing"]}""")));
        Assert.Equal((404, "conversation_not_found"), Said(await shop.Send(HttpMethod.Put, "/api/v1/conversations/999/tags", """{"tags": []}""")));

        var id = made.Body.GetProperty("id").GetInt64();
        Assert.Equal(1, (await shop.Send(HttpMethod.Get, $"/api/v1/tags/{id}")).Body.GetProperty("uses").GetInt32());
        Assert.Equal("Money back", (await shop.Send(HttpMethod.Put, $"/api/v1/tags/{id}", """{"name": "Money back"}""")).Body.GetProperty("name").GetString());
        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, $"/api/v1/tags/{id}")).Status);
        Assert.Equal((404, "tag_not_found"), Said(await shop.Send(HttpMethod.Delete, $"/api/v1/tags/{id}")));
        Assert.Equal(["Parcel"], Texts((await shop.Send(HttpMethod.Get, $"/api/v1/conversations/{conversation}/tags")).Body.GetProperty("tags")));
        Assert.Equal(["Parcel"], (await shop.Send(HttpMethod.Get, "/api/v1/tags")).Body.GetProperty("items").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task A_conversation_shows_its_tags_is_found_by_them_and_gets_them_with_other_changes()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        await number.DeliverText("15550100142", "Where is my parcel?");
        await number.DeliverText("15550100143", "Hello");
        await App.InboundIsIdle();
        var conversation = (await App.Conversations()).Single(seen => seen.Texts.Contains("Hello")).Id;
        var shop = await Shop(1);
        await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Refund"}""");
        await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "VIP & more"}""");
        var path = $"/api/v1/conversations/{conversation}";

        var changed = await shop.Send(HttpMethod.Patch, path, """{"priority": "high", "tags": ["vip & more", "Refund"]}""");

        Assert.Equal(200, changed.Status);
        Assert.Equal(["Refund", "VIP & more"], Texts(changed.Body.GetProperty("tags")));
        Assert.Equal("high", changed.Body.GetProperty("priority").GetString());
        Assert.Equal([conversation], await Found("refund"));
        Assert.Equal([conversation], await Found("VIP%20%26%20more"));
        Assert.Empty(await Found("nothing"));

        var refused = await shop.Send(HttpMethod.Patch, path, """{"priority": "low", "tags": ["nothing"]}""");
        Assert.Equal((422, "invalid_value"), Said(refused));
        Assert.Equal("high", (await shop.Send(HttpMethod.Get, path)).Body.GetProperty("priority").GetString());

        var bulk = await shop.Send(HttpMethod.Post, "/api/v1/conversations/bulk", """{"filter": {"tag": "Refund"}, "remove_tags": ["Refund"]}""");
        Assert.Equal([conversation], bulk.Body.GetProperty("done").EnumerateArray().Select(id => id.GetInt64()));
        Assert.Equal(["VIP & more"], Texts((await shop.Send(HttpMethod.Get, path)).Body.GetProperty("tags")));

        async Task<IEnumerable<long>> Found(string tag)
            => (await shop.Send(HttpMethod.Get, $"/api/v1/conversations?tag={tag}")).Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Two_tags_become_one()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        await number.DeliverText("15550100142", "one");
        await number.DeliverText("15550100143", "both");
        await App.InboundIsIdle();
        var (one, both) = ((await App.Conversations())[0].Id, (await App.Conversations())[1].Id);
        var shop = await Shop(1);
        var refunds = (await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Refunds"}""")).Body.GetProperty("id").GetInt64();
        var refund = (await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Refund"}""")).Body.GetProperty("id").GetInt64();
        await shop.Send(HttpMethod.Put, $"/api/v1/conversations/{one}/tags", """{"tags": ["Refunds"]}""");
        await shop.Send(HttpMethod.Put, $"/api/v1/conversations/{both}/tags", """{"tags": ["Refunds", "Refund"]}""");

        Assert.Equal((422, "invalid_value"), Said(await shop.Send(HttpMethod.Post, $"/api/v1/tags/{refunds}/merge", $$"""{"into": {{refunds}}}""")));
        Assert.Equal((422, "invalid_value"), Said(await shop.Send(HttpMethod.Post, $"/api/v1/tags/{refunds}/merge", """{"into": 987654321}""")));
        Assert.Equal((404, "tag_not_found"), Said(await shop.Send(HttpMethod.Post, "/api/v1/tags/987654321/merge", $$"""{"into": {{refund}}}""")));
        var merged = await shop.Send(HttpMethod.Post, $"/api/v1/tags/{refunds}/merge", $$"""{"into": {{refund}}}""");

        Assert.Equal((refund, 2), (merged.Body.GetProperty("id").GetInt64(), merged.Body.GetProperty("uses").GetInt32()));
        Assert.Equal(404, (await shop.Send(HttpMethod.Get, $"/api/v1/tags/{refunds}")).Status);
        Assert.Equal(["Refund"], Texts((await shop.Send(HttpMethod.Get, $"/api/v1/conversations/{one}")).Body.GetProperty("tags")));
        Assert.Equal(["Refund"], Texts((await shop.Send(HttpMethod.Get, $"/api/v1/conversations/{both}")).Body.GetProperty("tags")));
    }

    [Fact]
    public async Task An_archived_tag_stays_where_it_is_and_is_put_nowhere_else()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        await number.DeliverText("15550100142", "has it");
        await number.DeliverText("15550100143", "has none");
        await App.InboundIsIdle();
        var (tagged, other) = ((await App.Conversations())[0].Id, (await App.Conversations())[1].Id);
        var shop = await Shop(1);
        var tag = (await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Summer"}""")).Body.GetProperty("id").GetInt64();
        await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "Winter"}""");
        await shop.Send(HttpMethod.Put, $"/api/v1/conversations/{tagged}/tags", """{"tags": ["Summer"]}""");

        Assert.True((await shop.Send(HttpMethod.Put, $"/api/v1/tags/{tag}", """{"is_archived": true}""")).Body.GetProperty("is_archived").GetBoolean());

        Assert.Equal((422, "invalid_value"), Said(await shop.Send(HttpMethod.Patch, $"/api/v1/conversations/{other}", """{"tags": ["Summer"]}""")));
        Assert.Equal(["Summer", "Winter"], Texts((await shop.Send(HttpMethod.Patch, $"/api/v1/conversations/{tagged}", """{"tags": ["Summer", "Winter"]}""")).Body.GetProperty("tags")));
        Assert.Single((await shop.Send(HttpMethod.Get, "/api/v1/conversations?tag=summer")).Body.GetProperty("items").EnumerateArray());

        await shop.Send(HttpMethod.Put, $"/api/v1/tags/{tag}", """{"is_archived": false}""");
        Assert.Equal(200, (await shop.Send(HttpMethod.Patch, $"/api/v1/conversations/{other}", """{"tags": ["Summer"]}""")).Status);
    }

    [Fact]
    public async Task Nobody_reaches_the_labels_of_another_business()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        await number.DeliverText("15550100142", "hello");
        await App.InboundIsIdle();
        var conversation = Assert.Single(await App.Conversations()).Id;
        var (ours, theirs) = (await Shop(1), await TestApi.OfBusiness(App));
        var tag = (await ours.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "canary"}""")).Body.GetProperty("id").GetInt64();
        var reply = (await ours.Send(HttpMethod.Post, "/api/v1/canned-replies", """{"shortcut": "canary", "text": "canary"}""")).Body.GetProperty("id").GetInt64();
        await theirs.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "canary"}""");

        foreach (var (method, path, body) in ((HttpMethod, string, string?)[])
            [
                (HttpMethod.Get, $"/api/v1/tags/{tag}", null), (HttpMethod.Put, $"/api/v1/tags/{tag}", """{"name": "x"}"""), (HttpMethod.Delete, $"/api/v1/tags/{tag}", null),
                (HttpMethod.Get, $"/api/v1/canned-replies/{reply}", null), (HttpMethod.Put, $"/api/v1/canned-replies/{reply}", """{"shortcut": "x", "text": "x"}"""),
                (HttpMethod.Delete, $"/api/v1/canned-replies/{reply}", null), (HttpMethod.Post, $"/api/v1/canned-replies/{reply}/used", null),
                (HttpMethod.Get, $"/api/v1/conversations/{conversation}/tags", null), (HttpMethod.Put, $"/api/v1/conversations/{conversation}/tags", """{"tags": ["canary"]}"""),
            ])
        {
            Assert.Equal((404, $"{method} {path}"), ((await theirs.Send(method, path, body)).Status, $"{method} {path}"));
        }

        Assert.Empty((await theirs.Send(HttpMethod.Get, "/api/v1/canned-replies")).Body.GetProperty("items").EnumerateArray());
        Assert.Empty((await ours.Send(HttpMethod.Get, $"/api/v1/conversations/{conversation}/tags")).Body.GetProperty("tags").EnumerateArray());
    }

    [Fact]
    public async Task A_canned_reply_is_seen_by_those_it_is_for()
    {
        await App.GivenBusiness();
        var (sales, support) = await App.InBusiness(1, async db =>
        {
            var departments = (new Department { TenantId = 1, Name = "Sales", CreatedAt = Now }, new Department { TenantId = 1, Name = "Support", CreatedAt = Now });
            db.AddRange(departments.Item1, departments.Item2);
            await db.SaveChangesAsync(Cancellation);
            return (departments.Item1.Id, departments.Item2.Id);
        });
        var owner = Person(1, ["canned-replies.read", "canned-replies.write"]);
        var ann = Person(2, ["canned-replies.read"], sales);
        var bob = Person(3, ["canned-replies.read"], support);
        await Add(owner, new CannedReplyDraft("thanks", "Thank you!", ReplyScope.All, null));
        await Add(owner, new CannedReplyDraft("price", "It costs 5.", ReplyScope.Department, sales));
        await Add(ann, new CannedReplyDraft("mine", "Ann here.", ReplyScope.Personal, null));

        Assert.Equal(["mine", "price", "thanks"], await Shortcuts(ann));
        Assert.Equal(["thanks"], await Shortcuts(bob));
        Assert.Equal(["price", "thanks"], await Shortcuts(owner));
        await Assert.ThrowsAsync<ForbiddenException>(() => Add(ann, new CannedReplyDraft("shared", "x", ReplyScope.All, null)));
        await Assert.ThrowsAsync<ForbiddenException>(() => Add(ann, new CannedReplyDraft("shared", "x", ReplyScope.Department, sales)));
        Assert.Equal("canned_reply_exists", (await Assert.ThrowsAsync<RefusedException>(() => Add(owner, new CannedReplyDraft("THANKS", "x", ReplyScope.All, null)))).Code);
        Assert.NotNull(await Add(bob, new CannedReplyDraft("mine", "Bob here.", ReplyScope.Personal, null)));
    }

    [Fact]
    public async Task A_reply_that_was_used_is_removed_with_its_figures()
    {
        await App.GivenBusiness();
        var owner = Person(1, ["canned-replies.read", "canned-replies.write"]);
        var (used, kept) = (await Add(owner, new CannedReplyDraft("thanks", "Thank you!", ReplyScope.All, null)), await Add(owner, new CannedReplyDraft("bye", "Bye!", ReplyScope.All, null)));
        foreach (var reply in new[] { used, kept })
        {
            await In(async replies =>
            {
                await replies.UsedAsync(owner, reply.Id, Cancellation);
                return true;
            });
        }

        await In(async replies =>
        {
            await replies.RemoveAsync(owner, used.Id, Cancellation);
            return true;
        });

        Assert.Equal(["bye"], await Shortcuts(owner));
        Assert.Equal([kept.Id], await App.InBusiness(1, db => db.Set<CannedReplyUse>().Select(use => use.ReplyId).ToListAsync(Cancellation)));
    }

    [Theory]
    [InlineData("""{"shortcut": "two words", "text": "x"}""", "shortcut")]
    [InlineData("""{"shortcut": "<img>", "text": "x"}""", "shortcut")]
    [InlineData("""{"shortcut": "ok", "text": "   "}""", "text")]
    [InlineData("""{"shortcut": "ok", "text": "x", "scope": "personal"}""", "scope")]
    [InlineData("""{"shortcut": "ok", "text": "x", "scope": "department"}""", "department_id")]
    [InlineData("""{"shortcut": "ok", "text": "x", "scope": "department", "department_id": 999}""", "department_id")]
    [InlineData("""{"shortcut": "ok", "text": "x", "scope": "all", "department_id": 1}""", "department_id")]
    public async Task A_reply_that_breaks_a_rule_is_refused(string json, string field)
    {
        var answer = await (await TestApi.OfBusiness(App)).Send(HttpMethod.Post, "/api/v1/canned-replies", json);

        Assert.Equal(422, answer.Status);
        Assert.Contains(field, answer.Fields);
    }

    [Fact]
    public async Task A_use_is_counted()
    {
        var shop = await TestApi.OfBusiness(App);
        var id = (await shop.Send(HttpMethod.Post, "/api/v1/canned-replies", """{"shortcut": "/Thanks", "text": "Thank you, {{first_name}}!"}""")).Body.GetProperty("id").GetInt64();

        Assert.Equal(204, (await shop.Send(HttpMethod.Post, $"/api/v1/canned-replies/{id}/used")).Status);
        Assert.Equal(204, (await shop.Send(HttpMethod.Post, $"/api/v1/canned-replies/{id}/used")).Status);

        var seen = (await shop.Send(HttpMethod.Get, $"/api/v1/canned-replies/{id}")).Body;
        Assert.Equal(("thanks", 2, 2), (seen.GetProperty("shortcut").GetString(), seen.GetProperty("uses").GetInt32(), seen.GetProperty("recent_uses").GetInt32()));

        _clock.Advance(TimeSpan.FromDays(20));
        await shop.Send(HttpMethod.Post, $"/api/v1/canned-replies/{id}/used");
        _clock.Advance(TimeSpan.FromDays(20));
        Assert.Equal((3, 1), await Uses());

        _clock.Advance(TimeSpan.FromDays(20));
        await shop.Send(HttpMethod.Post, $"/api/v1/canned-replies/{id}/used");
        Assert.Equal((4, 1), await Uses());

        async Task<(int, int)> Uses()
        {
            var reply = Assert.Single((await shop.Send(HttpMethod.Get, "/api/v1/canned-replies")).Body.GetProperty("items").EnumerateArray());
            return (reply.GetProperty("uses").GetInt32(), reply.GetProperty("recent_uses").GetInt32());
        }
    }

    private DateTime Now => App.Clock.GetUtcNow().UtcDateTime;

    private static (int, string?) Said(Answer answer) => (answer.Status, answer.Code);

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(item => item.GetString()!);

    private static Caller Person(long id, string[] rights, params long[] departments)
        => new(CallerKind.User, 1, id, $"Person {id}", rights.ToDictionary(right => right, _ => PermissionScope.All)) { Departments = departments.ToHashSet() };

    private Task<CannedReply> Add(Caller caller, CannedReplyDraft draft) => In(replies => replies.AddAsync(caller, draft, Cancellation));

    private async Task<IEnumerable<string>> Shortcuts(Caller caller)
        => (await In(replies => replies.PageAsync(caller, null, 50, Cancellation))).Items.Select(reply => reply.Shortcut).Order(StringComparer.Ordinal);

    private async Task<T> In<T>(Func<CannedReplies, Task<T>> work)
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(1);
        return await work(scope.ServiceProvider.GetRequiredService<CannedReplies>());
    }

    private async Task<TestApi> Shop(long id)
        => new(App, (await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, $"/api/v1/businesses/{id}/rotate-key")).Body.GetProperty("internal_api_key").GetString());
}
