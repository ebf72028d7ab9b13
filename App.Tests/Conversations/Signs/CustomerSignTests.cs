using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Conversations.Signs;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations.Signs;

/// <summary>What a customer sees beside messages: that they were read, and that somebody writes.</summary>
public sealed class CustomerSignTests() : SandboxConversation(TestDatabase.Sqlite)
{
    private IReadOnlyList<SandboxSign> Shown => App.Services.GetRequiredService<SandboxSends>().SignsOf(Channel.Id);

    [Fact]
    public async Task A_customer_sees_that_a_message_was_read_once_for_all_who_read_it()
    {
        var id = await GivenAgent();

        await Read(id);
        await Eventually.Async(() => Shown is [{ Typing: false }]);
        await Read(id);
        await Type(id, "reply");   // after it nothing of the second reading is under way

        await Eventually.Async(() => Shown.Count(sign => sign.Typing) == 1);
        Assert.Single(Shown, sign => !sign.Typing);
    }

    [Fact]
    public async Task While_somebody_writes_the_customer_sees_it_and_the_platform_is_told_once()
    {
        var id = await GivenAgent();

        await Type(id, "reply");
        await Eventually.Async(() => Shown is [{ Typing: true }]);
        await Type(id, "reply");
        await Read(id);

        await Eventually.Async(() => Shown is [{ Typing: true }, { Typing: false }]);
    }

    [Fact]
    public async Task Notes_and_channels_that_are_set_so_show_nothing()
    {
        var id = await GivenAgent();
        await Type(id, "note");
        Assert.Equal(200, (await Api.Send(HttpMethod.Put, $"/api/v1/channels/{Channel.Id}", """{"read_receipts": false}""")).Status);
        await Read(id);
        await Type(id, "reply");
        await Eventually.Async(() => App.Services.GetRequiredService<CustomerSigns>().Handled == 2);
        Assert.Empty(Shown);

        Assert.Equal(200, (await Api.Send(HttpMethod.Put, $"/api/v1/channels/{Channel.Id}", """{"read_receipts": true}""")).Status);
        await Read(id);
        await Eventually.Async(() => Shown is [{ Typing: false }]);
        Assert.True(await App.InBusiness(1, db => db.Set<Channel>().Where(row => row.Id == Channel.Id).Select(row => row.ReadReceipts).SingleAsync(Cancellation)));
    }

    private async Task<long> GivenAgent()
    {
        var id = await Given();
        Assert.Equal(201, (await Api.Send(HttpMethod.Post, "/api/v1/users", $$"""{"email": "eva@shop.example", "full_name": "Eva", "password": "{{Team.Password}}", "roles": ["owner"]}""")).Status);
        var signedIn = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", $$"""{"username": "eva@shop.example", "password": "{{Team.Password}}"}""");
        Api = new TestApi(App, signedIn.Body.GetProperty("access_token").GetString());
        return id;
    }

    private async Task Read(long id) => Assert.Equal(204, (await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/read")).Status);

    private async Task Type(long id, string mode) => Assert.Equal(204, (await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/typing", $$"""{"active": true, "mode": "{{mode}}"}""")).Status);
}
