using System.Text.Json;
using Inbox.Contacts;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Conversations.Timeline;

public sealed class ContactTimelineTestsOnSqlite() : ContactTimelineTests(TestDatabase.Sqlite);

public sealed class ContactTimelineTestsOnPostgreSql() : ContactTimelineTests(TestDatabase.PostgreSql);

public abstract class ContactTimelineTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";

    private Team _team = null!;
    private WhatsAppNumber _orders = null!, _repairs = null!;

    [Fact]
    public async Task Messages_notes_consents_and_changes_stand_in_one_order_newest_first()
    {
        var id = await Given();
        await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{id}/notes", """{"text": "Pays in cash"}""");
        await _team.Api.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", """{"name": "Ann of the bakery"}""");
        await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{id}/opt-in", """{"words": "On the phone"}""");
        await _team.Api.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", """{"tags": ["VIP"]}""");

        var all = await Timeline(_team.Api, id);

        Assert.Equal(["change", "consent", "change", "note", "message", "message"], all.Select(Kind));
        Assert.Equal(("tagged", "", "VIP"), Change(all[0]));
        Assert.Equal("On the phone", all[1].GetProperty("consent").GetProperty("words").GetString());
        Assert.Equal(("changed", "Customer 0142", "Ann of the bakery"), Change(all[2]));
        Assert.Equal("Pays in cash", all[3].GetProperty("note").GetProperty("text").GetString());
        Assert.Equal(["It is broken", "Where is my parcel?"], all[4..].Select(Text));
        Assert.Equal(["whatsapp", "whatsapp"], all[4..].Select(entry => entry.GetProperty("channel").GetString()));
    }

    [Fact]
    public async Task Pages_show_everything_once_also_what_happened_at_one_moment()
    {
        var id = await Given();
        var now = App.Clock.GetUtcNow().UtcDateTime;
        await App.InBusiness(_team.Tenant, async db =>
        {
            db.AddRange(Enumerable.Range(0, 6).Select(number => new ContactNote { TenantId = _team.Tenant, ContactId = id, Text = $"Note {number}", CreatedAt = now }));
            db.AddRange(Enumerable.Range(0, 6).Select(number => new ContactConsent { TenantId = _team.Tenant, ContactId = id, IsIn = true, At = now, Source = ConsentSources.Person, Words = $"Words {number}" }));
            return await db.SaveChangesAsync(Cancellation);
        });
        var whole = (await Timeline(_team.Api, id)).Select(entry => entry.GetRawText()).ToList();

        List<string> seen = [];
        var next = "";
        do
        {
            var page = (await _team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{id}/timeline?limit=5{next}")).Body;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(entry => entry.GetRawText()));
            next = page.GetProperty("next_cursor").GetString() is { } cursor ? $"&cursor={cursor}" : null;
        }
        while (next is not null);

        Assert.Equal(14, whole.Count);
        Assert.Equal(whole, seen);
    }

    [Fact]
    public async Task It_is_searched_by_words_and_narrowed_to_a_kind()
    {
        var id = await Given();
        await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{id}/notes", """{"text": "Her PARCEL goes to the neighbour"}""");
        await _team.Api.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", """{"name": "Parcel Ann"}""");

        Assert.Equal(["change", "note", "message"], (await Timeline(_team.Api, id, "?q=parcel")).Select(Kind));
        Assert.Equal(["note"], (await Timeline(_team.Api, id, "?q=parcel&kind=note")).Select(Kind));
        Assert.Equal(["message", "message"], (await Timeline(_team.Api, id, "?kind=message")).Select(Kind));
        Assert.Equal((400, "invalid_value"), Said(await _team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{id}/timeline?kind=dream")));
        Assert.Equal((400, "invalid_cursor"), Said(await _team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{id}/timeline?cursor=!")));
    }

    [Fact]
    public async Task Who_sees_only_a_department_reads_the_messages_of_its_conversations()
    {
        var id = await Given();
        await _team.GivenRole("Narrow", """{"conversations.read": "department", "contacts.read": "department"}""");
        await _team.GivenRole("Without", """{"contacts.read": "all"}""");
        var sales = await _team.GivenDepartment("Sales", await _team.GivenPerson("ann", "Narrow"));
        await _team.GivenPerson("bea", "Without");
        await _team.GivenPerson("eve", "Narrow");
        var conversation = (await _team.Api.Send(HttpMethod.Get, "/api/v1/conversations")).Body.GetProperty("items").EnumerateArray().Single(row => row.GetProperty("channel_id").GetInt64() == _orders.ChannelId).GetProperty("id").GetInt64();
        await _team.Api.Send(HttpMethod.Patch, $"/api/v1/conversations/{conversation}", $$"""{"department_id": {{sales}}}""");

        Assert.Equal(["Where is my parcel?"], (await Timeline(await _team.SignedIn("ann"), id, "?kind=message")).Select(Text));
        Assert.Empty(await Timeline(await _team.SignedIn("bea"), id, "?kind=message"));
        Assert.Equal((404, "contact_not_found"), Said(await (await _team.SignedIn("eve")).Send(HttpMethod.Get, $"/api/v1/contacts/{id}/timeline")));
    }

    [Fact]
    public async Task What_became_part_of_a_contact_tells_its_part()
    {
        var id = await Given();
        var other = (await _team.Api.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Anna"}""")).Body.GetProperty("id").GetInt64();
        await _team.Api.Send(HttpMethod.Put, $"/api/v1/contacts/{other}", """{"language": "de"}""");

        var merge = (await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{id}/merge", $$"""{"contact_id": {{other}}}""")).Body.GetProperty("merge_id").GetInt64();

        var merged = await Timeline(_team.Api, id, "?kind=change");
        Assert.Equal(["merged", "changed", "created"], merged.Select(entry => entry.GetProperty("change").GetProperty("action").GetString()));
        Assert.Equal("Anna", merged[0].GetProperty("change").GetProperty("other").GetString());
        await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{id}/merges/{merge}/undo");
        Assert.Equal(["unmerged", "merged"], (await Timeline(_team.Api, id, "?kind=change")).Select(entry => entry.GetProperty("change").GetProperty("action").GetString()));
    }

    /// <returns>Ann, who wrote to two numbers.</returns>
    private async Task<long> Given()
    {
        _team = await Team.In(App);
        (_orders, _repairs) = (await App.GivenWhatsApp(_team.Tenant), await App.GivenWhatsApp(_team.Tenant));
        await _team.Api.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "VIP"}""");
        await _orders.DeliverMessage(WhatsAppJson.Text(Ann, "Where is my parcel?", at: App.Clock.GetUtcNow().AddMinutes(-2)));
        await _repairs.DeliverMessage(WhatsAppJson.Text(Ann, "It is broken", at: App.Clock.GetUtcNow().AddMinutes(-1)));
        await App.InboundIsIdle();
        return await App.InBusiness(_team.Tenant, db => db.Set<Contact>().Select(contact => contact.Id).SingleAsync(Cancellation));
    }

    private static async Task<List<JsonElement>> Timeline(TestApi api, long id, string query = "")
    {
        var answer = await api.Send(HttpMethod.Get, $"/api/v1/contacts/{id}/timeline{query}");
        Assert.Equal(200, answer.Status);
        return [.. answer.Body.GetProperty("items").EnumerateArray()];
    }

    private static string? Kind(JsonElement entry) => entry.GetProperty("kind").GetString();

    private static string? Text(JsonElement entry) => entry.GetProperty("message").GetProperty("text_content").GetString();

    private static (string?, string?, string?) Change(JsonElement entry)
    {
        var change = entry.GetProperty("change");
        var field = Assert.Single(change.GetProperty("fields").EnumerateArray());
        return (change.GetProperty("action").GetString(), field.GetProperty("before").GetString(), field.GetProperty("after").GetString());
    }

    private static (int, string?) Said(Answer answer) => (answer.Status, answer.Code);
}
