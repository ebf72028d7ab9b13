using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Conversations;

public sealed class DirectSendOnSqlite() : DirectSendTests(TestDatabase.Sqlite);

public sealed class DirectSendOnPostgreSql() : DirectSendTests(TestDatabase.PostgreSql);

/// <summary>Sends by phone number, and conversations that we begin.</summary>
public abstract class DirectSendTests(TestDatabase database) : SandboxConversation(database)
{
    [Fact]
    public async Task A_closed_conversation_goes_on_while_the_customers_window_is_open()
    {
        var id = await Given();
        Assert.Equal(204, (await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/close")).Status);

        var first = await Send("key-1");
        var again = await Send("key-1");

        Assert.Equal((200, 200), (first.Status, again.Status));
        Assert.NotEqual(id, first.Body.GetProperty("message").GetProperty("conversation_id").GetInt64());
        Assert.Equal(first.Body.GetProperty("message").GetProperty("id").GetInt64(), again.Body.GetProperty("message").GetProperty("id").GetInt64());
        Assert.Single(Taken);

        Task<Answer> Send(string key)
            => Api.Send(HttpMethod.Post, "/whatsapp/send/text", $$"""{"to": "{{Ann}}", "text": "One more thing"}""", ("Idempotency-Key", key));
    }

    [Fact]
    public async Task A_message_to_a_number_finds_its_conversation_and_tells_what_the_platform_said()
    {
        var id = await Given();

        var sent = await Api.Send(HttpMethod.Post, "/messages/send", $$"""{"customer_phone": "+1 (555) 010-0142", "text_content": "Hello!"}""");

        Assert.Equal(200, sent.Status);
        Assert.Equal(id, sent.Body.GetProperty("message").GetProperty("conversation_id").GetInt64());
        Assert.StartsWith("wamid.", sent.Body.GetProperty("whatsapp_response").GetProperty("messages")[0].GetProperty("id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_is_begun_with_by_a_template_only()
    {
        await Given();

        var text = await Api.Send(HttpMethod.Post, "/whatsapp/send/text?bot_id=1", """{"to": "4930987654", "text": "Hello!"}""");
        var conversations = await App.InBusiness(1, db => db.Set<Conversation>().CountAsync(Cancellation));
        var template = await Api.Send(HttpMethod.Post, "/whatsapp/send/template?bot_id=1", """{"to": "4930987654", "template_name": "hello_world", "language_code": "en_US"}""");

        Assert.Equal((409, "window_closed"), (text.Status, text.Code));
        Assert.Equal(1, conversations);   // nothing was begun that nothing was written in
        Assert.Equal(200, template.Status);
        Assert.StartsWith("Hello World", Assert.Single(Taken).Text, StringComparison.Ordinal);
        var begun = await Api.Send(HttpMethod.Post, "/api/v1/conversations", """{"channel": "whatsapp", "customer_phone": "4930987654"}""");
        Assert.Equal((200, template.Body.GetProperty("message").GetProperty("conversation_id").GetInt64()), (begun.Status, begun.Body.GetProperty("id").GetInt64()));
    }

    [Fact]
    public async Task With_several_numbers_a_client_says_which_one_speaks_and_which_ones_messages_it_wants()
    {
        await Given();
        var number = await App.GivenWhatsApp();
        await number.DeliverText("4930987654", "To the other number");
        await App.InboundIsIdle();

        foreach (var (bot, from) in new[] { ($"{Channel.Id}", Channel.Id), (number.PhoneNumberId, number.ChannelId), ($"{number.ChannelId}", number.ChannelId) })
        {
            var sent = await Api.Send(HttpMethod.Post, $"/whatsapp/send/template?bot_id={bot}", """{"to": "4930987654", "template_name": "hello_world", "language_code": "en_US"}""");
            Assert.Equal(200, sent.Status);
            var message = sent.Body.GetProperty("message").GetProperty("id").GetInt64();
            Assert.Equal(from, await App.InBusiness(1, db => db.Set<Message>().Where(row => row.Id == message).Select(row => row.ChannelId).SingleAsync(Cancellation)));
        }

        Assert.Equal(["Hi"], Received(await Api.Send(HttpMethod.Get, $"/whatsapp/messages/{Channel.Id}")));
        Assert.Equal(["To the other number"], Received(await Api.Send(HttpMethod.Get, $"/whatsapp/messages/{number.PhoneNumberId}")));
        // Nobody means the stand-in by a name that says nothing.
        Assert.Equal(["To the other number"], Received(await Api.Send(HttpMethod.Get, "/whatsapp/messages/424242")));
        await App.GivenWhatsApp();
        Assert.Equal("channel_not_found", (await Api.Send(HttpMethod.Get, "/whatsapp/messages/424242")).Code);
        Assert.Equal("channel_not_found", (await Api.Send(HttpMethod.Post, "/whatsapp/send/text?bot_id=424242", """{"to": "4930987654", "text": "Hello!"}""")).Code);

        static IEnumerable<string?> Received(Answer list) => list.Body.GetProperty("items").EnumerateArray()
            .Where(message => message.GetProperty("direction").GetString() == "inbound").Select(message => message.GetProperty("text_content").GetString());
    }

    [Fact]
    public async Task Buttons_in_the_platforms_own_shape_are_taken_from_older_clients()
    {
        await Given();

        var sent = await Api.Send(
            HttpMethod.Post, "/whatsapp/send/interactive?bot_id=1",
            $$$$"""{"to": "{{{{Ann}}}}", "interactive": {"type": "button", "body": {"text": "Pick"}, "action": {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "A"}}]}}}""");

        Assert.Equal(200, sent.Status);
        Assert.Equal("Pick [A]", Assert.Single(Taken).Text);
    }

    [Fact]
    public async Task A_list_with_nothing_in_it_is_refused_in_the_platforms_shape_too()
    {
        await Given();
        var answer = await Api.Send(HttpMethod.Post, "/whatsapp/send/interactive", $$"""
            {"to": "{{Ann}}", "interactive": {"type": "button", "body": {"text": "Pick"}, "action": {"buttons": [null] } } }
            """);
        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("""{"channel": "whatsapp", "customer_phone": "4930987654"}""", 201, null)]
    [InlineData("""{"channel": "whatsapp"}""", 422, "invalid_value")]
    [InlineData("""{"channel": "whatsapp", "customer_phone": "abc"}""", 422, "invalid_value")]
    [InlineData("""{"channel": "telegram", "customer_phone": "4930987654"}""", 404, "channel_not_found")]
    [InlineData("""{"channel": "whatsapp", "contact_id": 424242}""", 404, "contact_not_found")]
    public async Task A_conversation_begins_with_somebody(string body, int status, string? code)
    {
        await Given();
        var answer = await Api.Send(HttpMethod.Post, "/api/v1/conversations", body);
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }
}
