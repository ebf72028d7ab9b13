using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Channels.Sandbox;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Media;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Sandbox;

public sealed class MessagingSandboxOnSqlite() : MessagingSandboxTests(TestDatabase.Sqlite);

public sealed class MessagingSandboxOnPostgreSql() : MessagingSandboxTests(TestDatabase.PostgreSql);

/// <summary>Pages and Instagram accounts at the platform's stand-in, which checks each request like the platform.</summary>
public abstract class MessagingSandboxTests(TestDatabase database) : AppTests(database)
{
    private const string Mara = "Mara Lind";

    private readonly TestClock _clock = new();

    private TestApi Api { get; set; } = null!;

    private Channel Channel { get; set; } = null!;

    private Outgoing Out => new(App);

    private SandboxCustomers Customers => App.Services.GetRequiredService<SandboxCustomers>();

    private IReadOnlyList<SandboxSend> Taken => App.Services.GetRequiredService<SandboxSends>().Of(Channel.Id);

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Clock = _clock,
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Sandbox:Control"] = "true",
            ["Inbox:Sandbox:SentMilliseconds"] = "20",
            ["Inbox:Sandbox:DeliveredMilliseconds"] = "20",
            ["Inbox:Sandbox:ReadMilliseconds"] = "20",
            ["Inbox:Outbound:PollSeconds"] = "0.2",
        },
    };

    [Theory]
    [InlineData("messenger")]
    [InlineData("instagram")]
    public async Task A_customer_writes_and_the_answer_is_sent_and_read(string kind)
    {
        var id = await Given(kind);

        var sent = await Send(id, """{"text_content": "Good morning 🌞"}""");

        await Out.Reaches(sent, MessageStatus.Read);
        await Eventually.Async(() => Taken[0].Status == "read");
        Assert.Equal(("Good morning 🌞", $"m:{sent}"), (Assert.Single(Taken).Text, Taken[0].CallbackData));
        Assert.Equal(["Hi", "Good morning 🌞"], (await Messages()).Select(message => message.Text));
        await Eventually.Async(async () => await App.InBusiness(1, db => db.Set<Contact>().Select(contact => contact.Name).SingleAsync(Cancellation)) == Mara, what: "the platform is asked for the name");
    }

    [Theory]
    [InlineData("messenger")]
    [InlineData("instagram")]
    public async Task What_comes_back_before_the_answer_is_no_second_message(string kind)
    {
        var id = await Given(kind);
        await Misbehave(new SandboxFault(SandboxFaultKind.StatusesFirst));

        await Out.Reaches(await Send(id, """{"text_content": "fast"}"""), MessageStatus.Read);

        Assert.Equal(["Hi", "fast"], (await Messages()).Select(message => message.Text));
    }

    [Theory]
    [InlineData("messenger", """{"text_content": "taken"}""")]
    [InlineData("instagram", """{"text_content": "taken"}""")]
    [InlineData("instagram", """{"text_content": "taken", "interactive": {"kind": "menu", "menu": [{"id": "a", "title": "Yes"}]}}""")]
    public async Task A_broken_answer_is_maybe_sent_until_the_message_comes_back(string kind, string body)
    {
        var id = await Given(kind);
        await Misbehave(new SandboxFault(SandboxFaultKind.Garbage));
        var lost = await Send(id, """{"text_content": "lost"}""");
        await Out.Reaches(lost, MessageStatus.Unknown);

        await Misbehave(new SandboxFault(SandboxFaultKind.Garbage, Accept: true));
        await Out.Reaches(await Send(id, body), MessageStatus.Read);

        Assert.Equal(["Hi", "lost", "taken"], (await Messages()).Select(message => message.Text));
    }

    [Fact]
    public async Task Who_read_the_last_one_on_Instagram_has_seen_those_before()
    {
        var id = await Given("instagram");
        var first = await Send(id, """{"text_content": "one"}""");
        await Out.Reaches(first, MessageStatus.Read);
        await App.InBusiness(1, db => db.Set<Message>().Where(message => message.Id == first).ExecuteUpdateAsync(set => set.SetProperty(message => message.Status, MessageStatus.Sent), Cancellation));

        await Out.Reaches(await Send(id, """{"text_content": "two"}"""), MessageStatus.Read);

        await Out.Reaches(first, MessageStatus.Read);
    }

    [Theory]
    [InlineData("messenger", """{"text_content": "When?", "interactive": {"kind": "buttons", "buttons": [{"id": "mon", "title": "Monday"}]}}""", "When?", "quick_reply", "mon", "interactive", "Monday")]
    [InlineData("instagram", """{"text_content": "When?", "interactive": {"kind": "buttons", "buttons": [{"id": "mon", "title": "Monday"}]}}""", "When?", "quick_reply", "mon", "interactive", "Monday")]
    [InlineData("messenger", """{"text_content": "Book?", "interactive": {"kind": "menu", "menu": [{"id": "yes", "title": "Yes"}, {"url": "https://salon.example/", "title": "See"}, {"phone": "+15550100100", "title": "Call"}]}}""", "Book?", "postback", "yes", "button", "Yes")]
    [InlineData("instagram", """{"text_content": "Book?", "interactive": {"kind": "menu", "menu": [{"id": "yes", "title": "Yes"}, {"url": "https://salon.example/", "title": "See"}]}}""", "Book?", "postback", "yes", "button", "Yes")]
    [InlineData("messenger", """{"interactive": {"kind": "cards", "cards": [{"title": "Cut", "subtitle": "30 minutes", "image_url": "https://salon.example/cut.jpg", "url": "https://salon.example/cut", "buttons": [{"id": "cut", "title": "Take"}]}, {"title": "Colour", "subtitle": "2 hours"}]}}""", "Cut: 30 minutes\nColour: 2 hours", "postback", "cut", "button", "Take")]
    [InlineData("instagram", """{"interactive": {"kind": "cards", "cards": [{"title": "Cut", "buttons": [{"id": "cut", "title": "Take"}]}]}}""", "Cut", "postback", "cut", "button", "Take")]
    public async Task What_was_offered_is_pressed_and_comes_in_with_our_id(string kind, string body, string seen, string pressed, string choice, string type, string text)
    {
        var id = await Given(kind);
        await Out.Reaches(await Send(id, body), MessageStatus.Read);
        Assert.Equal(seen, Assert.Single(Taken).Text);

        await Customers.ChooseAsync(Channel, Mara, Taken[0].Offers[0], Cancellation);

        var arrived = await Eventually.Async(async () => (await Messages()).ElementAtOrDefault(2));
        Assert.Equal((type, text), (arrived.Type, arrived.Text));
        Assert.Equal(new Choice(pressed, choice, text), MessageContent.Read(arrived.Content)!.Choice);
        var shown = await Api.Send(HttpMethod.Get, $"/api/v1/conversations/{id}/messages");
        Assert.Equal(JsonElement.Parse(body).GetProperty("interactive").GetProperty("kind").GetString(), shown.Body.GetProperty("items")[1].GetProperty("content").GetProperty("interactive").GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("messenger")]
    [InlineData("instagram")]
    public async Task A_picture_a_heart_and_an_unsent_message_show_as_what_they_are(string kind)
    {
        var id = await Given(kind);
        var answer = await Send(id, """{"text_content": "Nice"}""");
        await Out.Reaches(answer, MessageStatus.Read);

        await Customers.SendPictureAsync(Channel, Mara, Cancellation);
        await Eventually.Async(async () => await App.InBusiness(1, db => db.Set<MediaFile>().AsNoTracking().SingleOrDefaultAsync(Cancellation)) is { State: MediaState.Stored, MimeType: "image/png" }, what: "the picture is fetched");

        await Customers.ReactAsync(Channel, Taken[0], "❤️", Cancellation);
        await Eventually.Async(async () => Reaction(await Api.Send(HttpMethod.Get, $"/api/v1/messages/{answer}")) == "❤️", what: "the heart is shown");
        await Customers.ReactAsync(Channel, Taken[0], null, Cancellation);
        await Eventually.Async(async () => Reaction(await Api.Send(HttpMethod.Get, $"/api/v1/messages/{answer}")) is null, what: "the heart is gone");

        var regretted = await Customers.WriteAsync(Channel, Mara, "Oh no", Cancellation);
        await Customers.UnsendAsync(Channel, regretted, Cancellation);
        await Eventually.Async(async () => (await Messages()).Any(message => message.RevokedAt is not null), what: "the message is taken back");

        static string? Reaction(Answer message) => message.Body.GetProperty("reactions") is { ValueKind: JsonValueKind.Array } all && all.GetArrayLength() > 0 ? all[0].GetProperty("emoji").GetString() : null;
    }

    [Fact]
    public async Task An_answer_to_a_story_of_Instagram_says_so_and_our_heart_arrives()
    {
        var id = await Given("instagram");
        var written = await Customers.AnswerStoryAsync(Channel, Mara, "So good!", Cancellation);
        var arrived = await Eventually.Async(async () => (await Messages()).ElementAtOrDefault(1));
        Assert.Equal("reply", MessageContent.Read(arrived.Content)!.Story!.Kind);

        Assert.Equal(200, (await Api.Send(HttpMethod.Put, $"/api/v1/messages/{arrived.Id}/reaction", """{"emoji": "❤️"}""")).Status);

        await Eventually.Async(() => written.Reaction == "❤️", what: "the customer sees the heart");
        Assert.Equal(id, arrived.ConversationId);
    }

    [Theory]
    [InlineData("messenger")]
    [InlineData("instagram")]
    public async Task A_file_goes_out_as_the_platform_takes_it(string kind)
    {
        var id = await Given(kind);
        using var form = new MultipartFormDataContent();
        using var png = new ByteArrayContent([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3, 4]);
        png.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        form.Add(png, "file", "a.png");
        var file = await Api.Send("/api/v1/media/upload", form);
        Assert.Equal(201, file.Status);

        await Out.Reaches(await Send(id, $$"""{"media_id": {{file.Body.GetProperty("id")}}}"""), MessageStatus.Read);

        Assert.Equal("[image]", Assert.Single(Taken).Text);
        Assert.Equal(2, (await Messages()).Count);
    }

    [Theory]
    [InlineData("messenger", """{"text_content": "Hi", "interactive": {"kind": "menu", "menu": []}}""", "invalid_value", "interactive.menu")]
    [InlineData("messenger", """{"text_content": "Hi", "interactive": {"kind": "menu", "menu": [{"id": "1", "title": "1"}, {"id": "2", "title": "2"}, {"id": "3", "title": "3"}, {"id": "4", "title": "4"}]}}""", "invalid_value", "interactive.menu")]
    [InlineData("messenger", """{"text_content": "Hi", "interactive": {"kind": "menu", "menu": [{"title": "Nothing"}]}}""", "invalid_value", "interactive.menu")]
    [InlineData("messenger", """{"text_content": "Hi", "interactive": {"kind": "menu", "menu": [{"title": "Both", "id": "1", "url": "https://salon.example"}]}}""", "invalid_value", "interactive.menu")]
    [InlineData("messenger", """{"text_content": "Hi", "interactive": {"kind": "menu", "menu": [{"title": "Go", "url": "javascript:alert(1)"}]}}""", "invalid_value", "interactive.menu.url")]
    [InlineData("messenger", """{"text_content": "Hi", "interactive": {"kind": "menu", "menu": [{"title": "Call", "phone": "12345"}]}}""", "invalid_value", "interactive.menu.phone")]
    [InlineData("messenger", """{"text_content": "Hi", "interactive": {"kind": "menu", "menu": [{"title": "A title of more than twenty", "id": "1"}]}}""", "invalid_value", "interactive.menu.title")]
    [InlineData("messenger", """{"interactive": {"kind": "menu", "menu": [{"title": "Yes", "id": "1"}]}}""", "invalid_value", "text_content")]
    [InlineData("instagram", """{"text_content": "Hi", "interactive": {"kind": "menu", "menu": [{"title": "Call", "phone": "+15550100100"}]}}""", "unsupported_by_channel", "interactive.menu")]
    [InlineData("messenger", """{"text_content": "Hi", "interactive": {"kind": "cards", "cards": [{"title": "Cut", "subtitle": "Short"}]}}""", "invalid_value", "text_content")]
    [InlineData("messenger", """{"interactive": {"kind": "cards", "cards": []}}""", "invalid_value", "interactive.cards")]
    [InlineData("messenger", """{"interactive": {"kind": "cards", "cards": [null]}}""", "invalid_value", "interactive.cards")]
    [InlineData("messenger", """{"interactive": {"kind": "cards", "cards": [{"title": "Alone"}]}}""", "invalid_value", "interactive.cards")]
    [InlineData("messenger", """{"interactive": {"kind": "cards", "cards": [{"title": "Cut", "buttons": [{"id": "1", "title": "1"}, {"id": "1", "title": "2"}]}]}}""", "invalid_value", "interactive.cards.buttons.id")]
    [InlineData("messenger", """{"interactive": {"kind": "cards", "cards": [{"title": "Cut", "image_url": "file:///etc/passwd"}]}}""", "invalid_value", "interactive.cards.image_url")]
    [InlineData("messenger", """{"interactive": {"kind": "cards"}}""", "invalid_value", "interactive.kind")]
    [InlineData("messenger", """{"text_content": "Hi", "interactive": {"kind": "list", "list_button": "Open", "sections": [{"rows": [{"id": "a", "title": "1"}]}]}}""", "unsupported_by_channel", "interactive")]
    [InlineData("messenger", """{"template": {"name": "a", "language": "en"}}""", "unsupported_by_channel", "template")]
    public async Task What_the_platform_does_not_take_is_refused_before_it_is_asked(string kind, string body, string code, string field)
    {
        var id = await Given(kind);

        var answer = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", body);

        Assert.Equal((422, code), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Fields);
        Assert.Empty(Taken);
    }

    [Theory]
    [InlineData("messenger", "{", 100, null)]
    [InlineData("messenger", "[]", 100, null)]
    [InlineData("messenger", """{"messaging_type":"RESPONSE","message":{"text":"a"}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"1234567890123456"},"messaging_type":"RESPONSE","message":{"text":"a"}}""", 100, 2018001)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"message":{"text":"a"}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"REPLY","message":{"text":"a"}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"MESSAGE_TAG","message":{"text":"a"}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"MESSAGE_TAG","tag":"ACCOUNT_UPDATE","message":{"text":"a"}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"RESPONSE","message":{"text":"a"},"extra":1}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"RESPONSE","message":{"text":""}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"RESPONSE","message":{"text":"a","attachment":{"type":"image","payload":{"url":"https://example.com/a.png"}}}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"RESPONSE","message":{"attachment":{"type":"image","payload":{"attachment_id":"1"}}}}""", 100, 2018047)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"RESPONSE","message":{"attachment":{"type":"image","payload":{"url":"http://10.0.0.1/a.png"}}}}""", 100, 2018008)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"RESPONSE","message":{"attachment":{"type":"template","payload":{"template_type":"generic","elements":[{"title":"Alone"}]}}}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"messaging_type":"RESPONSE","message":{"text":"a","quick_replies":[]}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"sender_action":"react","payload":{"message_id":"m1","reaction":"love"}}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"sender_action":"dance"}""", 100, null)]
    [InlineData("messenger", """{"recipient":{"id":"MARA"},"sender_action":"mark_seen","message":{"text":"a"}}""", 100, null)]
    [InlineData("instagram", """{"recipient":{"id":"MARA"},"message":{"attachment":{"type":"template","payload":{"template_type":"button","text":"a","buttons":[{"type":"phone_number","title":"Call","payload":"+1555"}]}}}}""", 100, null)]
    [InlineData("instagram", """{"recipient":{"id":"MARA"},"sender_action":"react","payload":{"message_id":"m1","reaction":"wow"}}""", 100, null)]
    public async Task A_wrong_request_is_refused_as_the_platform_would(string kind, string body, int code, int? subcode)
    {
        await Given(kind);

        using var answer = await Call(body.Replace("MARA", SandboxIds.IdOf(Channel, Mara), StringComparison.Ordinal), Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetInt32());
        Assert.Equal(subcode, error.TryGetProperty("error_subcode", out var sub) ? sub.GetInt32() : null);
        Assert.Empty(Taken);
    }

    [Theory]
    [InlineData("SITEsandbox/files/cup.png")]
    [InlineData("SITESITEsandbox/files/cup.png")]
    [InlineData("SITE/SITEsandbox/files/cup.png")]
    [InlineData("SITEmedia/../sandbox/files/cup.png")]
    [InlineData("SITEmedia/%2e%2e/sandbox/files/cup.png")]
    [InlineData("SITEmedia/..\\..\\sandbox/files/cup.png")]
    public async Task An_address_of_this_site_is_fetched_only_where_files_are_handed_out(string url)
    {
        await Given("instagram");
        var site = App.Services.GetRequiredService<PublicAddress>().Of("/");

        using var answer = await Call(
            JsonSerializer.Serialize(new { recipient = new { id = SandboxIds.IdOf(Channel, Mara) }, message = new { attachment = new { type = "image", payload = new { url = url.Replace("SITE", site, StringComparison.Ordinal) } } } }), Token);

        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error");
        Assert.Equal((HttpStatusCode.BadRequest, 2018008), (answer.StatusCode, error.GetProperty("error_subcode").GetInt32()));
    }

    [Fact]
    public async Task The_stand_in_keeps_the_credentials_that_it_made_up()
    {
        await Given("messenger");
        var token = Token;

        var answer = await Api.Send(HttpMethod.Put, $"/api/v1/channels/{Channel.Id}", """{"credentials": {"access_token": "known"}}""");

        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
        Assert.Equal(["access_token"], answer.Fields);
        Channel = await Out.Channel(Channel.Id);
        Assert.Equal(token, Token);
    }

    [Fact]
    public async Task A_text_for_Instagram_is_counted_in_bytes()
    {
        await Given("instagram");

        using var long1001 = await Call($$$"""{"recipient":{"id":"{{{SandboxIds.IdOf(Channel, Mara)}}}"},"message":{"text":"{{{new string('ä', 500)}}}x"}}""", Token);
        using var short1000 = await Call($$$"""{"recipient":{"id":"{{{SandboxIds.IdOf(Channel, Mara)}}}"},"message":{"text":"{{{new string('ä', 500)}}}"}}""", Token);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (long1001.StatusCode, short1000.StatusCode));
    }

    [Theory]
    [InlineData("messenger", 2018278)]
    [InlineData("instagram", 2534022)]
    public async Task After_a_day_only_a_person_may_answer_and_after_a_week_nobody(string kind, int subcode)
    {
        await Given(kind);
        var mara = SandboxIds.IdOf(Channel, Mara);
        var plain = $$$"""{"recipient":{"id":"{{{mara}}}"},"messaging_type":"RESPONSE","message":{"text":"a"}}""";
        var human = $$$"""{"recipient":{"id":"{{{mara}}}"},"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT","message":{"text":"a"}}""";

        _clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(subcode, await Subcode(plain));
        Assert.Null(await Subcode(human));
        _clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(subcode, await Subcode(human));

        async Task<int?> Subcode(string body)
        {
            using var answer = await Call(body, Token);
            return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error").GetProperty("error_subcode").GetInt32();
        }
    }

    [Fact]
    public async Task Only_the_accounts_own_token_opens_the_stand_in()
    {
        await Given("messenger");

        foreach (var token in new[] { "", Token + "x" })
        {
            using var answer = await Call($$$"""{"recipient":{"id":"{{{SandboxIds.IdOf(Channel, Mara)}}}"},"messaging_type":"RESPONSE","message":{"text":"a"}}""", token);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("messenger", "Salon")]
    [InlineData("instagram", "Salon")]
    public async Task The_account_says_its_name_and_is_subscribed_by_the_check(string kind, string title)
    {
        await Given(kind);
        for (var time = 0; time < 2; time++)
        {
            var check = await Api.Send(HttpMethod.Post, $"/api/v1/channels/{Channel.Id}/test");

            Assert.Equal((200, true, title, true), (check.Status, check.Body.GetProperty("ok").GetBoolean(), check.Body.GetProperty("title").GetString(), check.Body.GetProperty("subscribed").GetBoolean()));
            App.Services.GetRequiredService<SandboxAccounts>().EndSubscription(Channel.ExternalId);
        }
    }

    [Theory]
    [InlineData("""{"kind": "messenger", "name": "Page", "sandbox": true, "external_id": "1"}""", "sandbox")]
    [InlineData("""{"kind": "messenger", "name": "Page", "sandbox": true, "credentials": {"access_token": "a"}}""", "sandbox")]
    [InlineData("""{"kind": "website", "name": "Chat", "sandbox": true}""", "sandbox")]
    [InlineData("""{"kind": "messenger", "name": "Page", "sandbox": false}""", "external_id")]
    public async Task The_stand_in_makes_up_the_account(string body, string field)
    {
        Api = await TestApi.OfBusiness(App);

        var answer = await Api.Send(HttpMethod.Post, "/api/v1/channels", body);

        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Fields);
    }

    /// <returns>The conversation with Mara, who has just written.</returns>
    private async Task<long> Given(string kind)
    {
        Api = await TestApi.OfBusiness(App);
        var made = await Api.Send(HttpMethod.Post, "/api/v1/channels", $$"""{"kind": "{{kind}}", "name": "Salon", "sandbox": true}""");
        Assert.Equal((201, true), (made.Status, made.Body.GetProperty("sandbox").GetBoolean()));
        Channel = await Out.Channel(made.Body.GetProperty("id").GetInt64());
        await Customers.WriteAsync(Channel, Mara, "Hi", Cancellation);
        return (await Eventually.Async(() => App.InBusiness(1, db => db.Set<Conversation>().AsNoTracking().SingleOrDefaultAsync(Cancellation)))).Id;
    }

    private async Task<long> Send(long conversation, string body)
    {
        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", body);
        Assert.Equal(201, sent.Status);
        return sent.Body.GetProperty("id").GetInt64();
    }

    private Task<List<Message>> Messages() => App.InBusiness(1, db => db.Set<Message>().AsNoTracking().OrderBy(message => message.CreatedAt).ThenBy(message => message.Id).ToListAsync(Cancellation));

    private async Task Misbehave(SandboxFault fault)
    {
        using var answer = await App.Http.PostAsJsonAsync(
            new Uri($"/sandbox/control/{Channel.ExternalId}/faults", UriKind.Relative), fault, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower }, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private string Token => App.Services.GetRequiredService<ChannelCredentials>().Read<MetaCredentials>(Channel)!.AccessToken!;

    private async Task<HttpResponseMessage> Call(string body, string token)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sandbox/graph/v25.0/{Channel.ExternalId}/messages") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await App.Http.SendAsync(request, Cancellation);
    }
}
