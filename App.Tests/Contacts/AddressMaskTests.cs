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
            $"/api/v1/contacts/{id}/timeline", $"/api/v1/contacts/{id}/suggestions",
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

    /// <returns>The team, somebody who sees no addresses, and a contact whose phone another one has too.</returns>
    private async Task<(Team, TestApi, long)> Given()
    {
        var team = await Team.In(App);
        await team.GivenRole("Masked", """{"conversations.read": "all", "conversations.export": "all", "contacts.read": "all", "contacts.write": "all", "contacts.export": "all", "contacts.merge": "all"}""");
        await team.GivenPerson("ann", "Masked");
        var number = await App.GivenWhatsApp(team.Tenant);
        await number.DeliverText(Phone, "Where is my parcel?");
        await App.InboundIsIdle();
        var id = (await team.Api.Send(HttpMethod.Get, "/api/v1/contacts")).Body.GetProperty("items")[0].GetProperty("id").GetInt64();
        await team.Api.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", $$"""{"name": "Customer one", "email": "{{Email}}", "phone": "15550100199"}""");
        await team.Api.Send(HttpMethod.Put, $"/api/v1/contacts/{id}", $$"""{"phone": "{{Phone}}"}""");
        await team.Api.Send(HttpMethod.Post, "/api/v1/contacts", $$"""{"name": "Customer too", "phone": "{{Phone}}"}""");
        return (team, new TestApi(App, (await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", $$"""{"email": "{{team.EmailOf("ann")}}", "password": "{{Team.Password}}"}""")).Body.GetProperty("access_token").GetString()), id);
    }
}
