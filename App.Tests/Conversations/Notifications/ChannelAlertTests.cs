using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Conversations;
using Inbox.Conversations.Notifications;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations.Notifications;

public sealed class ChannelAlertTestsOnSqlite() : ChannelAlertTests(TestDatabase.Sqlite);

public sealed class ChannelAlertTestsOnPostgreSql() : ChannelAlertTests(TestDatabase.PostgreSql);

/// <summary>Who looks after channels learns of what will stop them, before it does.</summary>
public abstract class ChannelAlertTests(TestDatabase database) : SandboxConversation(database)
{
    private readonly TestClock _clock = new();

    private DateTime Now => _clock.GetUtcNow().UtcDateTime;

    protected override TestAppOptions Options(TestAppOptions options) => base.Options(options) with { Clock = _clock };

    [Theory]
    [InlineData(131048)]
    [InlineData(131064)]
    [InlineData(133016)]
    public async Task A_platform_that_wants_less_is_told_of(int code)
    {
        var conversation = await Given();
        App.Services.GetRequiredService<SandboxFaults>().Add(Channel.ExternalId, new SandboxFault(SandboxFaultKind.Error, Code: code));

        await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", """{"text_content": "Hello"}""");

        await Eventually.Async(async () => await Count(ChannelAlerts.Limited) == 1, what: "the limit is written down");
        Assert.Equal([new Notice(NotificationKind.ChannelLimited, null, "WhatsApp")], await Told(Administrator));
        Assert.Empty(await Told(Administrator with { Rights = new Dictionary<string, PermissionScope> { [ConversationPermissions.Read] = PermissionScope.All } }));
    }

    [Fact]
    public async Task A_limit_is_told_once_an_hour_and_the_end_of_a_sign_in_once()
    {
        await Given();
        Assert.True(await Limit());
        Assert.False(await Limit());
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await Limit());

        await Ends(Now.AddDays(3));
        await Ends(Now.AddDays(3));
        Assert.Equal(1, await Count(ChannelAlerts.TokenEnds));
        await Ends(Now.AddDays(4));
        Assert.Equal(2, await Count(ChannelAlerts.TokenEnds));
    }

    [Fact]
    public async Task What_is_over_needs_nobody()
    {
        await Given();
        await Write(db => ChannelAlerts.AddProblem(db, Channel, "No webhook.", Now));
        Assert.Empty(await Told(Administrator));

        await Set(channel => channel.SetProperty(row => row.CheckProblem, "No webhook.").SetProperty(row => row.TokenEndsAt, Now.AddDays(3)));
        await Ends(Now.AddDays(3));
        Assert.Equal([NotificationKind.ChannelProblem, NotificationKind.TokenEnding], (await Told(Administrator)).Select(notice => notice.Kind));

        await Set(channel => channel.SetProperty(row => row.CheckProblem, (string?)null).SetProperty(row => row.TokenEndsAt, Now.AddDays(60)));
        Assert.Empty(await Told(Administrator));
    }

    private static Caller Administrator => new(CallerKind.User, 1, 1, "Ana", new Dictionary<string, PermissionScope>
    {
        [ConversationPermissions.Read] = PermissionScope.All,
        [ChannelPermissions.Write] = PermissionScope.All,
    });

    private async Task<IReadOnlyList<Notice>> Told(Caller caller)
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(1);
        return [.. (await scope.ServiceProvider.GetRequiredService<NotificationCentre>().SinceAsync(caller, 0, Cancellation)).New.Where(notice => NotificationCentre.IsOfChannels(notice.Kind))];
    }

    private Task<int> Count(string type) => App.InBusiness(1, db => db.Set<DomainEvent>().CountAsync(happened => happened.Type == type, Cancellation));

    private Task<bool> Limit() => App.InBusiness(1, async db =>
    {
        var isNews = await ChannelAlerts.AddLimitedAsync(db, Channel, "131048", "Too many complaints.", Now, Cancellation);
        await db.SaveChangesAsync(Cancellation);
        return isNews;
    });

    private Task<int> Ends(DateTime end) => App.InBusiness(1, async db =>
    {
        await ChannelAlerts.AddTokenEndsAsync(db, Channel, end, Now, Cancellation);
        return await db.SaveChangesAsync(Cancellation);
    });

    private Task<int> Write(Action<InboxDb> work) => App.InBusiness(1, db =>
    {
        work(db);
        return db.SaveChangesAsync(Cancellation);
    });

    private Task<int> Set(Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<Channel>> change)
        => App.InBusiness(1, db => db.Set<Channel>().Where(row => row.Id == Channel.Id).ExecuteUpdateAsync(change, Cancellation));
}
