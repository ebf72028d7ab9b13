using Inbox.Channels;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

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

    [Fact]
    public async Task A_mistyped_account_is_corrected_until_it_has_worked()
    {
        var api = await TestApi.OfBusiness(App);
        var made = await Connect(api, "1001", "77");
        await Connect(api, "1003", "77");
        var address = $"/api/v1/channels/{made.Body.GetProperty("id").GetInt64()}";

        Assert.Equal("channel_exists", (await api.Send(HttpMethod.Put, address, """{"external_id": "1003"}""")).Code);
        var corrected = await api.Send(HttpMethod.Put, address, """{"external_id": " 1002 "}""");
        Assert.Equal((200, "1002"), (corrected.Status, corrected.Body.GetProperty("external_id").GetString()));

        var now = App.Clock.GetUtcNow().UtcDateTime;
        await App.InMany(db => db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(channel => channel.ExternalId == "1002").ExecuteUpdateAsync(set => set.SetProperty(channel => channel.ProvenAt, now), Cancellation));
        var late = await api.Send(HttpMethod.Put, address, """{"external_id": "1004"}""");
        Assert.Equal((409, "account_in_use"), (late.Status, late.Code));
        Assert.Equal(200, (await api.Send(HttpMethod.Put, address, """{"external_id": "1002", "name": "Orders"}""")).Status);
    }

    [Fact]
    public async Task A_business_account_belongs_to_one_business()
    {
        var first = await TestApi.OfBusiness(App);
        var second = await TestApi.OfBusiness(App);
        Assert.Equal(201, (await Connect(first, "1001", "77")).Status);
        Assert.Equal(201, (await Connect(first, "1002", "77")).Status);
        Assert.Equal(201, (await Connect(second, "2000", "77")).Status);   // the first has only typed it in until now
        var now = App.Clock.GetUtcNow().UtcDateTime;
        await App.InMany(db => db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(channel => channel.ExternalId == "1001").ExecuteUpdateAsync(set => set.SetProperty(channel => channel.GroupProvenAt, now), Cancellation));

        var answer = await Connect(second, "2001", "77");
        var own = await Connect(second, "2001", "78");
        var change = await second.Send(HttpMethod.Put, $"/api/v1/channels/{own.Body.GetProperty("id").GetInt64()}", """{"settings": {"business_account_id": "77"}}""");

        Assert.Equal((409, "account_exists"), (answer.Status, answer.Code));
        Assert.Equal((409, "account_exists"), (change.Status, change.Code));
    }

    private static Task<Answer> Connect(TestApi business, string number, string? account) => business.Send(HttpMethod.Post, "/api/v1/channels", $$"""
        {"kind": "whatsapp", "name": "Shop", "external_id": "{{number}}", "credentials": {"access_token": "a"}, "settings": {"business_account_id": "{{account}}" } }
        """);
}
