using System.Text.Json.Nodes;
using Inbox.Audit;
using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Conversations;

public sealed class SystemNewsOnSqlite() : SystemNewsTests(TestDatabase.Sqlite);

public sealed class SystemNewsOnPostgreSql() : SystemNewsTests(TestDatabase.PostgreSql);

/// <summary>What the platform tells of a customer, such as a new number: the customer said nothing.</summary>
public abstract class SystemNewsTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";

    private TestApi _shop = null!;
    private WhatsAppNumber _number = null!;

    [Fact]
    public async Task News_are_in_the_thread_and_nothing_else_changes()
    {
        await Given();
        await _number.DeliverMessage(WhatsAppJson.Text(Ann, "Hello", at: App.Clock.GetUtcNow().AddHours(-20)));
        await App.InboundIsIdle();
        var before = (await App.Conversations())[0].Conversation;

        await News();

        var after = Assert.Single(await App.Conversations());
        Assert.Equal(["text", "system"], after.Messages.Select(message => message.Type));
        Assert.Equal(
            (before.LastInboundAt, before.InboundCount, before.RemindAt, before.LastMessageId, before.LastMessageAt),
            (after.Conversation.LastInboundAt, after.Conversation.InboundCount, after.Conversation.RemindAt, after.Conversation.LastMessageId, after.Conversation.LastMessageAt));
        var received = await App.InBusiness(1, db => db.Set<DomainEvent>().Where(happened => happened.Type == "message_received").Select(happened => happened.MessageId).ToListAsync(Cancellation));
        Assert.Equal([after.Messages[0].Id], received);
        var woken = await App.InBusiness(1, db => db.Set<ContactQueueItem>().Select(wake => wake.MessageId).Where(message => message == after.Messages[1].Id).CountAsync(Cancellation));
        Assert.Equal(0, woken);
    }

    [Fact]
    public async Task News_open_nothing_that_is_closed()
    {
        await Given();
        await _number.DeliverText(Ann, "Hello");
        await App.InboundIsIdle();
        await _shop.Send(HttpMethod.Post, $"/api/v1/conversations/{(await App.Conversations())[0].Id}/close");

        await News();

        var conversation = Assert.Single(await App.Conversations());
        Assert.Equal((ConversationStatus.Closed, 2), (conversation.Conversation.Status, conversation.Messages.Count));
    }

    [Fact]
    public async Task News_of_somebody_without_a_conversation_wait_closed_for_their_next_message()
    {
        await Given();

        await News();
        var waiting = Assert.Single(await App.Conversations()).Conversation;
        Assert.Equal((ConversationStatus.Closed, null, 0), (waiting.Status, waiting.LastInboundAt, waiting.InboundCount));

        await _number.DeliverText("15550100143", "It is me");
        await App.InboundIsIdle();
        var open = Assert.Single(await App.Conversations());
        Assert.Equal((ConversationStatus.Open, 1, 2), (open.Conversation.Status, open.Conversation.InboundCount, open.Messages.Count));
    }

    private async Task Given()
    {
        _shop = await TestApi.OfBusiness(App);
        _number = await App.GivenWhatsApp();
    }

    private async Task News()
    {
        await _number.DeliverMessage(WhatsAppJson.Message(Ann, "system", new JsonObject { ["type"] = "user_changed_number", ["wa_id"] = "15550100143", ["body"] = "Ann changed the number" }));
        await App.InboundIsIdle();
    }
}
