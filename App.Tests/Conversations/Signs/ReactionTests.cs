using Inbox.Channels.Sandbox;
using Inbox.Conversations;
using Inbox.Conversations.Signs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations.Signs;

public sealed class ReactionTestsOnSqlite() : ReactionTests(TestDatabase.Sqlite);

public sealed class ReactionTestsOnPostgreSql() : ReactionTests(TestDatabase.PostgreSql);

/// <summary>How we feel about a customer's message, from the API to the platform.</summary>
public abstract class ReactionTests(TestDatabase database) : SandboxConversation(database)
{
    [Fact]
    public async Task A_reaction_goes_to_the_platform_and_stands_at_the_message()
    {
        var message = await GivenMessage();

        var answer = await React(message, "👍");

        Assert.Equal((200, "👍", "us"), (answer.Status, answer.Body.GetProperty("reactions")[0].GetProperty("emoji").GetString(), answer.Body.GetProperty("reactions")[0].GetProperty("by").GetString()));
        await Eventually.Async(() => Taken is [{ Text: "[reaction 👍]", To: Ann }]);
        await Settled();
    }

    [Fact]
    public async Task The_newest_takes_the_place_of_the_one_before_and_can_be_taken_back()
    {
        var message = await GivenMessage();

        await React(message, "👍");
        await React(message, "❤️");
        await Eventually.Async(() => Taken is [.., { Text: "[reaction ❤️]" }]);
        Assert.Equal(204, (await Api.Send(HttpMethod.Delete, $"/api/v1/messages/{message}/reaction")).Status);

        await Eventually.Async(() => Taken is [.., { Text: "[reaction taken back]" }]);
        Assert.Equal(0, (await Api.Send(HttpMethod.Get, $"/api/v1/messages/{message}")).Body.GetProperty("reactions").GetArrayLength());
        Assert.Equal(1, await App.InBusiness(1, db => db.Set<Reaction>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task The_same_again_tells_the_platform_nothing()
    {
        var message = await GivenMessage();

        await React(message, "👍");
        await Eventually.Async(() => Taken.Count == 1);
        await Settled();
        await React(message, "👍");

        Assert.Null(await App.InBusiness(1, db => db.Set<Reaction>().Select(reaction => reaction.DueAt).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task One_that_the_platform_does_not_take_says_why()
    {
        var message = await GivenMessage();
        App.Services.GetRequiredService<SandboxFaults>().Add(Channel.ExternalId, new SandboxFault(SandboxFaultKind.Error, Code: 131009));

        await React(message, "👍");

        await Eventually.Async(async () => (await Api.Send(HttpMethod.Get, $"/api/v1/messages/{message}")).Body.GetProperty("reactions")[0].GetProperty("error").GetString() is { Length: > 0 });
        await Settled();
        Assert.Empty(Taken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("👍👍")]
    [InlineData(" 👍")]
    [InlineData("7")]
    [InlineData("<b>")]
    [InlineData("\\u202e")]
    [InlineData("\\ud83d")]
    public async Task What_is_no_emoji_is_refused(string emoji)
    {
        var answer = await React(await GivenMessage(), emoji);

        Assert.InRange(answer.Status, 400, 422);
        Assert.Empty(await App.InBusiness(1, db => db.Set<Reaction>().ToListAsync(Cancellation)));
    }

    [Theory]
    [InlineData("👍🏽")]
    [InlineData("👩‍👩‍👧")]
    [InlineData("🇧🇷")]
    [InlineData("✅")]
    [InlineData("❤")]
    public async Task Emoji_of_several_parts_are_one(string emoji) => Assert.Equal(200, (await React(await GivenMessage(), emoji)).Status);

    [Fact]
    public async Task Only_what_the_customer_wrote_and_while_the_window_is_open()
    {
        var message = await GivenMessage();
        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{await Conversation()}/messages", """{"text_content": "Hello"}""");

        var own = await React(sent.Body.GetProperty("id").GetInt64(), "👍");
        await App.InBusiness(1, async db =>
        {
            var conversation = await db.Set<Conversation>().SingleAsync(Cancellation);
            conversation.LastInboundAt = conversation.LastInboundAt!.Value.AddHours(-25);
            return await db.SaveChangesAsync(Cancellation);
        });
        var late = await React(message, "👍");

        Assert.Equal((409, "message_not_reactable"), (own.Status, own.Code));
        Assert.Equal((409, "window_closed"), (late.Status, late.Code));
        Assert.Equal((404, "message_not_found"), await React(424242, "👍") is var none ? (none.Status, none.Code) : default);
    }

    private Task<Answer> React(long message, string emoji) => Api.Send(HttpMethod.Put, $"/api/v1/messages/{message}/reaction", $$"""{"emoji": "{{emoji}}"}""");

    private async Task<long> GivenMessage()
    {
        await Given();
        return await App.InBusiness(1, db => db.Set<Message>().Select(message => message.Id).SingleAsync(Cancellation));
    }

    private Task<long> Conversation() => App.InBusiness(1, db => db.Set<Conversation>().Select(conversation => conversation.Id).SingleAsync(Cancellation));

    /// <summary>Nothing is to be handed over any more.</summary>
    private Task Settled() => Eventually.Async(async () => !await App.InBusiness(1, db => db.Set<Reaction>().AnyAsync(reaction => reaction.DueAt != null, Cancellation)));
}
