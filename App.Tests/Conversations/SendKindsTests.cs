using System.Text.Json;
using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Conversations;

public sealed class SendKindsOnSqlite() : SendKindsTests(TestDatabase.Sqlite);

public sealed class SendKindsOnPostgreSql() : SendKindsTests(TestDatabase.PostgreSql);

/// <summary>Everything that can be sent, from the API to the platform.</summary>
public abstract class SendKindsTests(TestDatabase database) : SandboxConversation(database)
{
    [Theory]
    [InlineData("""{"text_content": "Hello"}""", "text", "Hello")]
    [InlineData("""{"type": "text", "text_content": "Hello"}""", "text", "Hello")]
    [InlineData("""{"text_content": "When?", "interactive": {"kind": "buttons", "buttons": [{"id": "a", "title": "Monday"}, {"id": "b", "title": "Tuesday"}]}}""", "interactive", "When? [Monday | Tuesday]")]
    [InlineData("""{"text_content": "Which?", "interactive": {"kind": "list", "list_button": "Open", "header": "Hair", "sections": [{"rows": [{"id": "a", "title": "Cut", "description": "30 minutes"}]}]}}""", "interactive", "Which? [Cut]")]
    [InlineData("""{"text_content": "Book", "interactive": {"kind": "link", "link": {"title": "Book here", "url": "https://salon.example/"}}}""", "interactive", "Book [Book here]")]
    [InlineData("""{"text_content": "Where are you?", "interactive": {"kind": "location_request"}}""", "interactive", "Where are you? []")]
    [InlineData("""{"location": {"latitude": 52.52, "longitude": 13.405, "name": "Salon"}}""", "location", "[location]")]
    [InlineData("""{"contacts": [{"name": "Ann Lee", "phones": [{"value": "+4930123"}]}]}""", "contacts", "[contacts]")]
    [InlineData("""{"template": {"name": "hello_world", "language": "en_US", "components": []}}""", "template", "Hello World\nWelcome and congratulations!! This message demonstrates your ability to send a message template.\nWhatsApp Business Platform sample message")]
    public async Task What_theChannel_can_do_goes_out_and_is_shown(string body, string type, string seen)
    {
        var id = await Given();

        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", body);

        Assert.Equal((201, type), (sent.Status, sent.Body.GetProperty("type").GetString()));
        await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), MessageStatus.Read);
        Assert.Equal(seen, Assert.Single(Taken).Text);
        var shown = await Api.Send(HttpMethod.Get, $"/api/v1/messages/{sent.Body.GetProperty("id").GetInt64()}");
        Assert.Equal(["queued", "sending", "sent", "delivered", "read"], shown.Body.GetProperty("history").EnumerateArray().Select(change => change.GetProperty("status").GetString()).Distinct());
        var asked = JsonElement.Parse(body);
        foreach (var part in new[] { "interactive", "location", "contacts", "template" })
        {
            Assert.Equal(asked.TryGetProperty(part, out _), shown.Body.GetProperty("content") is { ValueKind: JsonValueKind.Object } content && content.TryGetProperty(part, out _));
        }
    }

    [Theory]
    [InlineData("""{}""", 422, "invalid_value", "text_content")]
    [InlineData("""{"text_content": " "}""", 422, "invalid_value", "text_content")]
    [InlineData("""{"type": "image", "text_content": "Hi"}""", 422, "invalid_value", "type")]
    [InlineData("""{"text_content": "Hi", "interactive": {"kind": "carousel"}}""", 422, "invalid_value", "interactive.kind")]
    [InlineData("""{"text_content": "Hi", "interactive": {"kind": "buttons"}}""", 422, "invalid_value", "interactive.kind")]
    [InlineData("""{"text_content": "Hi", "interactive": {"kind": "buttons", "buttons": []}}""", 422, "invalid_value", "interactive.buttons")]
    [InlineData("""{"text_content": "Hi", "interactive": {"kind": "buttons", "buttons": [{"id": "a", "title": "1"}, {"id": "a", "title": "2"}]}}""", 422, "invalid_value", "interactive.buttons.id")]
    [InlineData("""{"text_content": "Hi", "interactive": {"kind": "buttons", "buttons": [{"id": "a", "title": "A title of more than twenty"}]}}""", 422, "invalid_value", "interactive.buttons.title")]
    [InlineData("""{"text_content": "Hi", "interactive": {"kind": "buttons", "buttons": [null]}}""", 422, "invalid_value", "interactive.buttons")]
    [InlineData("""{"text_content": "Hi", "interactive": {"kind": "link", "link": {"title": "Go", "url": "javascript:alert(1)"}}}""", 422, "invalid_value", "interactive.link.url")]
    [InlineData("""{"text_content": "Hi", "interactive": {"kind": "list", "list_button": "Open", "sections": [{"rows": [{"id": "a", "title": "1"}]}, {"rows": [{"id": "b", "title": "2"}]}]}}""", 422, "invalid_value", "interactive.sections.title")]
    [InlineData("""{"interactive": {"kind": "location_request"}}""", 422, "invalid_value", "text_content")]
    [InlineData("""{"location": {"latitude": 91, "longitude": 0}}""", 422, "invalid_value", "location")]
    [InlineData("""{"text_content": "Hi", "location": {"latitude": 1, "longitude": 1}}""", 422, "invalid_value", "text_content")]
    [InlineData("""{"contacts": []}""", 422, "invalid_value", "contacts")]
    [InlineData("""{"contacts": [{"name": "Ann", "phones": [null]}]}""", 422, "invalid_value", "contacts")]
    [InlineData("""{"contacts": [{"name": ""}]}""", 422, "invalid_value", "contacts.name")]
    [InlineData("""{"location": {"latitude": 1, "longitude": 1}, "template": {"name": "a", "language": "en"}}""", 422, "invalid_value", "content")]
    [InlineData("""{"contacts": [{"name": "Ann", "birthday": "soon"}]}""", 422, "invalid_value", "contacts.birthday")]
    [InlineData("""{"type": "banana", "text_content": "Hi"}""", 422, "invalid_value", "type")]
    [InlineData("""{"template": {"name": "a", "language": "en", "components": {}}}""", 422, "invalid_value", "template.components")]
    [InlineData("""{"media_id": 424242}""", 404, "media_not_found", null)]
    public async Task What_it_cannot_do_is_refused_by_the_field(string body, int status, string code, string? field)
    {
        var id = await Given();

        var answer = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(field is null ? [] : [field], answer.Fields);
        Assert.Equal(0, await App.InBusiness(Channel.TenantId, db => db.Set<Message>().CountAsync(message => message.Direction == MessageDirection.Outbound, Cancellation)));
    }
}
