using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Channels.Sandbox;
using Inbox.Channels.Templates;
using Inbox.Data;
using Inbox.Tests.Access.People;
using Inbox.Tests.Conversations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Templates;

public sealed class TemplateTestsOnSqlite() : TemplateTests(TestDatabase.Sqlite);

public sealed class TemplateTestsOnPostgreSql() : TemplateTests(TestDatabase.PostgreSql);

/// <summary>Templates between the API, the rows here, and the platform's stand-in.</summary>
public abstract class TemplateTests(TestDatabase database) : SandboxConversation(database)
{
    private const string Address = "/api/v1/whatsapp/templates";

    private const string Visit = """
        {"name": "visit", "language": "en_US", "category": "utility", "components": [
            {"type": "BODY", "text": "Hello {{1}}, see you on {{2}}.", "example": {"body_text": [["Ann", "Monday"]]}},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}]}]}
        """;

    protected override TestAppOptions Options(TestAppOptions options) => base.Options(options) with
    {
        Settings = new Dictionary<string, string?>(base.Options(options).Settings) { ["Inbox:Sandbox:JudgedMilliseconds"] = "50" },
    };

    [Fact]
    public async Task All_templates_of_the_platform_are_read_page_by_page_and_what_is_gone_there_goes_here()
    {
        await Given();
        var platform = App.Services.GetRequiredService<SandboxTemplates>();
        for (var number = 100; number < 220; number++)
        {
            await platform.AddAsync(Channel, SandboxTemplate.First[0] with { Id = $"9000000000{number}", Name = $"many_{number}" });
        }

        var synced = await Api.Send(HttpMethod.Post, $"{Address}/sync");

        Assert.Equal((200, 126), (synced.Status, synced.Body.GetProperty("items")[0].GetProperty("templates").GetInt32()));
        Assert.Equal(126, (await All()).Count);
        var sale = Assert.Single((await Api.Send(HttpMethod.Get, $"{Address}?q=summer&status=rejected&category=marketing&channel_id={Channel.Id}")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal(("summer_sale", "INVALID_FORMAT"), (Text(sale, "name"), Text(sale, "reason")));

        await platform.RemoveAsync(Channel, "many_150", null);
        await Api.Send(HttpMethod.Post, $"{Address}/sync", $$"""{"channel_id": {{Channel.Id}}}""");
        Assert.Equal(125, (await All()).Count);
    }

    [Fact]
    public async Task A_template_that_is_handed_in_waits_until_the_platform_says_that_it_is_approved()
    {
        await Given();

        var made = await Api.Send(HttpMethod.Post, Address, Visit);

        Assert.Equal((201, "pending"), (made.Status, Text(made.Body, "status")));
        await Reaches(made, "approved");
        Assert.Equal((409, "template_exists"), Said(await Api.Send(HttpMethod.Post, Address, Visit)));
        Assert.Equal(204, (await Api.Send(HttpMethod.Delete, $"{Address}/{Id(made)}")).Status);
        Assert.Equal((404, "template_not_found"), Said(await Api.Send(HttpMethod.Get, $"{Address}/{Id(made)}")));
        Assert.Null(await App.Services.GetRequiredService<SandboxTemplates>().FindAsync(Channel, "visit", "en_US"));
    }

    [Fact]
    public async Task A_template_is_removed_by_its_name_too()
    {
        await Given();
        await Api.Send(HttpMethod.Post, $"{Address}/sync");

        Assert.Equal((400, "invalid_value"), Said(await Api.Send(HttpMethod.Delete, Address)));
        Assert.Equal((404, "template_not_found"), Said(await Api.Send(HttpMethod.Delete, $"{Address}?name=invoice&language=de")));
        Assert.Equal(204, (await Api.Send(HttpMethod.Delete, $"{Address}?name=invoice")).Status);

        Assert.DoesNotContain(await All(), template => Text(template, "name") == "invoice");
        Assert.Null(await App.Services.GetRequiredService<SandboxTemplates>().FindAsync(Channel, "invoice", "en_US"));
    }

    [Fact]
    public async Task One_that_the_platform_rejects_shows_why()
    {
        await Given();

        var made = await Api.Send(HttpMethod.Post, Address, Visit.Replace("\"visit\"", "\"reject_me\"", StringComparison.Ordinal));

        await Reaches(made, "rejected");
        Assert.Equal("INVALID_FORMAT", Text((await Api.Send(HttpMethod.Get, $"{Address}/{Id(made)}")).Body, "reason"));
    }

    [Fact]
    public async Task A_header_that_is_a_file_is_handed_in_with_a_sample()
    {
        await Given();
        const string WithPicture = """
            {"name": "picture", "language": "en_US", "category": "marketing", "components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look at this."}], "header_media_id": ID}
            """;
        Assert.Equal((404, "media_not_found"), Said(await Api.Send(HttpMethod.Post, Address, WithPicture.Replace("ID", "424242", StringComparison.Ordinal))));

        var made = await Api.Send(HttpMethod.Post, Address, WithPicture.Replace("ID", $"{await Upload("image/png", Png)}", StringComparison.Ordinal));

        Assert.Equal(201, made.Status);
        var there = (await App.Services.GetRequiredService<SandboxTemplates>().FindAsync(Channel, "picture", "en_US"))!;
        Assert.StartsWith("4::", there.Components[0].GetProperty("example").GetProperty("header_handle")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_carousel_is_handed_in_with_a_sample_for_each_card()
    {
        await Given();
        const string Cards = """
            {"name": "breads", "language": "en_US", "category": "marketing", "components": [{"type": "BODY", "text": "Fresh today."}, {"type": "CAROUSEL", "cards": [
                {"components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Rye, {{1}} a loaf", "example": {"body_text": [["4 €"]]}}, {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Keep one"}]}]},
                {"components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Rolls"}, {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Keep six"}]}]}]}]
            """;
        var (first, second) = (await Upload("image/png", Png), await Upload("image/png", Png));
        Assert.Equal((422, "invalid_value"), Said(await Api.Send(HttpMethod.Post, Address, $"{Cards}}}")));
        Assert.Equal((422, "invalid_value"), Said(await Api.Send(HttpMethod.Post, Address, $"{Cards}, \"card_media_ids\": [{first}]}}")));

        var made = await Api.Send(HttpMethod.Post, Address, $"{Cards}, \"card_media_ids\": [{first}, {second}]}}");

        Assert.Equal((201, "pending"), (made.Status, Text(made.Body, "status")));
        await Reaches(made, "approved");
        var there = (await App.Services.GetRequiredService<SandboxTemplates>().FindAsync(Channel, "breads", "en_US"))!;
        var handles = there.Components[1].GetProperty("cards").EnumerateArray().Select(card => card.GetProperty("components")[0].GetProperty("example").GetProperty("header_handle")[0].GetString()).ToList();
        Assert.Equal(2, handles.Distinct().Count(handle => handle!.StartsWith("4::", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("name", "Order Ready", "name")]
    [InlineData("language", "english", "language")]
    [InlineData("category", "spam", "category")]
    [InlineData("components", """[]""", "components")]
    [InlineData("components", """[{"type": "BODY", "text": "{{1}} is here", "example": {"body_text": [["Ann"]]}}]""", "components")]
    [InlineData("components", """[{"type": "BODY", "text": "Hello {{1}}, bye"}]""", "components")]
    [InlineData("components", """[{"type": "BODY", "text": "Hello {{2}}, bye", "example": {"body_text": [["Ann"]]}}]""", "components")]
    [InlineData("components", """[{"type": "BODY", "text": "Hello {{1}} {{2}}, bye", "example": {"body_text": [["Ann", "Bo"]]}}]""", "components")]
    [InlineData("components", """[{"type": "BODY", "text": "Hi"}, {"type": "HEADER", "format": "IMAGE"}]""", "header_media_id")]
    [InlineData("components", """[{"type": "BODY", "text": "Hi"}, {"type": "FOOTER", "text": "{{1}}"}]""", "components")]
    [InlineData("components", """[{"type": "BODY", "text": "Hi"}, {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Go", "url": "javascript:alert(1)"}]}]""", "components")]
    [InlineData("components", """[{"type": "BODY", "text": "Hi"}, {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Go", "url": "https://shop.example/{{1}}"}]}]""", "components")]
    [InlineData("components", """[{"type": "BODY", "text": "Hi"}, {"type": "CAROUSEL", "cards": []}]""", "components")]
    public async Task What_the_platform_would_refuse_is_told_by_the_field_before_it_is_asked(string field, string value, string said)
    {
        await Given();
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Visit)!;
        body[field] = field == "components" ? JsonElement.Parse(value) : JsonSerializer.SerializeToElement(value);

        var answer = await Api.Send(HttpMethod.Post, Address, JsonSerializer.Serialize(body));

        Assert.Equal((422, "invalid_value"), Said(answer));
        Assert.Equal([said], answer.Fields);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("91")]
    [InlineData("\"ten\"")]
    public async Task A_code_lasts_an_hour_and_a_half_at_most(string minutes)
    {
        await Given();

        var answer = await Api.Send(HttpMethod.Post, Address, $$"""
            {"name": "sign_in", "language": "en_US", "category": "authentication", "components": [{"type": "BODY", "add_security_recommendation": true}, {"type": "FOOTER", "code_expiration_minutes": {{minutes}}}]}
            """);

        Assert.Equal((422, "invalid_value"), Said(answer));
        Assert.Equal(["components"], answer.Fields);
    }

    [Fact]
    public async Task The_platform_tells_of_quality_category_and_state_and_older_news_changes_nothing()
    {
        await Given();
        await Api.Send(HttpMethod.Post, $"{Address}/sync");
        var order = (await All()).Single(template => Text(template, "name") == "order_ready");
        var id = Text(order, "external_id");
        var now = App.Clock.GetUtcNow();

        await Tell("message_template_quality_update", now.AddSeconds(1), $$"""{"new_quality_score": "YELLOW", "message_template_id": {{id}} }""");
        await Tell("template_category_update", now.AddSeconds(2), $$"""{"new_category": "MARKETING", "message_template_id": {{id}} }""");
        await Tell("message_template_status_update", now.AddSeconds(4), $$"""{"event": "PAUSED", "reason": "NONE", "message_template_id": {{id}} }""");
        await Tell("message_template_status_update", now.AddSeconds(3), $$"""{"event": "APPROVED", "reason": "NONE", "message_template_id": {{id}} }""");
        await App.InboundIsIdle();

        var heard = (await All()).Single(template => Text(template, "name") == "order_ready");
        Assert.Equal(("yellow", "marketing", "paused"), (Text(heard, "quality"), Text(heard, "category"), Text(heard, "status")));
    }

    [Theory]
    [InlineData("unknown", """[]""", 404, "template_not_found")]
    [InlineData("summer_sale", """[]""", 409, "template_not_approved")]
    [InlineData("order_ready", """[{"type": "body", "parameters": [{"type": "text", "text": "Ann"}]}]""", 422, "template_parameters_wrong")]
    [InlineData("order_ready", """[{"type": "body", "parameters": [{"type": "text", "text": "Ann"}, {"type": "text", "text": " "}]}]""", 422, "template_parameters_wrong")]
    [InlineData("order_ready", """[{"type": "body", "parameters": [{"type": "text", "text": "Ann"}, {"type": "text", "text": "7"}]}]""", 422, "template_parameters_wrong")]
    [InlineData("order_ready", """[{"type": "body", "parameters": [{"type": "text", "text": "Ann\nLee"}, {"type": "text", "text": "7"}]}, {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "7"}]}]""", 422, "template_parameters_wrong")]
    [InlineData("order_ready", """[{"type": "body", "parameters": [{"type": "text", "text": "Ann\t"}, {"type": "text", "text": "7"}]}, {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "7"}]}]""", 422, "template_parameters_wrong")]
    [InlineData("order_ready", """[{"type": "body", "parameters": [{"type": "text", "text": "Ann    Lee"}, {"type": "text", "text": "7"}]}, {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "7"}]}]""", 422, "template_parameters_wrong")]
    [InlineData("invoice", """[{"type": "body", "parameters": [{"type": "text", "text": "Ann"}]}]""", 422, "template_header_missing")]
    public async Task What_does_not_fit_its_template_never_reaches_the_platform(string name, string components, int status, string code)
    {
        var conversation = await Given();
        await Api.Send(HttpMethod.Post, $"{Address}/sync");
        var template = $$"""{"name": "{{name}}", "language": "en_US", "components": {{components}} }""";

        Assert.Equal((status, code), Said(await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""{"template": {{template}} }""")));
        Assert.Equal((status, code), Said(await Api.Send(HttpMethod.Post, "/whatsapp/send/template", $$"""{"to": "4930987654", "template_name": "{{name}}", "language_code": "en_US", "components": {{components}} }""")));
        Assert.Empty(Taken);
    }

    [Fact]
    public async Task Before_the_templates_were_ever_read_the_platform_decides()
    {
        var conversation = await Given();

        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", """{"template": {"name": "unknown", "language": "en_US"}}""");

        Assert.Equal(201, sent.Status);
        await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), Inbox.Conversations.MessageStatus.Failed);
        Assert.Equal("132001", (await Out.Message(sent.Body.GetProperty("id").GetInt64())).ErrorCode);
    }

    [Fact]
    public async Task A_template_with_a_file_in_its_header_goes_out_and_reads_as_the_customer_reads_it()
    {
        var conversation = await Given();
        await Api.Send(HttpMethod.Post, $"{Address}/sync");

        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""
            {"media_id": {{await Upload("application/pdf", "%PDF-1.4 invoice"u8.ToArray())}}, "template": {"name": "invoice", "language": "en_US", "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ann"}]}]} }
            """);

        Assert.Equal((201, "template", "Dear Ann, here is your invoice."), (sent.Status, Text(sent.Body, "type"), Text(sent.Body, "text_content")));
        await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), Inbox.Conversations.MessageStatus.Read);
        Assert.Equal("[document]\nDear Ann, here is your invoice.", Assert.Single(Taken).Text);
    }

    [Fact]
    public async Task A_carousel_goes_out_with_a_file_for_each_card()
    {
        var conversation = await Given();
        await Api.Send(HttpMethod.Post, $"{Address}/sync");
        var cards = """[{"card_index": 0, "components": [PRICE, {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "rye"}]}]}, {"card_index": 1, "components": [PRICE, {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "rolls"}]}]}]"""
            .Replace("PRICE", """{"type": "body", "parameters": [{"type": "text", "text": "3 €"}]}""", StringComparison.Ordinal);
        var template = $$"""{"name": "new_arrivals", "language": "en_US", "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ann"}]}, {"type": "carousel", "cards": {{cards}} }]""";
        var (first, second) = (await Upload("image/png", Png), await Upload("image/png", Png));

        Assert.Equal((422, "template_header_missing"), Said(await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""{"template": {{template}} } }""")));
        Assert.Equal((422, "template_parameters_wrong"), Said(await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""{"template": {{template}}, "card_media_ids": [{{first}}]} }""")));
        var whole = $$"""{"template": {{template}}, "card_media_ids": [{{first}}, {{second}}]} }""";
        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", whole, ("Idempotency-Key", "carousel-once"));

        Assert.Equal((201, "Hello Ann, this is new with us:"), (sent.Status, Text(sent.Body, "text_content")));
        Assert.Equal(
            [("Rye bread, 3 €", "https://shop.example/rye"), ("Poppy rolls, 3 €", "https://shop.example/rolls")],
            sent.Body.GetProperty("content").GetProperty("interactive").GetProperty("cards").EnumerateArray().Select(card => (Text(card, "title"), Text(card.GetProperty("buttons")[0], "url"))));
        await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), Inbox.Conversations.MessageStatus.Read);
        Assert.Equal(Id(sent), Id(await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", whole, ("Idempotency-Key", "carousel-once"))));
        Assert.Equal("Hello Ann, this is new with us:\n[2 cards]", Assert.Single(Taken).Text);
        Assert.Equal(2, (await Api.Send(HttpMethod.Get, $"/api/v1/messages/{sent.Body.GetProperty("id").GetInt64()}")).Body.GetProperty("media").GetArrayLength());
    }

    [Fact]
    public async Task The_code_of_a_sign_in_goes_out_in_its_text_and_its_button()
    {
        var conversation = await Given();
        await Api.Send(HttpMethod.Post, $"{Address}/sync");
        const string Body = """{"type": "body", "parameters": [{"type": "text", "text": "4711"}]}""";

        Assert.Equal((422, "template_parameters_wrong"), Said(await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""{"template": {"name": "sign_in_code", "language": "en_US", "components": [{{Body}}]} }""")));
        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""{"template": {"name": "sign_in_code", "language": "en_US", "components": [{{Body}}, {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "4711"}]}]} }""");

        Assert.Equal((201, "*4711* is your verification code."), (sent.Status, Text(sent.Body, "text_content")));
        await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), Inbox.Conversations.MessageStatus.Read);
    }

    [Fact]
    public async Task Templates_are_read_daily_and_soon_after_the_platform_told_of_one_that_is_not_known()
    {
        await Given();
        var syncs = App.Services.GetRequiredService<TemplateSyncs>();
        var now = App.Clock.GetUtcNow().UtcDateTime;

        Assert.Equal(0, await syncs.RunDueAsync(now, daily: false, Cancellation));
        Assert.Equal(1, await syncs.RunDueAsync(now, daily: true, Cancellation));
        Assert.Contains(await All(), template => Text(template, "name") == "order_ready");
        Assert.Equal(0, await syncs.RunDueAsync(now.AddHours(23), daily: true, Cancellation));
        Assert.Equal(1, await syncs.RunDueAsync(now.AddHours(27), daily: true, Cancellation));

        await App.Services.GetRequiredService<SandboxTemplates>().AddAsync(Channel, SandboxTemplate.First[0] with { Id = "900000000000099", Name = "made_elsewhere" });
        await Tell("message_template_components_update", App.Clock.GetUtcNow(), """{"message_template_id": 900000000000099, "message_template_name": "made_elsewhere", "message_template_language": "en_US"}""");
        await App.InboundIsIdle();
        Assert.Equal(1, await syncs.RunDueAsync(now.AddMinutes(2), daily: false, Cancellation));
        Assert.Contains(await All(), template => Text(template, "name") == "made_elsewhere");
    }

    [Fact]
    public async Task An_account_that_could_not_be_read_says_why_and_is_asked_again_in_an_hour()
    {
        await Given();
        await App.InMany(db => db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).ExecuteUpdateAsync(set => set.SetProperty(channel => channel.IsSandbox, false), Cancellation));
        var syncs = App.Services.GetRequiredService<TemplateSyncs>();
        var now = App.Clock.GetUtcNow().UtcDateTime;

        Assert.Equal(0, await syncs.RunDueAsync(now, daily: true, Cancellation));

        Assert.NotNull(syncs.ProblemOf(1, "whatsapp", Channel.GroupId!));
        await App.InMany(db => db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).ExecuteUpdateAsync(set => set.SetProperty(channel => channel.IsSandbox, true), Cancellation));
        Assert.Equal(0, await syncs.RunDueAsync(now.AddMinutes(59), daily: true, Cancellation));
        Assert.Equal(1, await syncs.RunDueAsync(now.AddMinutes(61), daily: true, Cancellation));
        Assert.Null(syncs.ProblemOf(1, "whatsapp", Channel.GroupId!));
    }

    [Fact]
    public async Task An_agent_sees_templates_and_makes_none_and_a_channel_without_an_account_has_none()
    {
        var team = await Team.In(App);
        var agent = (await team.Caller(await team.GivenPerson("ann", "agent")))!;
        var number = await App.GivenWhatsApp(team.Tenant);

        Assert.Empty((await team.With((MessageTemplates templates) => templates.PageAsync(agent, new TemplateFilter(), null, 50, Cancellation))).Items);
        await Assert.ThrowsAsync<Inbox.Tenancy.ForbiddenException>(() => team.With((MessageTemplates templates) => templates.SyncAsync(agent, null, Cancellation)));
        Assert.Equal((409, "templates_unsupported"), Said(await team.Api.Send(HttpMethod.Post, $"{Address}/sync", $$"""{"channel_id": {{number.ChannelId}}}""")));
        Assert.Equal((404, "channel_not_found"), Said(await team.Api.Send(HttpMethod.Post, Address, Visit)));
    }

    [Fact]
    public async Task A_platform_that_does_not_answer_is_told_and_changes_nothing()
    {
        await Given();
        await App.InMany(db => db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).ExecuteUpdateAsync(set => set.SetProperty(channel => channel.IsSandbox, false), Cancellation));

        Assert.Equal((409, "platform_unavailable"), Said(await Api.Send(HttpMethod.Post, $"{Address}/sync")));
        Assert.Empty(await All());
    }

    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private async Task<long> Upload(string type, byte[] content)
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue(type);
        form.Add(file, "file", "sample");
        var answer = await Api.Send("/api/v1/media/upload", form);
        Assert.Equal(201, answer.Status);
        return answer.Body.GetProperty("id").GetInt64();
    }

    private async Task<List<JsonElement>> All()
    {
        List<JsonElement> all = [];
        string? cursor = null;
        do
        {
            var page = await Api.Send(HttpMethod.Get, $"{Address}?limit=50{(cursor is null ? "" : $"&cursor={cursor}")}");
            all.AddRange(page.Body.GetProperty("items").EnumerateArray());
            cursor = Text(page.Body, "next_cursor");
        }
        while (cursor is not null);
        return all;
    }

    private Task Reaches(Answer made, string status)
        => Eventually.Async(async () => Text((await Api.Send(HttpMethod.Get, $"{Address}/{Id(made)}")).Body, "status") == status);

    /// <summary>A webhook of the platform about the account, signed with the channel's secret.</summary>
    private async Task Tell(string field, DateTimeOffset at, string value)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(JsonElement.Parse($$"""
            {"object": "whatsapp_business_account", "entry": [{"id": "{{Channel.GroupId}}", "time": {{at.ToUnixTimeSeconds()}}, "changes": [{"field": "{{field}}", "value": {{value}} }]}]}
            """));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/whatsapp") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(MetaSignature.Header, MetaSignature.Of(body, App.Services.GetRequiredService<ChannelCredentials>().Read<MetaCredentials>(Channel)!.AppSecret!));
        using var answer = await App.Http.SendAsync(request, Cancellation);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private static long Id(Answer answer) => answer.Body.GetProperty("id").GetInt64();

    private static string? Text(JsonElement json, string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static (int, string?) Said(Answer answer) => (answer.Status, answer.Code);
}
