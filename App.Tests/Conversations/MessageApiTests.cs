using System.Text.Json;
using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Conversations;

public sealed class MessageApiOnSqlite() : MessageApiTests(TestDatabase.Sqlite);

public sealed class MessageApiOnPostgreSql() : MessageApiTests(TestDatabase.PostgreSql);

/// <summary>Messages and notes over the API.</summary>
public abstract class MessageApiTests(TestDatabase database) : SandboxConversation(database)
{
    [Fact]
    public async Task A_reply_names_the_message_that_it_answers_by_either_name()
    {
        var id = await Given();
        var asked = (await App.Conversations())[0].Messages[0].Id;

        foreach (var body in new[] { $"\"reply_to\": {asked}", $"\"reply_to_id\": {asked}", $"\"reply_to\": {asked}, \"reply_to_id\": {asked}" })
        {
            var sent = await Reply(id, body);
            Assert.Equal((201, asked), (sent.Status, sent.Body.GetProperty("reply_to_id").GetInt64()));
        }

        var both = await Reply(id, $"\"reply_to\": {asked}, \"reply_to_id\": {asked + 1}");
        Assert.Equal((422, "invalid_value"), (both.Status, both.Code));
        Assert.Equal(["reply_to"], both.Fields);
        Assert.Equal((400, "invalid_body"), Said(await Reply(id, $"\"in_reply_to\": {asked}")));
    }

    [Fact]
    public async Task Notes_are_listed_by_themselves_newest_first_and_by_pages()
    {
        var id = await Given();
        foreach (var text in new[] { "first", "second", "third" })
        {
            await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/notes", $$"""{"text_content": "{{text}}"}""");
            await Reply(id, null);
        }

        var page = await Api.Send(HttpMethod.Get, $"/api/v1/conversations/{id}/notes?limit=2");
        var rest = await Api.Send(HttpMethod.Get, $"/api/v1/conversations/{id}/notes?limit=2&cursor={page.Body.GetProperty("next_cursor").GetString()}");

        Assert.Equal(["third", "second"], Texts(page));
        Assert.Equal(["first"], Texts(rest));
        Assert.Equal(JsonValueKind.Null, rest.Body.GetProperty("next_cursor").ValueKind);
        Assert.Equal((400, "invalid_cursor"), Said(await Api.Send(HttpMethod.Get, $"/api/v1/conversations/{id}/notes?cursor=nowhere")));
        Assert.Equal((404, "conversation_not_found"), Said(await Api.Send(HttpMethod.Get, "/api/v1/conversations/424242/notes")));
    }

    [Fact]
    public async Task A_contact_begun_by_phone_takes_the_name_of_its_first_message_and_keeps_one_that_people_typed()
    {
        await Given();
        var number = await App.GivenWhatsApp();
        foreach (var phone in new[] { "15550100150", "15550100151" })
        {
            Assert.Equal(201, (await Api.Send(HttpMethod.Post, "/api/v1/conversations", $$"""{"channel": "{{number.ChannelId}}", "customer_phone": "{{phone}}"}""")).Status);
        }

        var typed = (await App.Conversations()).Single(seen => seen.Contact.Phone == "15550100151").Contact.Id;
        Assert.Equal(200, (await Api.Send(HttpMethod.Put, $"/api/v1/contacts/{typed}", """{"name": "Our best customer"}""")).Status);

        await number.Deliver(WhatsAppJson.Request(WhatsAppJson.Messages(number.PhoneNumberId, WhatsAppJson.Text("15550100150", "Hello"), WhatsAppJson.Text("15550100151", "Hello"))));
        await App.InboundIsIdle();

        Assert.Equal(
            ["Customer 0150", "Our best customer"],
            (await App.Conversations()).Where(seen => seen.Conversation.ChannelId == number.ChannelId).Select(seen => seen.Contact.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_customer_known_by_an_id_alone_is_found_by_the_phone_number_that_they_show_later()
    {
        await Given();
        var (number, other) = (await App.GivenWhatsApp(), await App.GivenWhatsApp());
        await Deliver(number, null);
        await Deliver(number, "15550100160");
        await other.DeliverText("15550100160", "Over your other number");
        await App.InboundIsIdle();

        var contact = Assert.Single(await App.InBusiness(1, db => db.Set<Inbox.Contacts.Contact>().Where(row => row.Phone == "15550100160").ToListAsync(Cancellation)));
        Assert.Equal(2, (await App.Conversations()).Count(seen => seen.Contact.Id == contact.Id));

        async Task Deliver(WhatsAppNumber to, string? from)
        {
            var message = WhatsAppJson.Text(from ?? "US.5550160", "Hello");
            message["from_user_id"] = "US.5550160";
            await to.DeliverMessage(message);
            await App.InboundIsIdle();
        }
    }

    private Task<Answer> Reply(long id, string? fields)
        => Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", fields is null ? """{"text_content": "Hello"}""" : $$"""{"text_content": "Hello", {{fields}}}""");

    private static (int, string?) Said(Answer answer) => (answer.Status, answer.Code);

    private static IEnumerable<string?> Texts(Answer page) => page.Body.GetProperty("items").EnumerateArray().Select(note => note.GetProperty("text_content").GetString());
}
