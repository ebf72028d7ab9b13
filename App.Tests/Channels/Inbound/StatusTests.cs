using System.Text.Json.Nodes;
using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Channels.Inbound;

public sealed class StatusTestsOnSqlite() : StatusTests(TestDatabase.Sqlite);

public sealed class StatusTestsOnPostgreSql() : StatusTests(TestDatabase.PostgreSql);

/// <summary>What the platform says of messages that left: in any order, any number of times, before the message and after.</summary>
public abstract class StatusTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";

    private static readonly string[] Reported = ["sent", "delivered", "read", "delivered", "sent"];

    [Fact]
    public async Task Statuses_in_any_order_and_twice_end_at_the_furthest()
    {
        var number = await App.GivenWhatsApp();
        var random = new Random(11);
        var ids = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            ids.Add(await Echo(number));
        }

        var reports = ids.SelectMany(id => Reported.Select(status => (id, status))).ToArray();
        random.Shuffle(reports);
        foreach (var (id, status) in reports)
        {
            await number.DeliverStatus(id, status, Ann);
        }

        await App.InboundIsIdle();
        Assert.All(await Outbound(), message => Assert.Equal(MessageStatus.Read, message.Status));
        var kept = await App.InBusiness(1, db => db.Set<MessageStatusReport>().CountAsync(Cancellation));
        Assert.Equal(ids.Count * 3, kept);
    }

    [Fact]
    public async Task A_status_that_comes_before_its_message_waits_for_it()
    {
        var number = await App.GivenWhatsApp();
        var id = WhatsAppJson.NewId();
        await number.DeliverStatus(id, "read", Ann);
        await number.DeliverStatus(id, "delivered", Ann);
        await App.InboundIsIdle();
        Assert.Empty(await App.Conversations());

        await Echo(number, id);

        Assert.Equal(MessageStatus.Read, Assert.Single(await Outbound()).Status);
    }

    [Fact]
    public async Task A_status_and_its_message_in_one_request_find_each_other()
    {
        var number = await App.GivenWhatsApp();
        var id = WhatsAppJson.NewId();
        await number.Deliver(WhatsAppJson.Request(
            WhatsAppJson.Statuses(number.PhoneNumberId, WhatsAppJson.Status(id, "delivered", Ann)),
            EchoEntry(number, id)));
        await App.InboundIsIdle();

        Assert.Equal(MessageStatus.Delivered, Assert.Single(await Outbound()).Status);
    }

    [Fact]
    public async Task A_failure_says_why_and_a_proof_of_delivery_outweighs_it()
    {
        var number = await App.GivenWhatsApp();
        var id = await Echo(number);
        var failed = WhatsAppJson.Status(id, "failed", Ann);
        failed["errors"] = new JsonArray(new JsonObject { ["code"] = 131047, ["title"] = "Re-engagement message", ["error_data"] = new JsonObject { ["details"] = "More than 24 hours have passed" } });

        await number.Deliver(WhatsAppJson.Request(WhatsAppJson.Statuses(number.PhoneNumberId, failed)));
        await App.InboundIsIdle();
        var message = Assert.Single(await Outbound());
        Assert.Equal((MessageStatus.Failed, "131047"), (message.Status, message.ErrorCode));

        await number.DeliverStatus(id, "delivered", Ann);
        await App.InboundIsIdle();
        Assert.Equal(MessageStatus.Delivered, Assert.Single(await Outbound()).Status);
    }

    [Fact]
    public async Task A_word_that_is_no_status_is_kept_and_changes_nothing()
    {
        var number = await App.GivenWhatsApp();
        var id = await Echo(number);
        await number.DeliverStatus(id, "vaporised", Ann);
        await App.InboundIsIdle();

        Assert.Equal(MessageStatus.Sent, Assert.Single(await Outbound()).Status);
        Assert.Equal("vaporised", (await App.InBusiness(1, db => db.Set<MessageStatusReport>().SingleAsync(Cancellation))).Status);
    }

    [Fact]
    public async Task A_status_for_the_number_of_another_business_does_not_touch_ours()
    {
        var ours = await App.GivenWhatsApp(tenant: 1);
        var theirs = await App.GivenWhatsApp(tenant: 2);
        var id = await Echo(ours);

        await theirs.DeliverStatus(id, "read", Ann);
        await App.InboundIsIdle();

        Assert.Equal(MessageStatus.Sent, Assert.Single(await Outbound()).Status);
    }

    private async Task<string> Echo(WhatsAppNumber number, string? id = null)
    {
        id ??= WhatsAppJson.NewId();
        await number.Deliver(WhatsAppJson.Request(EchoEntry(number, id)));
        await App.InboundIsIdle();
        return id;
    }

    private static JsonObject EchoEntry(WhatsAppNumber number, string id)
        => WhatsAppJson.Echoes(number.PhoneNumberId, WhatsAppJson.Echo(Ann, "written on the phone", id));

    private async Task<List<Message>> Outbound()
        => [.. (await App.Conversations()).SelectMany(conversation => conversation.Messages).Where(message => message.Direction == MessageDirection.Outbound)];
}
