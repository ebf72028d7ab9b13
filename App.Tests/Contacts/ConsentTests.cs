using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Channels.Templates;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Contacts;

public sealed class ConsentTestsOnSqlite() : ConsentTests(TestDatabase.Sqlite);

public sealed class ConsentTestsOnPostgreSql() : ConsentTests(TestDatabase.PostgreSql);

public abstract class ConsentTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";
    private const string Text = """{"text_content": "Hello"}""";

    private Team _team = null!;
    private WhatsAppNumber _number = null!;
    private TestApi _agent = null!;

    [Fact]
    public async Task What_a_blocked_contact_writes_is_kept_in_spam_and_wakes_nobody()
    {
        await Given();
        await Write("Hello");
        var contact = await Contact();
        await Settled();
        var told = await Told();

        Assert.Equal(200, (await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{contact.Id}/block")).Status);
        Assert.Equal(ConversationStatus.Spam, (await Conversation()).Status);
        await Write("Are you there?");

        var conversation = await Conversation();
        Assert.Equal((ConversationStatus.Spam, 2), (conversation.Status, conversation.InboundCount));
        Assert.Equal(told, await Told());
        Assert.Equal("contact_blocked", (await Send(_agent)).Code);

        Assert.Equal(200, (await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{contact.Id}/unblock")).Status);
        Assert.Equal(ConversationStatus.Open, (await Conversation()).Status);
        Assert.Equal(201, (await Send(_agent)).Status);
    }

    [Fact]
    public async Task A_closed_conversation_of_a_blocked_contact_goes_to_spam_when_it_goes_on()
    {
        await Given();
        await Write("Hello");
        await _team.Api.Send(HttpMethod.Post, $"/api/v1/conversations/{(await Conversation()).Id}/close");
        await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{(await Contact()).Id}/block");

        await Write("Again");

        var conversation = await Conversation();
        Assert.Equal((ConversationStatus.Spam, null), (conversation.Status, conversation.ClosedAt));
    }

    [Fact]
    public async Task Who_says_stop_has_opted_out_with_the_proof_and_is_answered_only_after_writing_again()
    {
        await Given();
        await Write("Hello", App.Clock.GetUtcNow().AddMinutes(-5));
        await Settled();
        Assert.Equal(201, (await Send(_agent)).Status);

        await Write(" Stop! ", App.Clock.GetUtcNow().AddMinutes(-4));

        var contact = await Contact();
        Assert.NotNull(contact.OptedOutAt);
        var proof = (await _team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{contact.Id}/consents")).Body.GetProperty("items")[0];
        Assert.Equal((false, "message", " Stop! ", _number.ChannelId),
            (proof.GetProperty("opted_in").GetBoolean(), proof.GetProperty("source").GetString(), proof.GetProperty("words").GetString(), proof.GetProperty("channel_id").GetInt64()));
        Assert.Equal((409, "contact_opted_out"), Said(await Send(_agent)));
        Assert.Equal((409, "contact_opted_out"), Said(await Send(_team.Api)));

        await Write("But where is my parcel?", App.Clock.GetUtcNow().AddMinutes(-3));
        Assert.Equal(201, (await Send(_agent)).Status);
        Assert.Equal((409, "contact_opted_out"), Said(await Send(_team.Api)));
        Assert.Equal((409, "contact_opted_out"), Said(await Send(_agent, """{"template": {"name": "sale", "language": "en"} }""")));

        await Write("START", App.Clock.GetUtcNow().AddMinutes(-2));
        contact = await Contact();
        Assert.Null(contact.OptedOutAt);
        Assert.NotNull(contact.OptedInAt);
        Assert.Equal(201, (await Send(_team.Api)).Status);
    }

    [Theory]
    [InlineData("stop", "contact_opted_out")]
    [InlineData("block", "contact_blocked")]
    [InlineData("import", "contact_opted_out")]
    [InlineData("merge with who opted out", "contact_opted_out")]
    [InlineData("merge with who is blocked", "contact_blocked")]
    public async Task What_is_queued_is_taken_back(string how, string code)
    {
        await Given();
        await Write("Hello");
        var message = (await Send(_agent)).Body.GetProperty("id").GetInt64();
        // Nobody answers at the platform's address, so it comes back to the queue.
        await Eventually.Async(() => App.InBusiness(_team.Tenant, async db => await db.Set<OutboxItem>().Where(item => item.State == OutboxState.Queued && item.Attempts > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, App.Clock.GetUtcNow().UtcDateTime.AddDays(1)), Cancellation) == 1));

        var contact = (await Contact()).Id;
        switch (how)
        {
            case "block":
                await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{contact}/block");
                break;
            case "import":
                await _team.Api.Send(HttpMethod.Post, "/api/v1/contacts/import", JsonSerializer.Serialize(new { csv = $"id,opted_out_at\n{contact},2026-01-02T10:00:00Z" }));
                break;
            case "merge with who opted out":
                await Merge("opt-out", contact);
                break;
            case "merge with who is blocked":
                await Merge("block", contact);
                Assert.Equal(ConversationStatus.Spam, (await Conversation()).Status);
                break;
            default:
                await Write("stop");
                break;
        }

        var taken = (await _agent.Send(HttpMethod.Get, $"/api/v1/messages/{message}")).Body;
        Assert.Equal(("failed", code), (taken.GetProperty("status").GetString(), taken.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task What_was_said_earlier_and_told_later_is_a_proof_and_takes_back_nothing()
    {
        await Given();
        await Write("Hello");
        await Write("stop");
        var contact = await Contact();

        await _agent.Send(HttpMethod.Post, $"/api/v1/contacts/{contact.Id}/opt-in", """{"words": "On a card at the fair", "at": "2026-01-02T10:00:00Z"}""");
        await _number.Deliver(Preference("resume", 2));
        await App.InboundIsIdle();
        await _team.Api.Send(HttpMethod.Post, "/api/v1/contacts/import", JsonSerializer.Serialize(new { csv = $"id,opted_in_at\n{contact.Id},2026-01-03T10:00:00Z" }));

        Assert.Equal(contact.OptedOutAt, (await Contact()).OptedOutAt);
        Assert.Equal(4, (await _team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{contact.Id}/consents")).Body.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("stop by at five", null)]
    [InlineData("Start", true)]
    [InlineData("Abmelden.", false)]
    [InlineData("¡BAJA!", false)]
    [InlineData("СТОП", false)]
    [InlineData("إلغاء الاشتراك", false)]
    [InlineData("cancel", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Only_a_message_that_says_nothing_else_opts_out(string? text, bool? expected) => Assert.Equal(expected, OptOutWords.Read(text));

    [Fact]
    public async Task Advertising_that_was_stopped_in_the_customer_s_app_is_not_sent_and_all_else_is()
    {
        await Given();
        await GivenTemplates();
        await Write("Hello");
        var queued = (await Send(_agent, Template("sale"))).Body.GetProperty("id").GetInt64();
        await Eventually.Async(() => App.InBusiness(_team.Tenant, async db => await db.Set<OutboxItem>().Where(item => item.State == OutboxState.Queued && item.Attempts > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, App.Clock.GetUtcNow().UtcDateTime.AddDays(1)), Cancellation) == 1));

        await _number.Deliver(Preference("stop", 1));
        await App.InboundIsIdle();

        var contact = await Contact();
        Assert.Equal((null, true), (contact.OptedOutAt, contact.MarketingStoppedAt is not null));
        var proof = (await _team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{contact.Id}/consents")).Body.GetProperty("items")[0];
        Assert.Equal((false, true, "platform"), (proof.GetProperty("opted_in").GetBoolean(), proof.GetProperty("of_marketing").GetBoolean(), proof.GetProperty("source").GetString()));
        Assert.Equal("contact_stopped_marketing", (await _agent.Send(HttpMethod.Get, $"/api/v1/messages/{queued}")).Body.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal((409, "contact_stopped_marketing"), Said(await Send(_agent, Template("sale"))));
        Assert.Equal((409, "contact_stopped_marketing"), Said(await Send(_team.Api, Template("sale"))));
        Assert.Equal(201, (await Send(_agent, Template("parcel"))).Status);
        Assert.Equal(201, (await Send(_agent)).Status);
        Assert.Equal(201, (await Send(_team.Api)).Status);

        await _number.Deliver(Preference("resume", 2));
        await App.InboundIsIdle();
        Assert.Null((await Contact()).MarketingStoppedAt);
        Assert.Equal(201, (await Send(_agent, Template("sale"))).Status);
    }

    [Fact]
    public async Task Who_signs_up_for_messages_at_the_platform_has_opted_in()
    {
        await Given();
        await Write("Hello");

        await _number.Deliver(Preference("signup", 1));
        await App.InboundIsIdle();

        Assert.NotNull((await Contact()).OptedInAt);
    }

    [Fact]
    public async Task Advertising_that_was_stopped_stays_so_through_a_merge_and_back()
    {
        await Given();
        await Write("Hello");
        await _number.Deliver(Preference("stop", 1));
        await App.InboundIsIdle();
        var contact = (await Contact()).Id;
        var into = (await _team.Api.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Ann"}""")).Body.GetProperty("id").GetInt64();

        var merge = (await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{into}/merge", $$"""{"contact_id": {{contact}}}""")).Body.GetProperty("merge_id").GetInt64();
        Assert.NotEqual(JsonValueKind.Null, await Stopped());
        await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{into}/merges/{merge}/undo");
        Assert.Equal(JsonValueKind.Null, await Stopped());

        async Task<JsonValueKind> Stopped() => (await _team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{into}")).Body.GetProperty("marketing_stopped_at").ValueKind;
    }

    [Fact]
    public async Task Advertising_that_is_stopped_after_a_merge_goes_back_to_whose_app_it_was()
    {
        await Given();
        await Write("Hello");
        var contact = (await Contact()).Id;
        var into = (await _team.Api.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Ann"}""")).Body.GetProperty("id").GetInt64();
        var merge = (await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{into}/merge", $$"""{"contact_id": {{contact}}}""")).Body.GetProperty("merge_id").GetInt64();
        await _number.Deliver(Preference("stop", 1));
        await App.InboundIsIdle();

        await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{into}/merges/{merge}/undo");

        Assert.Equal((false, false), await Stopped(into));
        Assert.Equal((true, false), await Stopped(contact));

        async Task<(bool, bool)> Stopped(long id)
        {
            var told = (await _team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{id}")).Body;
            return (told.GetProperty("marketing_stopped_at").ValueKind != JsonValueKind.Null, told.GetProperty("opted_out_at").ValueKind != JsonValueKind.Null);
        }
    }

    [Fact]
    public async Task A_colleague_enters_what_a_person_said_elsewhere()
    {
        await Given();
        var contact = (await _team.Api.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Ann"}""")).Body.GetProperty("id").GetInt64();

        var entered = await _agent.Send(HttpMethod.Post, $"/api/v1/contacts/{contact}/opt-in", """{"words": "On the phone", "at": "2026-01-02T10:00:00Z"}""");

        Assert.Equal("2026-01-02T10:00:00Z", entered.Body.GetProperty("opted_in_at").GetString());
        var proof = (await _agent.Send(HttpMethod.Get, $"/api/v1/contacts/{contact}/consents")).Body.GetProperty("items")[0];
        Assert.Equal(("person", "On the phone"), (proof.GetProperty("source").GetString(), proof.GetProperty("words").GetString()));
        Assert.Equal("invalid_value", (await _agent.Send(HttpMethod.Post, $"/api/v1/contacts/{contact}/opt-out", """{"at": "2126-01-02T10:00:00Z"}""")).Code);
    }

    private static string Template(string name) => $$$"""{"template": {"name": "{{{name}}}", "language": "en_US"}}""";

    private Task GivenTemplates() => App.InBusiness(_team.Tenant, async db =>
    {
        var now = App.Clock.GetUtcNow().UtcDateTime;
        await db.Set<Channel>().ExecuteUpdateAsync(set => set.SetProperty(channel => channel.GroupId, "9001"), Cancellation);
        var account = db.Add(new TemplateAccount { TenantId = _team.Tenant, Kind = "whatsapp", ExternalId = "9001", SyncedAt = now }).Entity;
        foreach (var (name, category) in new[] { ("sale", "marketing"), ("parcel", "utility") })
        {
            var template = db.Add(new MessageTemplate { TenantId = _team.Tenant, AccountId = account.Id, ExternalId = name, Name = name, Language = "en_US", Category = category, Components = """[{"type": "BODY", "text": "Hello"}]""", CreatedAt = now }).Entity;
            template.Hear(new TemplateNews(name, name, "en_US") { Status = TemplateStatus.Approved }, now);
        }

        await db.SaveChangesAsync(Cancellation);
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
        return account.Id;
    });

    private async Task Merge(string state, long contact)
    {
        var into = (await _team.Api.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Ann"}""")).Body.GetProperty("id").GetInt64();
        Assert.Equal(200, (await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{into}/{state}", state == "opt-out" ? "{}" : null)).Status);
        Assert.True((await _team.Api.Send(HttpMethod.Post, $"/api/v1/contacts/{into}/merge", $$"""{"contact_id": {{contact}}}""")).Status is 200 or 201);
    }

    private async Task Given()
    {
        _team = await Team.In(App);
        await _team.GivenPerson("agent", "agent");
        _number = await App.GivenWhatsApp(_team.Tenant);
        _agent = await _team.SignedIn("agent");
    }

    private async Task Write(string text, DateTimeOffset? at = null)
    {
        await _number.DeliverMessage(WhatsAppJson.Text(Ann, text, at: at));
        await App.InboundIsIdle();
    }

    private async Task<Answer> Send(TestApi api, string body = Text) => await api.Send(HttpMethod.Post, $"/api/v1/conversations/{(await Conversation()).Id}/messages", body);

    private Task<Conversation> Conversation() => App.InBusiness(_team.Tenant, db => db.Set<Conversation>().AsNoTracking().SingleAsync(Cancellation));

    private Task<Contact> Contact() => App.InBusiness(_team.Tenant, db => db.Set<Contact>().AsNoTracking().SingleAsync(Cancellation));

    private Task Settled() => Eventually.Async(() => App.InBusiness(_team.Tenant, async db => !await db.Set<ContactQueueItem>().AnyAsync(Cancellation)));

    private Task<int> Told() => App.InBusiness(_team.Tenant, db => db.Set<ContactQueueItem>().CountAsync(Cancellation));

    private JsonObject Preference(string value, long second) => new()
    {
        ["object"] = "whatsapp_business_account",
        ["entry"] = new JsonArray(new JsonObject
        {
            ["id"] = "1234567890987654321",
            ["changes"] = new JsonArray(new JsonObject
            {
                ["field"] = "user_preferences",
                ["value"] = new JsonObject
                {
                    ["messaging_product"] = "whatsapp",
                    ["metadata"] = new JsonObject { ["display_phone_number"] = "15550100100", ["phone_number_id"] = _number.PhoneNumberId },
                    ["user_preferences"] = new JsonArray(new JsonObject { ["wa_id"] = Ann, ["category"] = "marketing_messages", ["value"] = value, ["timestamp"] = 1731705720 + second }),
                },
            }),
        }),
    };

    private static (int, string?) Said(Answer answer) => (answer.Status, answer.Code);
}
