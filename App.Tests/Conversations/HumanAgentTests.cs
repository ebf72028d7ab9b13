using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Conversations;
using Inbox.Tests.Access.People;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

public sealed class HumanAgentTestsOnSqlite() : HumanAgentTests(TestDatabase.Sqlite);

public sealed class HumanAgentTestsOnPostgreSql() : HumanAgentTests(TestDatabase.PostgreSql);

/// <summary>After a day only a person may answer on Messenger, and only where Meta has approved that.</summary>
public abstract class HumanAgentTests(TestDatabase database) : AppTests(database)
{
    private const string AsPerson = """{"text_content": "Sorry for the wait", "as_human_agent": true}""";

    [Fact]
    public async Task A_person_answers_for_seven_days_where_the_channel_has_that_and_a_program_does_not()
    {
        var (team, agent, channel, conversation) = await GivenConversation(TimeSpan.FromDays(2));
        Assert.Equal((422, "unsupported_by_channel"), Said(await Answer(agent, conversation, AsPerson)));

        Assert.Equal(200, (await team.Api.Send(HttpMethod.Put, $"/api/v1/channels/{channel}", """{"settings": {"human_agent": true}}""")).Status);

        Assert.Equal((409, "window_closed"), Said(await Answer(agent, conversation, """{"text_content": "Sorry for the wait"}""")));
        Assert.Equal((403, "person_needed"), Said(await Answer(team.Api, conversation, AsPerson)));
        var sent = await Answer(agent, conversation, AsPerson);
        Assert.Equal((201, true), (sent.Status, sent.Body.GetProperty("content").GetProperty("human_agent").GetBoolean()));
    }

    [Fact]
    public async Task After_seven_days_nobody_does()
    {
        var (team, agent, channel, conversation) = await GivenConversation(TimeSpan.FromDays(8));
        await team.Api.Send(HttpMethod.Put, $"/api/v1/channels/{channel}", """{"settings": {"human_agent": true}}""");

        Assert.Equal((409, "window_closed"), Said(await Answer(agent, conversation, AsPerson)));
    }

    [Fact]
    public async Task The_setting_is_on_or_off()
    {
        var (team, _, channel, _) = await GivenConversation(TimeSpan.FromDays(2));

        Assert.Equal((422, "invalid_value"), Said(await team.Api.Send(HttpMethod.Put, $"/api/v1/channels/{channel}", """{"settings": {"human_agent": "perhaps"}}""")));
        var turned = await team.Api.Send(HttpMethod.Put, $"/api/v1/channels/{channel}", """{"settings": {"human_agent": true}}""");
        Assert.True(turned.Body.GetProperty("settings").GetProperty("human_agent").GetBoolean());
    }

    private async Task<(Team Team, TestApi Agent, long Channel, long Conversation)> GivenConversation(TimeSpan ago)
    {
        var team = await Team.In(App);
        await team.GivenPerson("ann", "agent");
        var pair = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = team.EmailOf("ann"), password = Team.Password }));
        var channel = await App.InBusiness(team.Tenant, async db =>
        {
            var made = db.Add(new Channel { TenantId = team.Tenant, Kind = "messenger", Name = "Page", ExternalId = "7700", CreatedAt = App.Clock.GetUtcNow().UtcDateTime }).Entity;
            App.Services.GetRequiredService<ChannelCredentials>().Write(made, new MetaCredentials { AccessToken = "token" });   // a channel without one is stopped with an error
            await db.SaveChangesAsync(Cancellation);
            return made;
        });
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
        var conversation = await new Outgoing(App).GivenConversation(channel, "7001");
        var last = App.Clock.GetUtcNow().UtcDateTime - ago;
        await App.InBusiness(team.Tenant, db => db.Set<Conversation>().ExecuteUpdateAsync(set => set.SetProperty(row => row.LastInboundAt, last), Cancellation));
        return (team, new TestApi(App, pair.Body.GetProperty("access_token").GetString()), channel.Id, conversation.Id);
    }

    private static Task<Answer> Answer(TestApi api, long conversation, string json) => api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", json);

    private static (int, string?) Said(Answer answer) => (answer.Status, answer.Code);
}
