using System.Text.Json.Nodes;
using Inbox.Channels.Outbound;
using Inbox.Channels.Sandbox;
using Inbox.Channels.Templates;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tests.Conversations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Outbound;

public sealed class LateFailureTestsOnSqlite() : LateFailureTests(TestDatabase.Sqlite);

public sealed class LateFailureTestsOnPostgreSql() : LateFailureTests(TestDatabase.PostgreSql);

/// <summary>What the platform took, and says later that it could not deliver: its reason counts as in the answer of a send.</summary>
public abstract class LateFailureTests(TestDatabase database) : SandboxConversation(database)
{
    protected override TestAppOptions Options(TestAppOptions options)
    {
        var usual = base.Options(options);
        return usual with { Settings = new Dictionary<string, string?>(usual.Settings) { ["Inbox:Sandbox:DeliveredMilliseconds"] = "60000" } };
    }

    [Fact]
    public async Task A_problem_of_payment_stops_the_channel()
    {
        var message = await GivenSent();

        await Fails(message, 131042);

        Assert.Equal(MessageStatus.Failed, (await Out.Message(message)).Status);
        var channel = await Out.Channel(Channel.Id);
        Assert.NotNull(channel.StoppedAt);
        Assert.Contains("billing", channel.StoppedReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_of_yesterday_stops_nothing()
    {
        var message = await GivenSent();

        await Fails(message, 131042, App.Clock.GetUtcNow().AddDays(-1));

        Assert.Equal(MessageStatus.Failed, (await Out.Message(message)).Status);
        Assert.Null((await Out.Channel(Channel.Id)).StoppedAt);
    }

    [Theory]
    [InlineData(131016)]
    [InlineData(130429)]
    public async Task What_may_succeed_on_another_try_is_sent_again_by_itself(int code)
    {
        var message = await GivenSent();

        await Fails(message, code);

        var item = await Out.Item(message);
        Assert.Equal((OutboxState.Queued, MessageStatus.Queued), (item.State, (await Out.Message(message)).Status));
        Assert.InRange(item.DueAt - App.Clock.GetUtcNow().UtcDateTime, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(31));
        await Out.ForMany(db => db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == item.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, App.Clock.GetUtcNow().UtcDateTime), Cancellation));
        App.Services.GetRequiredService<OutboundSignal>().Raise();
        await Out.Reaches(message, MessageStatus.Sent);
        Assert.Equal(2, Taken.Count);
    }

    [Fact]
    public async Task Nothing_is_sent_again_to_who_wants_no_more_messages()
    {
        var message = await GivenSent();
        await App.Services.GetRequiredService<MetaSandbox>().WriteAsync(Channel, Ann, "Ann", "stop", Cancellation);
        await Eventually.Async(() => App.InBusiness(1, db => db.Set<Contact>().AnyAsync(contact => contact.OptedOutAt != null, Cancellation)));

        await Fails(message, 131016);

        Assert.Equal((OutboxState.Failed, MessageStatus.Failed), ((await Out.Item(message)).State, (await Out.Message(message)).Status));
    }

    [Fact]
    public async Task A_customer_who_takes_no_advertising_is_written_down_as_that()
    {
        var message = await GivenSent();

        await Fails(message, 131050);

        var contact = await App.InBusiness(1, db => db.Set<Contact>().AsNoTracking().SingleAsync(Cancellation));
        Assert.Equal((true, null), (contact.MarketingStoppedAt is not null, contact.OptedOutAt));
        Assert.Equal(message, (await App.InBusiness(1, db => db.Set<ContactConsent>().SingleAsync(Cancellation))).MessageId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_the_platform_has_another_idea_of_a_template_it_is_asked_for_its_templates(bool atOnce)
    {
        var conversation = await Given();
        var syncs = App.Services.GetRequiredService<TemplateSyncs>();
        if (atOnce)
        {
            App.Services.GetRequiredService<SandboxFaults>().Add(Channel.ExternalId, new SandboxFault(SandboxFaultKind.Error, Code: 132015));
        }

        var message = (await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", """{"text_content": "Hello"}""")).Body.GetProperty("id").GetInt64();
        await Out.Reaches(message, atOnce ? MessageStatus.Failed : MessageStatus.Sent);
        if (!atOnce)
        {
            await Fails(message, 132015);
        }

        await Eventually.Async(async () => await syncs.RunDueAsync(App.Clock.GetUtcNow().UtcDateTime.AddHours(1), daily: false, Cancellation) == 1);
    }

    private async Task<long> GivenSent()
    {
        var conversation = await Given();
        var message = (await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", """{"text_content": "Hello"}""")).Body.GetProperty("id").GetInt64();
        await Eventually.Async(async () => (await Out.Message(message)) is { Status: MessageStatus.Sent, ExternalId: not null });
        return message;
    }

    private async Task Fails(long message, int code, DateTimeOffset? at = null)
    {
        var status = WhatsAppJson.Status((await Out.Message(message)).ExternalId!, "failed", Ann, at ?? App.Clock.GetUtcNow());
        status["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["title"] = "It failed" });
        var body = WhatsAppJson.Bytes(WhatsAppJson.Request(WhatsAppJson.Statuses(Channel.ExternalId, status)));
        using var answer = await new WhatsAppNumber(App.Http, 1, Channel.Id, Channel.ExternalId, "").Post(body, WhatsAppNumber.Signature(body, await Secret()));
        Assert.True(answer.IsSuccessStatusCode);
        await App.InboundIsIdle();
    }

    private async Task<string> Secret()
        => App.Services.GetRequiredService<Inbox.Channels.ChannelCredentials>().Read<Inbox.Channels.Meta.MetaCredentials>(await Out.Channel(Channel.Id))!.AppSecret!;
}
