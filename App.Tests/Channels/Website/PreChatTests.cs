using System.Text.Json;

namespace Inbox.Tests.Channels.Website;

public sealed class PreChatTestsOnSqlite() : PreChatTests(TestDatabase.Sqlite);

public sealed class PreChatTestsOnPostgreSql() : PreChatTests(TestDatabase.PostgreSql);

/// <summary>What a visitor is asked before the first message: set by the business, answered with the message, kept with the contact.</summary>
public abstract class PreChatTests(TestDatabase database) : AppTests(database)
{
    private const string Form = """
        , "pre_chat": {"show": "always", "fields": [
            {"key": "name", "kind": "name"},
            {"key": "email", "kind": "email", "required": true},
            {"key": "call_me", "kind": "phone"},
            {"key": "plan", "kind": "list", "labels": {"en": "Your plan"}, "choices": ["Small", "Large"]},
            {"key": "order_no", "kind": "text", "labels": {"en": "Order number", "de": "Bestellnummer"} },
            {"key": "privacy", "kind": "consent", "required": true, "labels": {"en": "I agree that you keep this."} }]}
        """;

    private const string Answers = """{"name": "Ann", "email": "Ann@Example.com", "call_me": "+49 30 1234567", "plan": "Large", "order_no": "A-17", "privacy": true}""";

    [Fact]
    public async Task The_answers_come_with_the_first_message_and_go_to_the_contact()
    {
        var widget = await Widget.Given(App, Form);
        await widget.Owner.Send(HttpMethod.Post, "/api/v1/custom-fields", """{"key": "order_no", "name": "Order number", "kind": "text"}""");
        await widget.Owner.Send(HttpMethod.Post, "/api/v1/custom-fields", """{"key": "plan", "name": "Plan", "kind": "number"}""");
        var visitor = await widget.Visitor();

        var sent = await Write(visitor, "key-00001", "Where is it?", Answers);

        Assert.Equal(202, sent.Status);
        var message = Assert.Single(await widget.Messages());
        var said = message.GetProperty("content").GetProperty("form").GetProperty("values");
        Assert.Equal("Where is it?", message.GetProperty("text_content").GetString());
        Assert.Equal(
            ["Name: Ann", "E-mail: Ann@Example.com", "Phone: +49 30 1234567", "Your plan: Large", "Order number: A-17", "I agree that you keep this.: I agree that you keep this."],
            said.EnumerateObject().Select(answer => $"{answer.Name}: {answer.Value}"));
        var contact = await Contact(widget);
        Assert.Equal(("Ann", "ann@example.com"), (contact.GetProperty("name").GetString(), contact.GetProperty("email").GetString()));
        // Nobody has checked the number, and the plan takes numbers only: both stand in the message.
        Assert.Equal(JsonValueKind.Null, contact.GetProperty("phone").ValueKind);
        Assert.Equal("""{"order_no":"A-17"}""", contact.GetProperty("custom_fields").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("Where is it?", Assert.Single(await Widget.History(visitor)).GetProperty("text").GetString());
    }

    [Fact]
    public async Task An_answer_changes_nothing_that_is_known()
    {
        var widget = await Widget.Given(App, Form);
        var visitor = await widget.Visitor();
        await Write(visitor, "key-00001", "Hi", Answers);
        await App.InboundIsIdle();
        var contact = await Contact(widget);
        await widget.Owner.Send(HttpMethod.Put, $"/api/v1/contacts/{contact.GetProperty("id")}", """{"name": "Ann Miller", "email": "ann@miller.example"}""");

        await Write(visitor, "key-00002", "Hi again", """{"name": "Eve", "email": "eve@example.com", "privacy": true}""");

        await App.InboundIsIdle();
        contact = await Contact(widget);
        Assert.Equal(("Ann Miller", "ann@miller.example"), (contact.GetProperty("name").GetString(), contact.GetProperty("email").GetString()));
    }

    [Fact]
    public async Task A_file_may_be_the_first_message_and_brings_the_answers_along()
    {
        var widget = await Widget.Given(App, Form);
        var visitor = await widget.Visitor();

        Assert.Equal(202, (await Widget.Attach(visitor, "key-00001", "%PDF-1.7"u8.ToArray(), "order.pdf", "application/pdf", Answers)).Status);

        var message = Assert.Single(await widget.Messages());
        Assert.Equal("document", message.GetProperty("type").GetString());
        Assert.Equal("A-17", message.GetProperty("content").GetProperty("form").GetProperty("values").GetProperty("Order number").GetString());
        Assert.Equal("Ann", (await Contact(widget)).GetProperty("name").GetString());
        var broken = await Widget.Attach(visitor, "key-00002", "%PDF-1.7"u8.ToArray(), "order.pdf", "application/pdf", "[1");
        Assert.Equal((400, "invalid_body"), (broken.Status, broken.Code));
    }

    [Theory]
    [InlineData("""{"email": "no-mail", "privacy": true}""", "answers.email", "e-mail address")]
    [InlineData("""{"privacy": true}""", "answers.email", "missing")]
    [InlineData("""{"email": "a@example.com"}""", "answers.privacy", "agreed")]
    [InlineData("""{"email": "a@example.com", "privacy": "yes"}""", "answers.privacy", "true")]
    [InlineData("""{"email": "a@example.com", "privacy": true, "call_me": "call me"}""", "answers.call_me", "phone number")]
    [InlineData("""{"email": "a@example.com", "privacy": true, "plan": "Huge"}""", "answers.plan", "choices")]
    [InlineData("""{"email": "a@example.com", "privacy": true, "shoe": "44"}""", "answers.shoe", "no such field")]
    public async Task An_answer_that_cannot_be_is_refused_with_a_sentence(string answers, string field, string says)
    {
        var widget = await Widget.Given(App, Form);

        var answer = await Write(await widget.Visitor(), "key-00001", "Hi", answers);

        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Fields);
        Assert.Contains(says, answer.Body.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_message_without_answers_is_refused_as_an_empty_form_would_be()
    {
        var widget = await Widget.Given(App, Form);
        var visitor = await widget.Visitor();

        foreach (var refused in new[] { await Plain(visitor, "key-00001"), await Widget.Attach(visitor, "key-00002", "%PDF-1.7"u8.ToArray(), "order.pdf", "application/pdf") })
        {
            Assert.Equal((422, "invalid_value"), (refused.Status, refused.Code));
            Assert.Equal(["answers.email", "answers.privacy"], refused.Fields);
        }

        Assert.Equal(202, (await Write(visitor, "key-00001", "Hi", Answers)).Status);
        // Also while the first one is still on its way.
        Assert.Equal(202, (await Plain(visitor, "key-00002")).Status);
        await App.InboundIsIdle();
        Assert.Equal(202, (await Plain(visitor, "key-00003")).Status);
    }

    [Fact]
    public async Task What_the_page_has_said_already_need_not_be_answered()
    {
        var widget = await Widget.Given(App, Form);
        var visitor = await widget.Visitor();
        await visitor.Send(HttpMethod.Put, "/api/v1/widget/visitor", """{"name": "Ann", "email": "ann@example.com"}""");

        Assert.Equal(202, (await Write(visitor, "key-00001", "Hi", """{"privacy": true}""")).Status);

        await App.InboundIsIdle();
        var contact = await Contact(widget);
        Assert.Equal(("Ann", "ann@example.com"), (contact.GetProperty("name").GetString(), contact.GetProperty("email").GetString()));
    }

    [Theory]
    [InlineData("""{"pre_chat": {"show": "sometimes", "fields": []}}""", "pre_chat.show")]
    [InlineData("""{"pre_chat": {"show": "always", "fields": [{"key": "a", "kind": "colour"}]}}""", "pre_chat.fields.0.kind")]
    [InlineData("""{"pre_chat": {"show": "always", "fields": [{"key": "A b", "kind": "text", "labels": {"en": "A"}}]}}""", "pre_chat.fields.0.key")]
    [InlineData("""{"pre_chat": {"show": "always", "fields": [{"key": "a", "kind": "text"}]}}""", "pre_chat.fields.0.labels")]
    [InlineData("""{"pre_chat": {"show": "always", "fields": [{"key": "a", "kind": "list", "labels": {"en": "A"}}]}}""", "pre_chat.fields.0.choices")]
    [InlineData("""{"pre_chat": {"show": "always", "fields": [{"key": "x", "kind": "name"}, {"key": "y", "kind": "name"}]}}""", "pre_chat.fields")]
    [InlineData("""{"pre_chat": {"show": "always", "fields": [{"key": "name", "kind": "text", "labels": {"en": "A"}}]}}""", "pre_chat.fields.0.key")]
    [InlineData("""{"pre_chat": {"show": 1}}""", "pre_chat")]
    [InlineData("""{"pre_chat": "always"}""", "pre_chat")]
    [InlineData("""{"texts": {"Not a tag": {"greeting": "Hi"}}}""", "texts")]
    [InlineData("""{"texts": {"en": null}}""", "texts.en")]
    [InlineData("""{"articles": [{"title": "", "url": "https://a.example"}]}""", "articles.0.title")]
    [InlineData("""{"articles": [{"title": "A", "url": "javascript:alert(1)"}]}""", "articles.0.url")]
    [InlineData("""{"articles": [null]}""", "articles.0.title")]
    [InlineData("""{"side": "top"}""", "side")]
    public async Task A_setting_that_cannot_be_is_refused_with_its_field(string settings, string field)
    {
        var widget = await Widget.Given(App);

        var answer = await widget.Owner.Send(HttpMethod.Put, widget.Path, $$"""{"settings": {{settings}} }""");

        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Fields);
    }

    [Fact]
    public async Task What_is_set_is_what_the_widget_reads()
    {
        var widget = await Widget.Given(App, Form + """, "side": "left", "texts": {"de": {"greeting": "Moin", "offline": " "}, "fr": {} }, "articles": [{"title": " Returns ", "url": "https://shop.example/returns"}] """);

        var settings = await widget.Settings();

        Assert.Equal(("left", "Moin"), (settings.GetProperty("side").GetString(), settings.GetProperty("texts").GetProperty("de").GetProperty("greeting").GetString()));
        Assert.False(settings.GetProperty("texts").TryGetProperty("fr", out _));
        Assert.Equal("Returns", settings.GetProperty("articles")[0].GetProperty("title").GetString());
        Assert.Equal(6, settings.GetProperty("pre_chat").GetProperty("fields").GetArrayLength());
        Assert.Equal(200, (await widget.Owner.Send(HttpMethod.Put, widget.Path, """{"settings": {"pre_chat": null, "articles": []} }""")).Status);
        settings = await widget.Settings();
        Assert.Equal((JsonValueKind.Null, 0), (settings.GetProperty("pre_chat").ValueKind, settings.GetProperty("articles").GetArrayLength()));
        Assert.Equal("left", settings.GetProperty("side").GetString());
    }

    private static Task<Answer> Plain(TestApi visitor, string key) => visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", $$"""{"client_key": "{{key}}", "text": "Hi"}""");

    private static Task<Answer> Write(TestApi visitor, string key, string text, string answers)
        => visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", $$"""{"client_key": "{{key}}", "text": "{{text}}", "answers": {{answers}} }""");

    private static async Task<JsonElement> Contact(Widget widget)
        => Assert.Single((await widget.Owner.Send(HttpMethod.Get, "/api/v1/contacts")).Body.GetProperty("items").EnumerateArray());
}
