using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Conversations;
using Inbox.Media;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

public sealed class SendKindsOnSqlite() : SendKindsTests(TestDatabase.Sqlite);

public sealed class SendKindsOnPostgreSql() : SendKindsTests(TestDatabase.PostgreSql);

/// <summary>Everything that can be sent, from the API to the platform's stand-in, which checks each request like the platform.</summary>
public abstract class SendKindsTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";

    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3, 4];

    private TestApi _api = null!;
    private Channel _channel = null!;

    private Outgoing Out => new(App);

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Sandbox:SentMilliseconds"] = "20",
            ["Inbox:Sandbox:DeliveredMilliseconds"] = "20",
            ["Inbox:Sandbox:ReadMilliseconds"] = "20",
            ["Inbox:Outbound:PollSeconds"] = "0.2",
            ["Inbox:Media:LargestMegabytes"] = "2",
        },
    };

    [Theory]
    [InlineData("""{"text_content": "Hello"}""", "text", "Hello")]
    [InlineData("""{"type": "text", "text_content": "Hello"}""", "text", "Hello")]
    [InlineData("""{"text_content": "When?", "interactive": {"kind": "buttons", "buttons": [{"id": "a", "title": "Monday"}, {"id": "b", "title": "Tuesday"}]}}""", "interactive", "When? [Monday | Tuesday]")]
    [InlineData("""{"text_content": "Which?", "interactive": {"kind": "list", "list_button": "Open", "header": "Hair", "sections": [{"rows": [{"id": "a", "title": "Cut", "description": "30 minutes"}]}]}}""", "interactive", "Which? [Cut]")]
    [InlineData("""{"text_content": "Book", "interactive": {"kind": "link", "link": {"title": "Book here", "url": "https://salon.example/"}}}""", "interactive", "Book [Book here]")]
    [InlineData("""{"text_content": "Where are you?", "interactive": {"kind": "location_request"}}""", "interactive", "Where are you? []")]
    [InlineData("""{"location": {"latitude": 52.52, "longitude": 13.405, "name": "Salon"}}""", "location", "[location]")]
    [InlineData("""{"contacts": [{"name": "Ann Lee", "phones": [{"value": "+4930123"}]}]}""", "contacts", "[contacts]")]
    [InlineData("""{"template": {"name": "visit", "language": "en_US", "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ann"}]}]}}""", "template", "[template visit]")]
    public async Task What_the_channel_can_do_goes_out_and_is_shown(string body, string type, string seen)
    {
        var id = await Given();

        var sent = await _api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", body);

        Assert.Equal((201, type), (sent.Status, sent.Body.GetProperty("type").GetString()));
        await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), MessageStatus.Read);
        Assert.Equal(seen, Assert.Single(App.Services.GetRequiredService<SandboxSends>().Of(_channel.Id)).Text);
        var shown = await _api.Send(HttpMethod.Get, $"/api/v1/messages/{sent.Body.GetProperty("id").GetInt64()}");
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

        var answer = await _api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(field is null ? [] : [field], answer.Fields);
        Assert.Equal(0, await App.InBusiness(_channel.TenantId, db => db.Set<Message>().CountAsync(message => message.Direction == MessageDirection.Outbound, Cancellation)));
    }

    [Fact]
    public async Task An_uploaded_picture_goes_out_with_its_text_and_can_be_sent_again()
    {
        var id = await Given();
        var file = await Uploaded(Png, "..\\photo.exe", "image/jpeg");
        Assert.Equal(("image", "image/png", "photo.exe", 12L), (Word(file, "kind"), Word(file, "mime_type"), Word(file, "file_name"), file.GetProperty("size").GetInt64()));

        foreach (var caption in new[] { "Look", "Look again" })
        {
            var sent = await _api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"media_id": {{file.GetProperty("id")}}, "text_content": "{{caption}}"}""");
            Assert.Equal((201, "image", "image/png"), (sent.Status, sent.Body.GetProperty("type").GetString(), sent.Body.GetProperty("media")[0].GetProperty("mime_type").GetString()));
            await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), MessageStatus.Read);
        }

        Assert.Equal(["[image] Look", "[image] Look again"], App.Services.GetRequiredService<SandboxSends>().Of(_channel.Id).Select(send => send.Text));
        var files = await App.InBusiness(_channel.TenantId, db => db.Set<MediaFile>().AsNoTracking().ToListAsync(Cancellation));
        Assert.Equal(2, files.Count);
        Assert.Single(files.Select(one => one.StorageKey).Distinct());
    }

    [Fact]
    public async Task A_link_hands_out_its_file_for_an_hour_to_whoever_holds_it()
    {
        await Given();
        var file = (await Uploaded(Png, "photo.png", "image/png")).GetProperty("id").GetInt64();
        var path = App.Services.GetRequiredService<MediaLinks>().PathOf(1, file);

        using var answer = await App.Http.GetAsync(path, Cancellation);
        Assert.Equal(Png, await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        using var forged = await App.Http.GetAsync($"{path}x", Cancellation);
        using var others = await App.Http.GetAsync(App.Services.GetRequiredService<MediaLinks>().PathOf(2, file), Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (forged.StatusCode, others.StatusCode));
    }

    [Fact]
    public async Task A_repeated_key_with_another_file_is_refused()
    {
        var id = await Given();
        var (one, other) = (await Uploaded(Png, "a.png", "image/png"), await Uploaded([.. Png, 5], "b.png", "image/png"));

        var sent = await Send(one);
        var again = await Send(one);
        var reused = await Send(other);

        Assert.Equal((201, 201), (sent.Status, again.Status));
        Assert.Equal(sent.Body.GetProperty("id").GetInt64(), again.Body.GetProperty("id").GetInt64());
        Assert.Equal((422, "idempotency_key_reused"), (reused.Status, reused.Code));

        Task<Answer> Send(JsonElement file)
            => _api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"media_id": {{file.GetProperty("id")}}}""", ("Idempotency-Key", "key-1"));
    }

    [Fact]
    public async Task A_file_that_the_channel_does_not_take_is_refused_and_kept()
    {
        var id = await Given();
        var file = await Uploaded("GIF89a....."u8.ToArray(), "a.gif", "image/gif");

        var answer = await _api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"media_id": {{file.GetProperty("id")}}}""");

        Assert.Equal((422, "media_type_refused"), (answer.Status, answer.Code));
        Assert.Equal(200, (await _api.Send(HttpMethod.Get, $"/api/v1/media/{file.GetProperty("id")}")).Status);
        var other = await TestApi.OfBusiness(App);
        Assert.Equal(404, (await other.Send(HttpMethod.Get, $"/api/v1/media/{file.GetProperty("id")}")).Status);
    }

    [Theory]
    [InlineData(2_000_001, "file", 413, "media_too_large")]
    [InlineData(0, "file", 422, "invalid_value")]
    [InlineData(10, "picture", 400, "invalid_body")]
    public async Task A_form_without_a_file_to_keep_is_refused(int bytes, string name, int status, string code)
    {
        await Given();
        var answer = await Upload(new byte[bytes], "a.bin", "application/octet-stream", name);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(0, await App.InBusiness(_channel.TenantId, db => db.Set<MediaFile>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task A_form_that_breaks_off_is_the_senders_mistake()
    {
        await Given();
        using var body = new StringContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf of it");
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");

        var answer = await _api.Send("/api/v1/media/upload", body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(0, await App.InBusiness(_channel.TenantId, db => db.Set<MediaFile>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task An_upload_larger_than_other_bodies_is_taken_with_a_key_too()
    {
        var id = await Given();
        using var content = new ByteArrayContent([.. Png, .. new byte[1_500_000]]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var form = new MultipartFormDataContent();
        form.Add(content, "file", "large.png");

        var answer = await _api.Send("/api/v1/media/upload", form, ("Idempotency-Key", "key-1"));

        Assert.Equal(201, answer.Status);
        Assert.Equal(201, (await _api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"type": "image", "media_id": {{answer.Body.GetProperty("id")}}}""")).Status);
        Assert.Equal((422, "invalid_value"), await Refusal($$"""{"type": "text", "media_id": {{answer.Body.GetProperty("id")}}}"""));

        async Task<(int, string?)> Refusal(string body)
        {
            var refused = await _api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", body);
            return (refused.Status, refused.Code);
        }
    }

    [Fact]
    public async Task An_upload_belongs_to_the_key_that_made_it()
    {
        await Given();
        var file = await Uploaded(Png, "a.png", "image/png");
        var made = await _api.Send(HttpMethod.Post, "/api/v1/api-keys", """{"name": "Other", "permissions": ["conversations.read", "conversations.reply"]}""");
        Assert.Equal(201, made.Status);
        var other = new TestApi(App, made.Body.GetProperty("key").GetString());

        Assert.Equal(404, (await other.Send(HttpMethod.Get, $"/api/v1/media/{file.GetProperty("id")}")).Status);
    }

    [Fact]
    public async Task A_closed_conversation_goes_on_while_the_customers_window_is_open()
    {
        var id = await Given();
        Assert.Equal(204, (await _api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/close")).Status);

        var first = await Send("key-1");
        var again = await Send("key-1");

        Assert.Equal((200, 200), (first.Status, again.Status));
        Assert.NotEqual(id, first.Body.GetProperty("message").GetProperty("conversation_id").GetInt64());
        Assert.Equal(first.Body.GetProperty("message").GetProperty("id").GetInt64(), again.Body.GetProperty("message").GetProperty("id").GetInt64());
        Assert.Single(App.Services.GetRequiredService<SandboxSends>().Of(_channel.Id));

        Task<Answer> Send(string key)
            => _api.Send(HttpMethod.Post, "/whatsapp/send/text", $$"""{"to": "{{Ann}}", "text": "One more thing"}""", ("Idempotency-Key", key));
    }

    [Fact]
    public async Task A_message_to_a_number_finds_its_conversation_and_tells_what_the_platform_said()
    {
        var id = await Given();

        var sent = await _api.Send(HttpMethod.Post, "/messages/send", $$"""{"customer_phone": "+1 (555) 010-0142", "text_content": "Hello!"}""");

        Assert.Equal(200, sent.Status);
        Assert.Equal(id, sent.Body.GetProperty("message").GetProperty("conversation_id").GetInt64());
        Assert.StartsWith("wamid.", sent.Body.GetProperty("whatsapp_response").GetProperty("messages")[0].GetProperty("id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_is_begun_with_by_a_template_only()
    {
        await Given();

        var text = await _api.Send(HttpMethod.Post, "/whatsapp/send/text?bot_id=1", """{"to": "4930987654", "text": "Hello!"}""");
        var conversations = await App.InBusiness(1, db => db.Set<Conversation>().CountAsync(Cancellation));
        var template = await _api.Send(HttpMethod.Post, "/whatsapp/send/template?bot_id=1", """{"to": "4930987654", "template_name": "hello_world", "language_code": "en_US"}""");

        Assert.Equal((409, "window_closed"), (text.Status, text.Code));
        Assert.Equal(1, conversations);   // nothing was begun that nothing was written in
        Assert.Equal(200, template.Status);
        Assert.Equal("[template hello_world]", Assert.Single(App.Services.GetRequiredService<SandboxSends>().Of(_channel.Id)).Text);
        var begun = await _api.Send(HttpMethod.Post, "/api/v1/conversations", """{"channel": "whatsapp", "customer_phone": "4930987654"}""");
        Assert.Equal((200, template.Body.GetProperty("message").GetProperty("conversation_id").GetInt64()), (begun.Status, begun.Body.GetProperty("id").GetInt64()));
    }

    [Fact]
    public async Task Buttons_in_the_platforms_own_shape_are_taken_from_older_clients()
    {
        await Given();

        var sent = await _api.Send(
            HttpMethod.Post, "/whatsapp/send/interactive?bot_id=1",
            $$$$"""{"to": "{{{{Ann}}}}", "interactive": {"type": "button", "body": {"text": "Pick"}, "action": {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "A"}}]}}}""");

        Assert.Equal(200, sent.Status);
        Assert.Equal("Pick [A]", Assert.Single(App.Services.GetRequiredService<SandboxSends>().Of(_channel.Id)).Text);
    }

    [Fact]
    public async Task A_list_with_nothing_in_it_is_refused_in_the_platforms_shape_too()
    {
        await Given();
        var answer = await _api.Send(HttpMethod.Post, "/whatsapp/send/interactive", $$"""
            {"to": "{{Ann}}", "interactive": {"type": "button", "body": {"text": "Pick"}, "action": {"buttons": [null] } } }
            """);
        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("""{"channel": "whatsapp", "customer_phone": "4930987654"}""", 201, null)]
    [InlineData("""{"channel": "whatsapp"}""", 422, "invalid_value")]
    [InlineData("""{"channel": "whatsapp", "customer_phone": "abc"}""", 422, "invalid_value")]
    [InlineData("""{"channel": "telegram", "customer_phone": "4930987654"}""", 404, "channel_not_found")]
    [InlineData("""{"channel": "whatsapp", "contact_id": 424242}""", 404, "contact_not_found")]
    public async Task A_conversation_begins_with_somebody(string body, int status, string? code)
    {
        await Given();
        var answer = await _api.Send(HttpMethod.Post, "/api/v1/conversations", body);
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    /// <returns>The conversation with Ann, who has just written.</returns>
    private async Task<long> Given()
    {
        _api = await TestApi.OfBusiness(App);
        _channel = await App.InBusiness(1, db => App.Services.GetRequiredService<SandboxChannels>().AddAsync(db, 1, "WhatsApp", Cancellation));
        await App.Services.GetRequiredService<MetaSandbox>().WriteAsync(_channel, Ann, "Ann", "Hi", Cancellation);
        return (await Eventually.Async(() => App.InBusiness(1, db => db.Set<Conversation>().AsNoTracking().SingleOrDefaultAsync(Cancellation)))).Id;
    }

    private async Task<JsonElement> Uploaded(byte[] bytes, string name, string type)
    {
        var answer = await Upload(bytes, name, type);
        Assert.Equal((201, $"/api/v1/media/{answer.Body.GetProperty("id")}"), (answer.Status, answer.Header("Location")));
        Assert.Equal(200, (await _api.Send(HttpMethod.Get, answer.Header("Location")!)).Status);
        return answer.Body;
    }

    private async Task<Answer> Upload(byte[] bytes, string name, string type, string part = "file")
    {
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var form = new MultipartFormDataContent();
        form.Add(content, part, name);
        return await _api.Send("/api/v1/media/upload", form);
    }

    private static string? Word(JsonElement json, string name) => json.GetProperty(name).GetString();
}
