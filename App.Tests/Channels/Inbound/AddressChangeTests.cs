using System.Text.Json.Nodes;
using Inbox.Channels;
using Inbox.Contacts;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Channels.Inbound;

public sealed class AddressChangeTestsOnSqlite() : AddressChangeTests(TestDatabase.Sqlite);

public sealed class AddressChangeTestsOnPostgreSql() : AddressChangeTests(TestDatabase.PostgreSql);

/// <summary>Customers who stay the same person under another number, or another id.</summary>
public abstract class AddressChangeTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";
    private const string New = "15550100143";

    [Fact]
    public async Task Who_changes_the_number_goes_on_in_the_same_conversation_and_is_answered_there()
    {
        var number = await App.GivenWhatsApp();
        await number.DeliverText(Ann, "hello");
        await number.DeliverMessage(WhatsAppJson.Message(Ann, "system", new JsonObject { ["body"] = $"User A changed from {Ann} to {New}", ["wa_id"] = New, ["type"] = "user_changed_number" }));
        await number.DeliverText(New, "it is me");
        await App.InboundIsIdle();

        var conversation = Assert.Single(await App.Conversations());
        Assert.Equal(3, conversation.Messages.Count);
        Assert.Equal(New, conversation.Contact.Phone);
        var identity = Assert.Single(await Identities());
        Assert.Equal((New, conversation.Conversation.IdentityId), (identity.Address, identity.Id));
    }

    [Fact]
    public async Task Who_gets_the_old_number_is_somebody_else()
    {
        var number = await App.GivenWhatsApp();
        await number.DeliverText(Ann, "hello");
        await number.DeliverMessage(WhatsAppJson.Message(Ann, "system", new JsonObject { ["body"] = "changed", ["wa_id"] = New, ["type"] = "user_changed_number" }));
        await number.DeliverText(Ann, "I am new here");
        await App.InboundIsIdle();

        var conversations = await App.Conversations();
        Assert.Equal(2, conversations.Count);
        Assert.Equal("I am new here", Assert.Single(conversations[1].Messages).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_id_of_a_customer_without_a_number_is_the_same_customer(bool byNotice)
    {
        var number = await App.GivenWhatsApp();
        await number.Deliver(From("US.1", "text", """{"body": "hello"}"""));
        await number.Deliver(byNotice
            ? Change(number, "user_id_update", """{"user_id_update": [{"user_id": {"previous": "US.1", "current": "US.2"}, "timestamp": "1749416383"}]}""")
            : Change(number, "messages", """{"messages": [{"id": "wamid.changed", "timestamp": "1749416383", "type": "system", "system": {"body": "User Sample Sender changed from US.1 to US.2", "user_id": "US.2", "type": "user_changed_user_id"}}]}"""));
        await number.Deliver(From("US.2", "text", """{"body": "it is me"}"""));
        await App.InboundIsIdle();

        Assert.Contains("it is me", Assert.Single(await App.Conversations()).Texts);
        Assert.Equal("US.2", Assert.Single(await Identities()).Address);

        JsonNode From(string user, string type, string content) => Change(number, "messages", $$$"""{"messages": [{"from_user_id": "{{{user}}}", "id": "{{{WhatsAppJson.NewId()}}}", "timestamp": "1749416383", "type": "{{{type}}}", "{{{type}}}": {{{content}}}}]}""");
    }

    [Fact]
    public async Task An_address_that_is_another_contact_s_already_stays_theirs()
    {
        var number = await App.GivenWhatsApp();
        await number.DeliverText(Ann, "hello");
        await number.DeliverText(New, "somebody else");
        await number.DeliverMessage(WhatsAppJson.Message(Ann, "system", new JsonObject { ["body"] = "changed", ["wa_id"] = New, ["type"] = "user_changed_number" }));
        await App.InboundIsIdle();

        Assert.Equal([Ann, New], (await Identities()).Select(identity => identity.Address).Order());
        Assert.Equal(2, (await App.Conversations()).Count);
    }

    [Theory]
    [InlineData("5511987654321", "551187654321")]
    [InlineData("551187654321", "5511987654321")]
    [InlineData("541155551234", "5491155551234")]
    [InlineData("5215512345678", "525512345678")]
    public async Task A_number_that_people_write_in_another_form_is_the_same_number(string known, string writes)
    {
        var number = await App.GivenWhatsApp();
        await App.InBusiness(1, async db =>
        {
            db.Add(new Contact { TenantId = 1, Name = "Ana", Phone = known, CreatedAt = App.Clock.GetUtcNow().UtcDateTime });
            return await db.SaveChangesAsync(Cancellation);
        });

        await number.DeliverText(writes, "oi");
        await App.InboundIsIdle();

        Assert.Equal("Ana", Assert.Single(await App.Conversations()).Contact.Name);
        Assert.Equal(IdentityReasons.Phone, Assert.Single(await Identities()).Reason);
    }

    [Theory]
    [InlineData("15550100142")]
    [InlineData("551134567890")]
    [InlineData("4915112345678")]
    public void Other_numbers_have_one_form(string digits) => Assert.Equal([digits], PhoneNumber.FormsOf(digits));

    private static JsonNode Change(WhatsAppNumber number, string field, string value)
    {
        var inner = JsonNode.Parse(value)!.AsObject();
        inner.Insert(0, "metadata", new JsonObject { ["display_phone_number"] = "15550100100", ["phone_number_id"] = number.PhoneNumberId });
        return new JsonObject
        {
            ["object"] = "whatsapp_business_account",
            ["entry"] = new JsonArray(new JsonObject { ["id"] = "9001", ["changes"] = new JsonArray(new JsonObject { ["field"] = field, ["value"] = inner }) }),
        };
    }

    private Task<List<ContactIdentity>> Identities() => App.InBusiness(1, db => db.Set<ContactIdentity>().AsNoTracking().OrderBy(identity => identity.Id).ToListAsync(Cancellation));
}
