using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Conversations;
using Inbox.Conversations.Notifications;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Inbox.Tests.Channels.Outbound;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations.Notifications;

public sealed class NotificationTestsOnSqlite() : NotificationTests(TestDatabase.Sqlite);

public sealed class NotificationTestsOnPostgreSql() : NotificationTests(TestDatabase.PostgreSql);

public abstract class NotificationTests(TestDatabase database) : AppTests(database)
{
    private const string Address = "/api/v1/profile/notifications";

    private readonly ScriptedChannel _platform = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Services = services => services.AddSingleton<IChannel>(_platform),
        Settings = new Dictionary<string, string?> { ["Inbox:Outbound:PollSeconds"] = "0.1" },
    };

    [Fact]
    public async Task Everything_is_told_until_the_person_chooses_and_what_is_left_out_stays()
    {
        var (team, _, agent) = await GivenAgent();

        Assert.Equal(
            """{"assigned_to_me":{"in_app":true,"sound":true},"message_in_mine":{"in_app":true,"sound":true},"new_conversation":{"in_app":true,"sound":true},"message_failed":{"in_app":true,"sound":true},"channel_stopped":{"in_app":true,"sound":true},"window_closing":{"in_app":true,"sound":true},"channel_problem":{"in_app":true,"sound":true},"token_ending":{"in_app":true,"sound":true},"channel_limited":{"in_app":true,"sound":true},"quiet_hours":null}""",
            Json(await agent.Send(HttpMethod.Get, Address)));

        await agent.Send(HttpMethod.Put, Address, """{"new_conversation": {"in_app": true, "sound": false}, "quiet_hours": {"from": "22:00", "until": "07:00"}}""");
        await agent.Send(HttpMethod.Put, Address, """{"message_in_mine": {"in_app": false, "sound": false}}""");
        await agent.Send(HttpMethod.Put, Address, """{"message_failed": {"in_app": true, "sound": false}, "channel_stopped": {"in_app": false, "sound": true}, "token_ending": {"in_app": true, "sound": false}}""");

        Assert.Equal(
            """{"assigned_to_me":{"in_app":true,"sound":true},"message_in_mine":{"in_app":false,"sound":false},"new_conversation":{"in_app":true,"sound":false},"message_failed":{"in_app":true,"sound":false},"channel_stopped":{"in_app":false,"sound":true},"window_closing":{"in_app":true,"sound":true},"channel_problem":{"in_app":true,"sound":true},"token_ending":{"in_app":true,"sound":false},"channel_limited":{"in_app":true,"sound":true},"quiet_hours":{"from":"22:00:00","until":"07:00:00"}}""",
            Json(await agent.Send(HttpMethod.Get, Address)));
        Assert.Equal((403, "person_needed"), Said(await team.Api.Send(HttpMethod.Get, Address)));
    }

    [Fact]
    public async Task The_same_begin_and_end_is_no_quiet_hour_and_of_two_tabs_the_later_is_told()
    {
        var (_, _, agent) = await GivenAgent();
        var fresh = (await agent.Send(HttpMethod.Get, Address)).Header("ETag")!;
        var first = await agent.Send(HttpMethod.Put, Address, """{"quiet_hours": {"from": "22:00", "until": "07:00"}}""", ("If-Match", fresh));
        Assert.Equal((412, "version_stale"), Said(await agent.Send(HttpMethod.Put, Address, "{}", ("If-Match", fresh))));

        var none = await agent.Send(HttpMethod.Put, Address, """{"quiet_hours": {"from": "08:00", "until": "08:00"}}""", ("If-Match", first.Header("ETag")!));

        Assert.Equal(JsonValueKind.Null, none.Body.GetProperty("quiet_hours").ValueKind);
        Assert.Equal((412, "version_stale"), Said(await agent.Send(HttpMethod.Put, Address, "{}", ("If-Match", first.Header("ETag")!))));
    }

    [Theory]
    [InlineData("""{"quiet_hours": {"from": "25:00", "until": "07:00"}}""")]
    [InlineData("""{"quiet_hours": {"from": "22:00"}}""")]
    [InlineData("""{"assigned_to_me": {"in_app": "yes", "sound": true}}""")]
    [InlineData("""{"lottery": {"in_app": true, "sound": true}}""")]
    public async Task What_is_no_setting_is_refused(string json)
    {
        var (_, _, agent) = await GivenAgent();

        Assert.Equal((400, "invalid_body"), Said(await agent.Send(HttpMethod.Put, Address, json)));
    }

    [Fact]
    public async Task An_agent_is_told_of_what_others_did_in_what_is_theirs_or_nobodys_and_once_for_each_conversation()
    {
        var (team, ann, _) = await GivenAgent();
        var bob = await team.GivenPerson("bob", "agent");
        var number = await App.GivenWhatsApp(team.Tenant);
        var before = (await Since(team, ann, 0)).Last;
        await number.DeliverText("15550100142", "Hello?");
        await number.DeliverText("15550100143", "Anybody?");
        await App.InboundIsIdle();
        var (hello, anybody) = (await ConversationOf(team, "15550100142"), await ConversationOf(team, "15550100143"));

        var fresh = await Since(team, ann, before);
        Assert.Equal([(NotificationKind.NewConversation, hello), (NotificationKind.NewConversation, anybody)], Told(fresh));

        await Assign(team, hello, ann);
        await Assign(team, anybody, bob);
        await number.DeliverText("15550100142", "Are you there?");
        await number.DeliverText("15550100143", "Bob?");
        await App.InboundIsIdle();

        // Being given a conversation says more than the message in it; what is Bob's is no news for Ann.
        var later = await Since(team, ann, fresh.Last);
        Assert.Equal([(NotificationKind.AssignedToMe, hello)], Told(later));

        await number.DeliverText("15550100142", "Now?");
        await App.InboundIsIdle();
        Assert.Equal([(NotificationKind.MessageInMine, hello)], Told(await Since(team, ann, later.Last)));
        Assert.Empty((await Since(team, ann, (await Since(team, ann, later.Last)).Last)).New);
    }

    [Fact]
    public async Task Who_wrote_a_message_is_told_that_it_failed_and_who_may_change_channels_that_one_stopped()
    {
        var (team, ann, agent) = await GivenAgent();
        var (bob, cleo) = (await team.GivenPerson("bob", "agent"), await team.GivenPerson("cleo", "admin"));
        var channel = await App.InBusiness(team.Tenant, async db =>
        {
            var made = db.Add(new Channel { TenantId = team.Tenant, Kind = _platform.Kind, Name = "Shop", ExternalId = "shop", CreatedAt = App.Clock.GetUtcNow().UtcDateTime }).Entity;
            await db.SaveChangesAsync(Cancellation);
            return made;
        });
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
        var outgoing = new Outgoing(App);
        var conversation = await outgoing.GivenConversation(channel, "15550100142");
        await Assign(team, conversation.Id, bob);
        var before = (await Since(team, ann, 0)).Last;

        _platform.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Refused("131047", "Too late."));
        await Write("One");
        var later = await Since(team, ann, before);
        Assert.Equal([(NotificationKind.MessageFailed, conversation.Id)], Told(later));
        Assert.Empty((await Since(team, bob, before)).New);
        Assert.Empty((await Since(team, cleo, before)).New);

        _platform.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Refused("190", "Connect again.", StopsChannel: true));
        App.Logs.Expect("sends nothing more");
        await Write("Two");
        Assert.Equal([(NotificationKind.MessageFailed, conversation.Id)], Told(await Since(team, ann, later.Last)));
        Assert.Equal([new Notice(NotificationKind.ChannelStopped, null, "Shop")], (await Since(team, cleo, later.Last)).New);

        async Task Write(string text)
        {
            var written = await agent.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation.Id}/messages", $$"""{"text_content": "{{text}}"}""");
            Assert.True(written.Status is 200 or 201, written.Body.ToString());
            await outgoing.Reaches(written.Body.GetProperty("id").GetInt64(), MessageStatus.Failed);
        }
    }

    [Fact]
    public async Task Nobody_is_told_of_conversations_of_another_department_or_business()
    {
        var (team, _, _) = await GivenAgent();
        await team.GivenRole("Desk", """{"conversations.read": "department"}""");
        var cleo = await team.GivenPerson("cleo", "Desk");
        await team.GivenDepartment("Sales", cleo);
        var other = await Team.In(App, "Other");
        await (await App.GivenWhatsApp(team.Tenant)).DeliverText("15550100142", "For nobody yet");
        await (await App.GivenWhatsApp(other.Tenant)).DeliverText("15550100143", "For the others");
        await App.InboundIsIdle();

        Assert.Empty((await Since(team, cleo, 0)).New);
    }

    [Theory]
    [InlineData(22, 7, 23, true)]
    [InlineData(22, 7, 6, true)]
    [InlineData(22, 7, 7, false)]
    [InlineData(22, 7, 12, false)]
    [InlineData(9, 12, 9, true)]
    [InlineData(9, 12, 12, false)]
    public void Quiet_hours_may_go_over_midnight(int from, int until, int hour, bool isQuiet)
    {
        var settings = new NotificationSettings { TenantId = 1, UserId = 1 };
        settings.BeQuiet(new TimeOnly(from, 0), new TimeOnly(until, 0));

        Assert.Equal(isQuiet, settings.IsQuietAt(new TimeOnly(hour, 0)));
    }

    private async Task<(Team Team, long Id, TestApi Agent)> GivenAgent()
    {
        var team = await Team.In(App);
        var id = await team.GivenPerson("ann", "agent");
        var pair = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = team.EmailOf("ann"), password = Team.Password }));
        return (team, id, new TestApi(App, pair.Body.GetProperty("access_token").GetString()));
    }

    private static async Task<Notices> Since(Team team, long person, long last)
    {
        var caller = await team.Caller(person);
        return await team.With((NotificationCentre notifications) => notifications.SinceAsync(caller!, last, Cancellation));
    }

    private static (NotificationKind, long?)[] Told(Notices notices) => [.. notices.New.Select(notice => (notice.Kind, notice.ConversationId))];

    private static async Task<long> ConversationOf(Team team, string phone)
    {
        var found = await team.Api.Send(HttpMethod.Get, "/api/v1/conversations");
        return found.Body.GetProperty("items").EnumerateArray().Single(row => row.GetRawText().Contains(phone, StringComparison.Ordinal)).GetProperty("id").GetInt64();
    }

    private static async Task Assign(Team team, long conversation, long person)
        => Assert.Equal(200, (await team.Api.Send(HttpMethod.Patch, $"/api/v1/conversations/{conversation}", $$"""{"assignee_id": {{person}}}""")).Status);

    private static string Json(Answer answer) => JsonSerializer.Serialize(answer.Body);

    private static (int, string?) Said(Answer answer) => (answer.Status, answer.Code);
}
