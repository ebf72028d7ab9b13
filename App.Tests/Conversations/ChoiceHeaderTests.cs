using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Conversations;

namespace Inbox.Tests.Conversations;

public sealed class ChoiceHeaderTestsOnSqlite() : ChoiceHeaderTests(TestDatabase.Sqlite);

public sealed class ChoiceHeaderTestsOnPostgreSql() : ChoiceHeaderTests(TestDatabase.PostgreSql);

/// <summary>A file above buttons, and forms of the platform.</summary>
public abstract class ChoiceHeaderTests(TestDatabase database) : SandboxConversation(database)
{
    private const string Buttons = """{"kind": "buttons", "buttons": [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]}""";

    [Fact]
    public async Task A_file_stands_above_buttons_and_is_one_message_with_them()
    {
        var (conversation, file) = await GivenFile();

        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""{"text_content": "Does it suit you?", "media_id": {{file}}, "interactive": {{Buttons}}}""");

        Assert.Equal((201, "interactive"), (sent.Status, sent.Body.GetProperty("type").GetString()));
        Assert.Equal("document", Assert.Single(sent.Body.GetProperty("media").EnumerateArray()).GetProperty("kind").GetString());
        await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), MessageStatus.Read);
        Assert.Equal("[document] Does it suit you? [Yes | No]", Assert.Single(Taken).Text);
    }

    [Theory]
    [InlineData("""{"kind": "list", "list_button": "Open", "sections": [{"rows": [{"id": "a", "title": "Cut"}]}]}""", "unsupported_by_channel", "media_id")]
    [InlineData("""{"kind": "location_request"}""", "unsupported_by_channel", "media_id")]
    [InlineData("""{"kind": "buttons", "header": "Your visit", "buttons": [{"id": "yes", "title": "Yes"}]}""", "invalid_value", "interactive.header")]
    public async Task No_file_stands_above_what_has_no_room_for_it(string interactive, string code, string field)
    {
        var (conversation, file) = await GivenFile();

        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""{"text_content": "Does it suit you?", "media_id": {{file}}, "interactive": {{interactive}}}""");

        Assert.Equal((422, code, field), (sent.Status, sent.Code, Assert.Single(sent.Fields)));
    }

    [Fact]
    public async Task The_platforms_own_shape_has_such_a_header_too()
    {
        var (_, file) = await GivenFile();

        Assert.Equal(200, (await Send($$$"""{"type": "button", "header": {"type": "document", "document": {"id": {{{file}}}, "filename": "plan.pdf"}}, "body": {"text": "OK?"}, "action": {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "A"} }] } }""")).Status);

        Assert.Equal("[document] OK? [A]", Assert.Single(Taken).Text);
        foreach (var header in new[] { """{"type": "image"}""", """{"type": "text"}""", $$$"""{"type": "image", "document": {"id": {{{file}}} } }""", """{"type": "document", "document": {}}""", """{"type": "sound", "text": "A"}""" })
        {
            var refused = await Send($$$"""{"type": "button", "header": {{{header}}}, "body": {"text": "OK?"}, "action": {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "A"} }] } }""");
            Assert.Equal((422, "invalid_value", "interactive.header"), (refused.Status, refused.Code, Assert.Single(refused.Fields)));
        }
    }

    [Fact]
    public async Task A_form_of_the_platform_is_a_button_that_opens_it()
    {
        await Given();

        var sent = await Send(
            """{"type": "flow", "body": {"text": "Book a table"}, "action": {"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "1", "flow_token": "t", "flow_cta": "Open", "flow_action": "navigate", "flow_action_payload": {"screen": "TABLE"}}}}""");

        Assert.Equal(200, sent.Status);
        Assert.Equal("Book a table [Open]", Assert.Single(Taken).Text);
        var form = sent.Body.GetProperty("message").GetProperty("content").GetProperty("interactive").GetProperty("form");
        Assert.Equal(("Open", "1", "TABLE"), (form.GetProperty("title").GetString(), form.GetProperty("id").GetString(), form.GetProperty("screen").GetString()));
        Assert.Equal(422, (await Send("""{"type": "flow", "body": {"text": "Book"}, "action": {"name": "flow", "parameters": {"flow_cta": "Open"}}}""")).Status);
        Assert.Equal(422, (await Send("""{"type": "flow", "body": {"text": "Book"}, "action": {"name": "flow", "parameters": {"flow_cta": "Open", "flow_id": "1", "flow_action": "jump"}}}""")).Status);
    }

    private Task<Answer> Send(string interactive) => Api.Send(HttpMethod.Post, "/whatsapp/send/interactive", $$"""{"to": "{{Ann}}", "interactive": {{interactive}}}""");

    private async Task<(long Conversation, long File)> GivenFile()
    {
        var conversation = await Given();
        using var content = new ByteArrayContent("%PDF-1.4\n%%EOF"u8.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/pdf") } };
        using var form = new MultipartFormDataContent();
        form.Add(content, "file", "plan.pdf");
        var uploaded = await Api.Send("/api/v1/media/upload", form);
        Assert.Equal(JsonValueKind.Number, uploaded.Body.GetProperty("id").ValueKind);
        return (conversation, uploaded.Body.GetProperty("id").GetInt64());
    }
}
