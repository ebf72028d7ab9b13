using System.Net;
using System.Text.Json.Nodes;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Inbound;

public sealed class MessagePathTestsOnSqlite() : MessagePathTests(TestDatabase.Sqlite);

public sealed class MessagePathTestsOnPostgreSql() : MessagePathTests(TestDatabase.PostgreSql);

public abstract class MessagePathTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";
    private const string Bob = "15550100143";

    [Fact]
    public async Task A_message_opens_one_conversation_however_often_it_is_delivered()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        var request = WhatsAppJson.Request(WhatsAppJson.Messages(number.PhoneNumberId, WhatsAppJson.Text(Ann, "hello")));

        Assert.Equal(HttpStatusCode.OK, await number.Deliver(request));
        Assert.Equal(HttpStatusCode.OK, await number.Deliver(request));
        await App.InboundIsIdle();

        var conversation = Assert.Single(await App.Conversations(tenant: 1));
        var message = Assert.Single(conversation.Messages);
        Assert.Equal("hello", message.Text);
        Assert.Equal(MessageDirection.Inbound, message.Direction);
        Assert.Equal(1, conversation.Conversation.InboundCount);
        Assert.Equal(WhatsAppJson.NameOf(Ann), conversation.Contact.Name);
        Assert.Empty(await App.Conversations(tenant: 2));
        Assert.Equal([0, 1], (await App.Deliveries()).Select(delivery => delivery.Duplicates));
    }

    [Fact]
    public async Task Copies_that_come_at_once_are_one_message()
    {
        var number = await App.GivenWhatsApp();
        var request = WhatsAppJson.Request(WhatsAppJson.Messages(number.PhoneNumberId, WhatsAppJson.Text(Ann, "hello")));
        var body = WhatsAppJson.Bytes(request);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => number.Deliver(body)));
        await App.InboundIsIdle();

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        Assert.Single(Assert.Single(await App.Conversations()).Messages);
        Assert.Equal(64, (await App.Deliveries()).Count);
        Assert.Equal(1, await CountEvents("message_received"));
    }

    [Fact]
    public async Task Where_businesses_share_an_app_nothing_comes_in_by_an_account_that_is_not_shown_to_be_theirs()
    {
        await App.GivenWhatsApp(tenant: 1);
        var number = await App.GivenWhatsApp(tenant: 2);
        await Prove(null);

        await number.DeliverText(Ann, "a secret of somebody else");
        await App.InboundIsIdle();
        Assert.Empty(await App.Conversations(tenant: 2));
        Assert.Equal(DeliveryState.Unrouted, Assert.Single(await App.Deliveries()).State);

        await Prove(App.Clock.GetUtcNow().UtcDateTime);
        await number.DeliverText(Ann, "for us");
        await App.InboundIsIdle();
        Assert.Equal("for us", Assert.Single(Assert.Single(await App.Conversations(tenant: 2)).Messages).Text);

        async Task Prove(DateTime? at)
        {
            await App.InBusiness(2, db => db.Set<Channel>().Where(channel => channel.Id == number.ChannelId).ExecuteUpdateAsync(set => set.SetProperty(channel => channel.ProvenAt, at), Cancellation));
            App.Services.GetRequiredService<ChannelDirectory>().Changed();
        }
    }

    [Fact]
    public async Task What_names_the_page_of_an_account_comes_in_by_whom_the_page_is_shown_to_belong()
    {
        var signer = await App.GivenWhatsApp(tenant: 1);
        await App.GivenBusiness();
        var thief = await GivenInstagram(tenant: 1, "1788", pageProven: false);
        var owner = await GivenInstagram(tenant: 2, "1789", pageProven: true);
        Assert.True(thief < owner);
        var body = """{"object": "instagram", "entry": [{"id": "55", "time": 1, "messaging": [{"sender": {"id": "900"}, "recipient": {"id": "55"}, "timestamp": 1754560000000, "message": {"mid": "m_1", "text": "for the owner"}}]}]}"""u8.ToArray();

        using var answer = await signer.Post(body, WhatsAppNumber.Signature(body, TestApp.AppSecret), "/webhooks/instagram");
        await App.InboundIsIdle();

        Assert.Empty(await App.Conversations(tenant: 1));
        Assert.Equal("for the owner", Assert.Single(Assert.Single(await App.Conversations(tenant: 2)).Messages).Text);

        async Task<long> GivenInstagram(long tenant, string account, bool pageProven)
        {
            var now = App.Clock.GetUtcNow().UtcDateTime;
            var id = await App.InBusiness(tenant, async db =>
            {
                var channel = db.Add(new Channel { TenantId = tenant, Kind = "instagram", Name = account, ExternalId = account, GroupId = "55", ProvenAt = now, GroupProvenAt = pageProven ? now : null, CreatedAt = now }).Entity;
                await db.SaveChangesAsync(Cancellation);
                return channel.Id;
            });
            App.Services.GetRequiredService<ChannelDirectory>().Changed();
            return id;
        }
    }

    [Fact]
    public async Task A_notice_about_a_business_account_comes_in_by_whom_it_is_shown_to_belong()
    {
        await App.GivenWhatsApp(tenant: 1);
        var number = await App.GivenWhatsApp(tenant: 2);
        var notice = """{"object": "whatsapp_business_account", "entry": [{"id": "9001", "time": 1, "changes": [{"field": "message_template_status_update", "value": {"event": "APPROVED", "message_template_id": 1, "message_template_name": "visit", "message_template_language": "en_US"}}]}]}"""u8.ToArray();
        await Name("9001", null);

        await number.Deliver(notice);
        await App.InboundIsIdle();
        Assert.Equal(DeliveryState.Unrouted, Assert.Single(await App.Deliveries()).State);

        await Name("9001", App.Clock.GetUtcNow().UtcDateTime);
        await number.Deliver(notice);
        await App.InboundIsIdle();
        Assert.Equal([DeliveryState.Unrouted, DeliveryState.Processed], (await App.Deliveries()).OrderBy(delivery => delivery.Id).Select(delivery => delivery.State));

        async Task Name(string group, DateTime? at)
        {
            await App.InBusiness(2, db => db.Set<Channel>().Where(channel => channel.Id == number.ChannelId)
                .ExecuteUpdateAsync(set => set.SetProperty(channel => channel.GroupId, group).SetProperty(channel => channel.GroupProvenAt, at), Cancellation));
            App.Services.GetRequiredService<ChannelDirectory>().Changed();
        }
    }

    [Fact]
    public async Task A_webhook_that_names_an_account_and_bears_another_signature_is_told_on_its_screen()
    {
        var number = await App.GivenWhatsApp(ownSecret: "typed-wrong");
        var refused = App.Services.GetRequiredService<RefusedWebhooks>();
        Assert.Null(refused.LastOf(number.ChannelId));

        var signedOtherwise = new WhatsAppNumber(App.Http, number.Tenant, number.ChannelId, number.PhoneNumberId, "the-real-one");
        var answer = await signedOtherwise.Deliver(WhatsAppJson.Request(WhatsAppJson.Messages(number.PhoneNumberId, WhatsAppJson.Text(Ann, "hello"))));

        Assert.Equal(HttpStatusCode.Unauthorized, answer);
        Assert.NotNull(refused.LastOf(number.ChannelId));
    }

    [Fact]
    public async Task Many_first_messages_of_one_person_at_once_are_one_contact_and_one_conversation()
    {
        var number = await App.GivenWhatsApp();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => number.DeliverText(Ann, $"message {i}")));
        await App.InboundIsIdle();

        Assert.Equal(10, Assert.Single(await App.Conversations()).Messages.Count);
        Assert.Equal(1, await App.InBusiness(1, db => db.Set<Contact>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task Messages_are_shown_in_the_order_of_the_platform_whatever_the_order_of_arrival()
    {
        var number = await App.GivenWhatsApp();
        var start = App.Clock.GetUtcNow().AddMinutes(-10);
        var messages = Enumerable.Range(0, 20).Select(i => WhatsAppJson.Text(Ann, $"{i:00}", at: start.AddSeconds(i))).ToArray();
        new Random(7).Shuffle(messages);

        foreach (var message in messages)
        {
            await number.DeliverMessage(message);
        }

        await App.InboundIsIdle();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i:00}"), Assert.Single(await App.Conversations()).Texts);
        Assert.Equal("19", (await App.Conversations())[0].Conversation.LastMessagePreview);
    }

    [Fact]
    public async Task A_batch_brings_every_message_to_the_tenant_of_its_number()
    {
        var ours = await App.GivenWhatsApp(tenant: 1);
        var theirs = await App.GivenWhatsApp(tenant: 2);

        Assert.Equal(HttpStatusCode.OK, await ours.Deliver(WhatsAppJson.Request(
            WhatsAppJson.Messages(ours.PhoneNumberId, WhatsAppJson.Text(Ann, "to us 1"), WhatsAppJson.Text(Bob, "to us 2")),
            WhatsAppJson.Messages(theirs.PhoneNumberId, WhatsAppJson.Text(Ann, "to them")),
            WhatsAppJson.Messages(ours.PhoneNumberId, WhatsAppJson.Text(Ann, "to us 3")))));
        await App.InboundIsIdle();

        var here = await App.Conversations(tenant: 1);
        Assert.Equal(["to us 1", "to us 3"], here[0].Texts.Order());
        Assert.Equal(["to us 2"], here[1].Texts);
        Assert.Equal(["to them"], Assert.Single(await App.Conversations(tenant: 2)).Texts);
        Assert.Equal(DeliveryState.Processed, Assert.Single(await App.Deliveries()).State);
    }

    [Fact]
    public async Task A_number_with_a_secret_of_its_own_is_not_reached_with_another_one()
    {
        var own = await App.GivenWhatsApp(tenant: 1, ownSecret: "secret-of-business-1");
        var shared = await App.GivenWhatsApp(tenant: 2);

        // Signed with the installation's secret, which does not cover the number of tenant 1, and the other way round.
        await shared.Deliver(WhatsAppJson.Request(
            WhatsAppJson.Messages(own.PhoneNumberId, WhatsAppJson.Text(Ann, "forged")), WhatsAppJson.Messages(shared.PhoneNumberId, WhatsAppJson.Text(Ann, "genuine"))));
        await own.Deliver(WhatsAppJson.Request(
            WhatsAppJson.Messages(shared.PhoneNumberId, WhatsAppJson.Text(Ann, "forged")), WhatsAppJson.Messages(own.PhoneNumberId, WhatsAppJson.Text(Ann, "genuine"))));
        await App.InboundIsIdle();

        Assert.Equal(["genuine"], Assert.Single(await App.Conversations(tenant: 1)).Texts);
        Assert.Equal(["genuine"], Assert.Single(await App.Conversations(tenant: 2)).Texts);
        Assert.All(await App.Deliveries(), delivery => Assert.Equal(DeliveryState.Unrouted, delivery.State));
    }

    [Fact]
    public async Task A_message_for_a_number_that_is_not_connected_is_kept_and_named()
    {
        var number = await App.GivenWhatsApp();

        Assert.Equal(HttpStatusCode.OK, await number.Deliver(WhatsAppJson.Request(WhatsAppJson.Messages("999999999999", WhatsAppJson.Text(Ann, "hello?")))));
        await App.InboundIsIdle();

        Assert.Empty(await App.Conversations());
        var delivery = Assert.Single(await App.Deliveries());
        Assert.Equal(DeliveryState.Unrouted, delivery.State);
        Assert.Contains("999999999999", delivery.Reason, StringComparison.Ordinal);
        Assert.NotNull(delivery.Body);
    }

    [Fact]
    public async Task A_type_that_is_not_shown_yet_is_stored_with_all_it_has()
    {
        var number = await App.GivenWhatsApp();

        await number.DeliverMessage(WhatsAppJson.Message(Ann, "hologram", new JsonObject { ["depth"] = 3 }));
        await App.InboundIsIdle();

        var message = Assert.Single(Assert.Single(await App.Conversations()).Messages);
        Assert.Equal("unsupported", message.Type);
        Assert.Contains("hologram", message.Content, StringComparison.Ordinal);
        Assert.Contains("depth", message.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_message_writes_its_event_and_wakes_the_automation_of_its_contact_once()
    {
        var number = await App.GivenWhatsApp();
        var request = WhatsAppJson.Request(WhatsAppJson.Messages(number.PhoneNumberId, WhatsAppJson.Text(Ann, "one"), WhatsAppJson.Text(Ann, "two")));
        await number.Deliver(request);
        await number.Deliver(request);
        await App.InboundIsIdle();

        Assert.Equal(2, await CountEvents("message_received"));
        Assert.Equal(1, await CountEvents("conversation_created"));
        var sequence = await App.InBusiness(1, db => db.Set<DomainEvent>().OrderBy(e => e.Sequence).Select(e => e.Sequence).ToListAsync(Cancellation));
        Assert.Equal(Enumerable.Range(1, sequence.Count).Select(number => (long)number), sequence);
    }

    [Fact]
    public async Task A_person_who_writes_to_two_numbers_has_a_conversation_with_each()
    {
        var first = await App.GivenWhatsApp(tenant: 1);
        var second = await App.GivenWhatsApp(tenant: 1);

        await first.DeliverText(Ann, "to the first");
        await second.DeliverText(Ann, "to the second");
        await App.InboundIsIdle();

        var conversations = await App.Conversations();
        Assert.Equal(2, conversations.Count);
        Assert.Equal(conversations[0].Contact.Id, conversations[1].Contact.Id);
    }

    [Fact]
    public async Task A_body_with_many_items_is_processed_whole()
    {
        var number = await App.GivenWhatsApp();
        var messages = Enumerable.Range(0, 1000).Select(i => WhatsAppJson.Text($"1555020{i % 100:0000}", $"message {i}"));

        Assert.Equal(HttpStatusCode.OK, await number.Deliver(WhatsAppJson.Request(WhatsAppJson.Messages(number.PhoneNumberId, messages))));
        await App.InboundIsIdle(TimeSpan.FromSeconds(30));

        var conversations = await App.Conversations();
        Assert.Equal(100, conversations.Count);
        Assert.All(conversations, conversation => Assert.Equal(10, conversation.Messages.Count));
        Assert.Equal(1000, Assert.Single(await App.Deliveries()).Items);
    }

    private Task<int> CountEvents(string type) => App.InBusiness(1, db => db.Set<DomainEvent>().CountAsync(happened => happened.Type == type, Cancellation));
}
