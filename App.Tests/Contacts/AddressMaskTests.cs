using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Tests.Access.People;

namespace Inbox.Tests.Contacts;

public sealed class AddressMaskTestsOnSqlite() : AddressMaskTests(TestDatabase.Sqlite);

public sealed class AddressMaskTestsOnPostgreSql() : AddressMaskTests(TestDatabase.PostgreSql);

public abstract class AddressMaskTests(TestDatabase database) : AppTests(database)
{
    private const string Phone = "15550100142";
    private const string Email = "ann@shop.example";

    [Fact]
    public async Task Who_may_not_see_addresses_sees_them_in_part_everywhere()
    {
        var (team, ann, id) = await Given();

        foreach (var path in new[]
        {
            "/api/v1/contacts", $"/api/v1/contacts/{id}", "/api/v1/contacts/export", "/api/v1/conversations", "/api/v1/export/conversations?format=csv", "/api/v1/search?q=Customer",
            $"/api/v1/contacts/{id}/timeline", $"/api/v1/contacts/{id}/suggestions", "/api/v1/audit",
        })
        {
            var (hidden, whole) = (await ann.Text(path), await team.Api.Text(path));
            Assert.DoesNotContain(Phone, hidden, StringComparison.Ordinal);
            Assert.DoesNotContain(Email, hidden, StringComparison.Ordinal);
            Assert.Contains(Phone, whole, StringComparison.Ordinal);
        }

        var seen = (await ann.Send(HttpMethod.Get, $"/api/v1/contacts/{id}")).Body;
        Assert.Equal(("15 •••• 0142", "a••••@shop.example"), (seen.GetProperty("phone").GetString(), seen.GetProperty("email").GetString()));
        Assert.Equal("15 •••• 0142", seen.GetProperty("identities")[0].GetProperty("address").GetString());
    }

    [Theory]
    [InlineData(Phone, 2)]
    [InlineData("+1 555 0100-142", 2)]
    [InlineData(Email, 1)]
    [InlineData("Customer", 2)]
    [InlineData("0142", 0)]
    [InlineData("shop.example", 0)]
    public async Task The_whole_of_an_address_finds_its_contact_and_a_part_does_not(string text, int found)
    {
        var (_, ann, _) = await Given();

        Assert.Equal(found, (await ann.Send(HttpMethod.Get, $"/api/v1/contacts?q={Uri.EscapeDataString(text)}")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(found, (await ann.Send(HttpMethod.Get, $"/api/v1/search?q={Uri.EscapeDataString(text)}")).Body.GetProperty("contacts").GetArrayLength());
    }

    [Fact]
    public async Task A_change_by_who_sees_no_addresses_leaves_them_as_they_are()
    {
        var (team, ann, id) = await Given();

        Assert.Equal(200, (await ann.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", """{"name": "Ann of the bakery"}""")).Status);

        var contact = (await team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{id}")).Body;
        Assert.Equal((Phone, Email), (contact.GetProperty("phone").GetString(), contact.GetProperty("email").GetString()));
    }

    [Theory]
    [InlineData("phone", "15 •••• 0142", 200)]
    [InlineData("phone", "15 •••• 0143", 422)]
    [InlineData("email", "a••••@shop.example", 200)]
    [InlineData("email", "b••••@shop.example", 422)]
    public async Task A_mask_that_is_sent_back_is_no_address(string field, string mask, int status)
    {
        var (team, ann, id) = await Given();

        Assert.Equal(status, (await ann.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", $$"""{"{{field}}": "{{mask}}"}""")).Status);

        var contact = (await team.Api.Send(HttpMethod.Get, $"/api/v1/contacts/{id}")).Body;
        Assert.Equal((Phone, Email), (contact.GetProperty("phone").GetString(), contact.GetProperty("email").GetString()));
    }

    [Fact]
    public async Task What_tells_addresses_by_the_file_is_not_for_who_may_not_see_them()
    {
        var (team, ann, _) = await Given();

        Assert.Equal(403, (await ann.Send(HttpMethod.Post, "/api/v1/contacts/import", """{"csv": "phone\n15550100142", "dry_run": true}""")).Status);
        Assert.Equal(403, (await ann.Send(HttpMethod.Get, "/api/v1/audit/export")).Status);
        Assert.Contains(Phone, await team.Api.Text("/api/v1/audit/export"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_platforms_ids_of_messages_are_not_for_who_may_not_see_addresses()
    {
        var (team, ann, _) = await Given();
        var conversation = (await team.Api.Send(HttpMethod.Get, "/api/v1/conversations")).Body.GetProperty("items")[0].GetProperty("id").GetInt64();

        async Task<string?> IdFor(TestApi api) => (await api.Send(HttpMethod.Get, $"/api/v1/conversations/{conversation}/messages")).Body.GetProperty("items")[0].GetProperty("external_id").GetString();

        Assert.NotNull(await IdFor(team.Api));
        Assert.Null(await IdFor(ann));
        var whole = new MessageRow(
            1, 1, 1, MessageDirection.Outbound, "text", "Hi", null, MessageStatus.Sent, null, null, "wamid.one", null, SenderKind.Bot, null, null, "wamid.other", DateTime.UnixEpoch, DateTime.UnixEpoch, null, null);
        var masked = whole with { IsMasked = true };
        Assert.Equal(("wamid.other", "wamid.one"), (MessageView.Of(whole).ReplyToExternalId, PlatformAnswer.Of(whole)?.Messages?[0].Id));
        Assert.Equal((null, null), (MessageView.Of(masked).ReplyToExternalId, PlatformAnswer.Of(masked)));
    }

    [Theory]
    [InlineData("user", "ann@shop.example", "a••••@shop.example")]
    [InlineData("user", "+1 555 010", "15 •••• 5010")]
    [InlineData("user", "15550100142", "15 •••• 0142")]
    [InlineData("user", "customer-17", "customer-17")]
    [InlineData("user", "12345678", "12345678")]
    public void A_sites_own_id_is_masked_where_it_looks_like_an_address(string kind, string address, string shown) => Assert.Equal(shown, AddressMask.Address(kind, address));

    [Theory]
    [InlineData("Nora changed from +4915112345678 to +4915112345679", "Nora changed from 49 •••• 5678 to 49 •••• 5679")]
    [InlineData("call me at (030) 1234-5678 or ann@shop.example, please", "call me at (03 •••• 5678 or a••••@shop.example, please")]
    [InlineData("order 1234-56 of 2026-01-02", "order 1234-56 of 2026-01-02")]
    public void Addresses_within_a_text_are_masked_and_other_numbers_stand(string text, string shown) => Assert.Equal(shown, AddressMask.Within(text));

    [Fact]
    public void The_answers_of_a_form_are_masked_where_they_look_like_addresses()
    {
        var shown = ContentMask.Of("""{"form": {"values": {"Name": "Ann", "E-mail": "ann@shop.example", "Phone": "+49 30 1234567", "Call me": "555-0142", "Order number": "A-17", "People": 4}, "kinds": {"Call me": "phone"}}, "platform": {"from": "15550100142", "type": "poll"}}""");

        Assert.Equal("""{"form":{"values":{"Name":"Ann","E-mail":"a••••@shop.example","Phone":"49 •••• 4567","Call me":"55 •••• 0142","Order number":"A-17","People":4},"kinds":{"Call me":"phone"}},"platform":{"type":"poll"}}""", shown);
    }

    /// <returns>The team, somebody who sees no addresses, and a contact whose phone another one has too.</returns>
    private async Task<(Team, TestApi, long)> Given()
    {
        var team = await Team.In(App);
        await team.GivenRole("Masked", """{"conversations.read": "all", "conversations.export": "all", "contacts.read": "all", "contacts.write": "all", "contacts.export": "all", "contacts.merge": "all", "contacts.import": "all", "audit.read": "all", "audit.export": "all"}""");
        await team.GivenPerson("ann", "Masked");
        var number = await App.GivenWhatsApp(team.Tenant);
        await number.DeliverText(Phone, "Where is my parcel?");
        await App.InboundIsIdle();
        var id = (await team.Api.Send(HttpMethod.Get, "/api/v1/contacts")).Body.GetProperty("items")[0].GetProperty("id").GetInt64();
        await team.Api.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", $$"""{"name": "Customer one", "email": "{{Email}}", "phone": "15550100199"}""");
        await team.Api.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", $$"""{"phone": "{{Phone}}"}""");
        await team.Api.Send(HttpMethod.Post, "/api/v1/contacts", $$"""{"name": "Customer too", "phone": "{{Phone}}"}""");
        return (team, await team.SignedIn("ann"), id);
    }
}
