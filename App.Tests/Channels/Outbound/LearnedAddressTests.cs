using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Outbound;

public sealed class LearnedAddressTestsOnSqlite() : LearnedAddressTests(TestDatabase.Sqlite);

public sealed class LearnedAddressTestsOnPostgreSql() : LearnedAddressTests(TestDatabase.PostgreSql);

/// <summary>A platform that writes a number in another form than people: what it answers with is the customer's too.</summary>
public abstract class LearnedAddressTests(TestDatabase database) : AppTests(database)
{
    private const string Typed = "5511987654321";
    private const string Written = "551187654321";

    [Fact]
    public async Task The_answer_of_a_customer_whose_number_the_platform_writes_differently_is_in_the_same_conversation()
    {
        var number = await App.GivenWhatsApp();
        var item = await App.InBusiness(1, async db =>
        {
            var now = App.Clock.GetUtcNow().UtcDateTime;
            var channel = await db.Set<Channel>().SingleAsync(Cancellation);
            var contact = db.Add(new Contact { TenantId = 1, Name = "Ana", CreatedAt = now }).Entity;
            db.Add(new ContactIdentity { TenantId = 1, ContactId = contact.Id, ChannelId = channel.Id, Kind = "phone", Address = Typed, CreatedAt = now });
            var conversation = Conversation.Start(db, channel, contact.Id, now);
            db.Add(conversation);
            await db.SaveChangesAsync(Cancellation);
            return new OutboxItem { TenantId = 1, ChannelId = channel.Id, ConversationId = conversation.Id, MessageId = 1, ToKind = "phone", To = Typed, Type = "text", Text = "Oi", CreatedAt = now, DueAt = now };
        });

        await App.InMany(async db =>
        {
            var channel = (await App.Services.GetRequiredService<ChannelDirectory>().ReadAsync(Cancellation)).Find(number.ChannelId)!;
            await using var write = await db.BeginAsync(Cancellation);
            var sent = new Outcome(new DueItem.Claimed(item, channel, 1, 1), new SendResult.Sent("wamid.1", Written), item.CreatedAt, null);
            await LearnedAddresses.KeepAsync(db, [sent, sent], item.CreatedAt, Cancellation);
            await LearnedAddresses.KeepAsync(db, [sent], item.CreatedAt, Cancellation);
            await write.CommitAsync(Cancellation);
            return 0;
        });
        await number.DeliverText(Written, "oi");
        await App.InboundIsIdle();

        var conversation = Assert.Single(await App.Conversations());
        Assert.Equal(("Ana", "oi"), (conversation.Contact.Name, Assert.Single(conversation.Messages).Text));
    }
}
