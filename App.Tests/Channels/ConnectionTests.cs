namespace Inbox.Tests.Channels;

public sealed class ConnectionTests : AppTests
{
    [Fact]
    public async Task A_business_account_id_of_101_characters_is_422()
    {
        var answer = await Connect(await TestApi.OfBusiness(App), "1001", new string('1', 101));

        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
        Assert.Equal(["business_account_id"], answer.Fields);
    }

    [Fact]
    public async Task A_number_that_another_business_has_is_409()
    {
        Assert.Equal(201, (await Connect(await TestApi.OfBusiness(App), "1001", null)).Status);

        var answer = await Connect(await TestApi.OfBusiness(App), "1001", null);

        Assert.Equal((409, "channel_exists"), (answer.Status, answer.Code));
    }

    private static Task<Answer> Connect(TestApi business, string number, string? account) => business.Send(HttpMethod.Post, "/api/v1/channels", $$"""
        {"kind": "whatsapp", "name": "Shop", "external_id": "{{number}}", "credentials": {"access_token": "a"}, "settings": {"business_account_id": "{{account}}"}}
        """);
}
