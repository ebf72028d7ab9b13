using System.Net;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Inbound;

public sealed class AssignmentTestsOnSqlite() : AssignmentTests(TestDatabase.Sqlite);

public sealed class AssignmentTestsOnPostgreSql() : AssignmentTests(TestDatabase.PostgreSql);

/// <summary>What came for an account that no channel here has, or whose channel is switched off: kept, and processed in the end.</summary>
public abstract class AssignmentTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";

    private static readonly Caller Operator = Caller.System(0) with { IsSuperAdmin = true };

    [Fact]
    public async Task What_came_for_an_unknown_account_is_given_to_a_channel_with_all_that_came_before()
    {
        var number = await App.GivenWhatsApp(tenant: 2);
        await DeliverTo("999", "one", number);
        await DeliverTo("999", "two", number);
        await DeliverTo("998", "of somebody else", number);
        await App.InboundIsIdle();
        var row = await With(deliveries => deliveries.PageAsync(Operator, "999", null, Cancellation));
        Assert.Equal(2, row.Items.Count);
        Assert.Equal(["999"], row.Items[0].Accounts);
        Assert.Equal(2, await With(deliveries => deliveries.CountAsync(Operator, "whatsapp", "999", Cancellation)));
        Assert.Equal(number.ChannelId, Assert.Single(await With(deliveries => deliveries.TargetsAsync(Operator, row.Items[0].Id, Cancellation))).ChannelId);

        Assert.Equal(2, await With(deliveries => deliveries.AssignAsync(Operator, row.Items[0].Id, "999", number.ChannelId, all: true, Cancellation)));
        await App.InboundIsIdle();

        Assert.Equal(["one", "two"], Assert.Single(await App.Conversations(tenant: 2)).Texts);
        Assert.Equal([DeliveryState.Processed, DeliveryState.Processed, DeliveryState.Unrouted], (await App.Deliveries()).Select(delivery => delivery.State));
        Assert.Equal(1, await App.InBusiness(2, db => db.Set<AuditEvent>().CountAsync(entry => entry.Action == "delivery.assigned", Cancellation)));
    }

    [Fact]
    public async Task Nothing_is_given_to_a_channel_that_its_secret_does_not_cover()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        var other = await App.GivenWhatsApp(tenant: 2, ownSecret: "a secret of their own");
        await DeliverTo("999", "hello", number);
        await App.InboundIsIdle();
        var id = Assert.Single(await App.Deliveries()).Id;

        Assert.Equal([number.ChannelId], (await With(deliveries => deliveries.TargetsAsync(Operator, id, Cancellation))).Select(target => target.ChannelId));
        Assert.Equal("delivery_not_found", (await Assert.ThrowsAsync<RefusedException>(() => With(deliveries => deliveries.AssignAsync(Operator, id, "999", other.ChannelId, all: false, Cancellation)))).Code);
        await Assert.ThrowsAsync<ForbiddenException>(() => With(deliveries => deliveries.AssignAsync(Caller.System(1), id, "999", number.ChannelId, all: false, Cancellation)));
        Assert.Empty(await App.Conversations(tenant: 2));
    }

    [Fact]
    public async Task Of_two_accounts_in_one_delivery_each_goes_where_it_is_given()
    {
        var (one, two) = (await App.GivenWhatsApp(tenant: 1), await App.GivenWhatsApp(tenant: 2));
        await one.Deliver(WhatsAppJson.Request(WhatsAppJson.Messages("999", WhatsAppJson.Text(Ann, "for one")), WhatsAppJson.Messages("998", WhatsAppJson.Text(Ann, "for two"))));
        await App.InboundIsIdle();
        var id = Assert.Single(await App.Deliveries()).Id;

        await With(deliveries => deliveries.AssignAsync(Operator, id, "999", one.ChannelId, all: false, Cancellation));
        await App.InboundIsIdle();
        Assert.Equal(DeliveryState.Unrouted, Assert.Single(await App.Deliveries()).State);
        await With(deliveries => deliveries.AssignAsync(Operator, id, "998", two.ChannelId, all: false, Cancellation));
        await App.InboundIsIdle();

        Assert.Equal(["for one"], Assert.Single(await App.Conversations(tenant: 1)).Texts);
        Assert.Equal(["for two"], Assert.Single(await App.Conversations(tenant: 2)).Texts);
        Assert.Equal(DeliveryState.Processed, Assert.Single(await App.Deliveries()).State);
    }

    [Fact]
    public async Task What_comes_for_a_channel_that_is_switched_off_waits_until_it_is_on_again()
    {
        var number = await App.GivenWhatsApp(ownSecret: "a secret of its own");
        await Switch(number, isActive: false);

        Assert.Equal(HttpStatusCode.OK, await number.DeliverText(Ann, "are you there?"));
        await App.InboundIsIdle();
        Assert.Equal(DeliveryState.Held, Assert.Single(await App.Deliveries()).State);
        Assert.Empty(await App.Conversations());

        await Switch(number, isActive: true);
        await number.DeliverText(Ann, "hello again");
        await App.InboundIsIdle();
        await Eventually.Async(async () => (await App.Deliveries()).All(delivery => delivery.State == DeliveryState.Processed));
        Assert.Equal(["are you there?", "hello again"], Assert.Single(await App.Conversations()).Texts.Order());
    }

    private static Task<HttpStatusCode> DeliverTo(string account, string text, WhatsAppNumber signer)
        => signer.Deliver(WhatsAppJson.Request(WhatsAppJson.Messages(account, WhatsAppJson.Text(Ann, text))));

    private async Task Switch(WhatsAppNumber number, bool isActive)
    {
        await App.InBusiness(1, db => db.Set<Channel>().Where(channel => channel.Id == number.ChannelId).ExecuteUpdateAsync(set => set.SetProperty(channel => channel.IsActive, isActive), Cancellation));
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
    }

    private async Task<T> With<T>(Func<Deliveries, Task<T>> work)
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        return await work(scope.ServiceProvider.GetRequiredService<Deliveries>());
    }
}
