using System.Text.Json;
using Inbox.Contacts;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Contacts;

public sealed class ContactTestsOnSqlite() : ContactTests(TestDatabase.Sqlite);

public sealed class ContactTestsOnPostgreSql() : ContactTests(TestDatabase.PostgreSql);

public abstract class ContactTests(TestDatabase database) : AppTests(database)
{
    [Fact]
    public async Task A_contact_is_made_found_changed_and_deleted()
    {
        var shop = await TestApi.OfBusiness(App);
        await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "VIP"}""");

        var made = await shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"first_name": "Ana", "last_name": "Silva", "phone": "+55 (11) 95555-0142", "email": "Ana@Shop.example", "tags": ["vip"], "language": "pt-BR"}""");

        Assert.Equal(201, made.Status);
        var id = made.Body.GetProperty("id").GetInt64();
        Assert.Equal(("Ana Silva", "5511955550142", "ana@shop.example"), (Text(made, "name"), Text(made, "phone"), Text(made, "email")));
        Assert.Equal(["VIP"], made.Body.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal([id], await Ids(shop, "?q=silva"));
        Assert.Equal([id], await Ids(shop, "?phone=%2B55%2011%20955550142"));
        Assert.Equal([id], await Ids(shop, "?tag=VIP&opted_out=false&blocked=false"));
        Assert.Empty(await Ids(shop, "?channel=whatsapp"));

        var changed = await shop.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", """{"name": "Ana", "email": ""}""", ("If-Match", made.Header("ETag")!));
        Assert.Equal((200, "Ana", null), (changed.Status, Text(changed, "name"), Text(changed, "email")));
        Assert.Equal("version_stale", (await shop.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", """{"name": "Bea"}""", ("If-Match", made.Header("ETag")!))).Code);

        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, $"/api/v1/contacts/{id}")).Status);
        Assert.Equal("contact_not_found", (await shop.Send(HttpMethod.Get, $"/api/v1/contacts/{id}")).Code);
        Assert.Empty(await Ids(shop, ""));
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"phone": "ask me"}""", "phone")]
    [InlineData("""{"email": "nobody"}""", "email")]
    [InlineData("""{"name": "Ana", "language": "Portuguese!"}""", "language")]
    [InlineData("""{"name": "Ana", "tags": ["nothing"]}""", "tags")]
    [InlineData("""{"name": "Ana", "custom_fields": {"shoe": 41}}""", "custom_fields.shoe")]
    public async Task What_breaks_a_rule_is_refused_with_the_field(string body, string field)
    {
        var shop = await TestApi.OfBusiness(App);

        var refused = await shop.Send(HttpMethod.Post, "/api/v1/contacts", body);

        Assert.Equal((422, "invalid_value"), (refused.Status, refused.Code));
        Assert.Equal([field], refused.Fields);
    }

    [Fact]
    public async Task Pages_show_every_contact_once()
    {
        var shop = await TestApi.OfBusiness(App);
        for (var number = 0; number < 7; number++)
        {
            await shop.Send(HttpMethod.Post, "/api/v1/contacts", $$"""{"name": "Customer {{number}}"}""");
        }

        var seen = new List<string?>();
        var next = "";
        do
        {
            var page = await shop.Send(HttpMethod.Get, $"/api/v1/contacts?limit=3{next}");
            seen.AddRange(page.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
            next = page.Body.GetProperty("next_cursor").GetString() is { } cursor ? $"&cursor={cursor}" : null;
        }
        while (next is not null);

        Assert.Equal(Enumerable.Range(0, 7).Select(number => $"Customer {number}").Reverse(), seen);
    }

    [Fact]
    public async Task Custom_fields_take_what_their_kind_takes()
    {
        var shop = await TestApi.OfBusiness(App);
        foreach (var (name, kind) in new[] { ("Size", "number"), ("Since", "date"), ("Shop", "link"), ("Regular", "checkbox"), ("Remark", "text") })
        {
            Assert.Equal(201, (await shop.Send(HttpMethod.Post, "/api/v1/custom-fields", $$"""{"name": "{{name}}", "kind": "{{kind}}"}""")).Status);
        }

        var list = await shop.Send(HttpMethod.Post, "/api/v1/custom-fields", """{"name": "Plan", "kind": "list", "choices": ["Free", "Paid"]}""");
        Assert.Equal("custom_field_exists", (await shop.Send(HttpMethod.Post, "/api/v1/custom-fields", """{"name": "plan", "kind": "text"}""")).Code);
        Assert.Equal("invalid_value", (await shop.Send(HttpMethod.Post, "/api/v1/custom-fields", """{"name": "Colour", "kind": "list"}""")).Code);

        var made = await shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Ana", "custom_fields": {"size": 41.5, "since": "2026-02-28", "shop": "https://shop.example/a", "regular": true, "remark": " kind ", "plan": "paid"} }""");
        Assert.Equal(
            """{"size":41.5,"since":"2026-02-28","shop":"https://shop.example/a","regular":true,"remark":"kind","plan":"Paid"}""",
            made.Body.GetProperty("custom_fields").EnumerateObject().OrderBy(field => "size since shop regular remark plan".IndexOf(field.Name, StringComparison.Ordinal))
                .Aggregate("{", (json, field) => $"{json}{(json.Length > 1 ? "," : "")}\"{field.Name}\":{field.Value.GetRawText()}") + "}");
        foreach (var wrong in new[] { """{"size": "big"}""", """{"since": "2026-02-30"}""", """{"shop": "javascript:alert(1)"}""", """{"regular": "yes"}""", """{"plan": "Golden"}""", """{"remark": ""}""" })
        {
            Assert.Equal("invalid_value", (await shop.Send(HttpMethod.Put, $"/api/v1/contacts/{Id(made)}", $$"""{"custom_fields": {{wrong}} }""")).Code);
        }

        var changed = await shop.Send(HttpMethod.Put, $"/api/v1/contacts/{Id(made)}", """{"custom_fields": {"size": null, "plan": "Free"} }""");
        Assert.False(changed.Body.GetProperty("custom_fields").TryGetProperty("size", out _));
        Assert.Equal("Free", changed.Body.GetProperty("custom_fields").GetProperty("plan").GetString());
        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, $"/api/v1/custom-fields/{Id(list)}")).Status);
        Assert.False((await shop.Send(HttpMethod.Get, $"/api/v1/contacts/{Id(made)}")).Body.GetProperty("custom_fields").TryGetProperty("plan", out _));
    }

    [Fact]
    public async Task An_older_change_of_a_linked_system_overwrites_nothing()
    {
        var shop = await TestApi.OfBusiness(App);
        var contact = Id(await shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "New", "external_updated_at": "2026-02-02T10:00:00Z"}"""));

        var older = await shop.Send(HttpMethod.Put, $"/api/v1/contacts/{contact}", """{"name": "Old", "external_updated_at": "2026-02-01T10:00:00Z"}""");

        Assert.Equal((409, "contact_newer"), (older.Status, older.Code));
        Assert.Equal("New", Text(await shop.Send(HttpMethod.Get, $"/api/v1/contacts/{contact}"), "name"));
    }

    [Fact]
    public async Task Notes_are_written_read_and_removed()
    {
        var shop = await TestApi.OfBusiness(App);
        var contact = Id(await shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Ana"}"""));

        var note = await shop.Send(HttpMethod.Post, $"/api/v1/contacts/{contact}/notes", """{"text": "Likes to be called in the morning"}""");

        Assert.Equal(201, note.Status);
        Assert.Equal([Id(note)], await Ids(shop, $"/{contact}/notes"));
        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, $"/api/v1/contacts/{contact}/notes/{Id(note)}")).Status);
        Assert.Equal("note_not_found", (await shop.Send(HttpMethod.Delete, $"/api/v1/contacts/{contact}/notes/{Id(note)}")).Code);
        Assert.Empty(await Ids(shop, $"/{contact}/notes"));
    }

    [Fact]
    public async Task A_note_that_is_put_back_is_of_who_wrote_it()
    {
        var team = await Team.In(App);
        var (ann, bea) = ((await team.Caller(await team.GivenPerson("ann", "supervisor")))!, (await team.Caller(await team.GivenPerson("bea", "supervisor")))!);
        var contact = (await team.With((ContactEdits edits) => edits.AddAsync(ann, new ContactEdit("Customer"), Cancellation))).Id;
        await team.With((ContactNotes notes) => notes.AddAsync(ann, contact, "Pays in cash", Cancellation));
        var note = Assert.Single((await team.With((ContactNotes notes) => notes.PageAsync(ann, contact, null, 10, Cancellation))).Items);

        var removed = await team.With((ContactNotes notes) => notes.RemoveAsync(bea, contact, note.Id, Cancellation));
        await team.With((ContactNotes notes) => notes.RestoreAsync(bea, removed, Cancellation));

        var back = Assert.Single((await team.With((ContactNotes notes) => notes.PageAsync(ann, contact, null, 10, Cancellation))).Items);
        Assert.Equal(("Pays in cash", note.AuthorId, note.CreatedAt), (back.Text, back.AuthorId, back.CreatedAt));
    }

    [Fact]
    public async Task An_export_holds_no_formula()
    {
        var shop = await TestApi.OfBusiness(App);
        await shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "=HYPERLINK(\"https://evil.example\")", "phone": "15550100142"}""");

        var lines = (await shop.Text("/api/v1/contacts/export")).Split("\r\n");

        Assert.StartsWith("\"id\",\"name\",\"first_name\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"'=HYPERLINK(\"\"https://evil.example\"\")\"", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sees_only_a_department_sees_the_contacts_of_its_conversations_and_those_of_their_own_making()
    {
        var team = await Team.In(App);
        await team.GivenRole("Narrow", """{"conversations.read": "department", "conversations.reply": "department", "conversations.start": "all", "contacts.read": "department", "contacts.write": "department"}""");
        var sales = await team.GivenDepartment("Sales", await team.GivenPerson("ann", "Narrow"));
        var (orders, repairs) = (await App.GivenWhatsApp(team.Tenant), await App.GivenWhatsApp(team.Tenant));
        Assert.Equal(200, (await team.Api.Send(HttpMethod.Put, $"/api/v1/channels/{orders.ChannelId}", $$"""{"department_id": {{sales}}}""")).Status);
        var ann = await team.SignedIn("ann");
        await orders.DeliverText("15550100142", "Where is my parcel?");
        await repairs.DeliverText("15550100143", "It is broken");
        await App.InboundIsIdle();

        var made = await ann.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "By Ann"}""");

        Assert.Equal(["By Ann", "Customer 0142"], (await ann.Send(HttpMethod.Get, "/api/v1/contacts")).Body.GetProperty("items").EnumerateArray().Select(Name));
        var other = (await Ids(team.Api, "?phone=15550100143")).Single();
        Assert.Equal("contact_not_found", (await ann.Send(HttpMethod.Get, $"/api/v1/contacts/{other}")).Code);
        Assert.Equal("contact_not_found", (await ann.Send(HttpMethod.Put, $"/api/v1/contacts/{other}", """{"name": "x"}""")).Code);
        Assert.Equal("contact_not_found", (await ann.Send(HttpMethod.Post, "/api/v1/conversations", $$"""{"channel": "{{repairs.ChannelId}}", "contact_id": {{other}}}""")).Code);
        Assert.Equal(200, (await ann.Send(HttpMethod.Put, $"/api/v1/contacts/{Id(made)}", """{"name": "Changed"}""")).Status);
        Assert.Equal("forbidden", (await ann.Send(HttpMethod.Delete, $"/api/v1/contacts/{Id(made)}")).Code);
    }

    [Fact]
    public async Task A_deleted_contact_is_back_when_the_person_writes()
    {
        var number = await App.GivenWhatsApp();
        await number.DeliverText("15550100142", "Hello");
        await App.InboundIsIdle();
        await App.InBusiness(1, db => db.Set<Contact>().ExecuteUpdateAsync(set => set.SetProperty(contact => contact.DeletedAt, App.Clock.GetUtcNow().UtcDateTime), Cancellation));

        await number.DeliverText("15550100142", "Are you there?");
        await App.InboundIsIdle();

        Assert.Null((await App.InBusiness(1, db => db.Set<Contact>().SingleAsync(Cancellation))).DeletedAt);
        Assert.Equal(2, Assert.Single(await App.Conversations()).Messages.Count);
    }

    private static long Id(Answer answer) => answer.Body.GetProperty("id").GetInt64();

    private static string? Name(JsonElement item) => item.GetProperty("name").GetString();

    private static string? Text(Answer answer, string field) => answer.Body.GetProperty(field).GetString();

    private static async Task<IEnumerable<long>> Ids(TestApi api, string query)
        => (await api.Send(HttpMethod.Get, $"/api/v1/contacts{query}")).Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()).ToList();
}
