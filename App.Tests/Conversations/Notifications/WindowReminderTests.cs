using Inbox.Conversations;
using Inbox.Conversations.Notifications;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations.Notifications;

public sealed class WindowReminderTestsOnSqlite() : WindowReminderTests(TestDatabase.Sqlite);

public sealed class WindowReminderTestsOnPostgreSql() : WindowReminderTests(TestDatabase.PostgreSql);

public abstract class WindowReminderTests(TestDatabase database) : AppTests(database)
{
    private const string Customer = "15550100142";

    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task Whoever_has_a_conversation_is_reminded_once_an_hour_before_free_text_ends()
    {
        var (team, ann, number, _) = await GivenWaitingCustomer();
        var before = (await Since(team, ann, 0)).Last;

        _clock.Advance(TimeSpan.FromHours(22.5));
        await Reminders.RunDueAsync(Cancellation);
        Assert.Empty((await Since(team, ann, before)).New);

        _clock.Advance(TimeSpan.FromMinutes(40));
        await Reminders.RunDueAsync(Cancellation);
        await Reminders.RunDueAsync(Cancellation);
        var told = await Since(team, ann, before);
        Assert.Equal([NotificationKind.WindowClosing], told.New.Select(notice => notice.Kind));

        // A new message opens a new window, with a reminder of its own.
        await Write(number, "Still there?");
        _clock.Advance(TimeSpan.FromHours(23.1));
        await Reminders.RunDueAsync(Cancellation);
        Assert.Contains((await Since(team, ann, told.Last)).New, notice => notice.Kind == NotificationKind.WindowClosing);
    }

    [Fact]
    public async Task All_who_see_a_conversation_that_nobody_has_are_reminded()
    {
        var (team, ann, _, conversation) = await GivenWaitingCustomer();
        Assert.Equal(200, (await team.Api.Send(HttpMethod.Patch, $"/api/v1/conversations/{conversation}", """{"assignee_id": 0}""")).Status);
        var before = (await Since(team, ann, 0)).Last;

        _clock.Advance(TimeSpan.FromHours(23.1));
        await Reminders.RunDueAsync(Cancellation);
        await Reminders.RunDueAsync(Cancellation);

        Assert.Equal([NotificationKind.WindowClosing], (await Since(team, ann, before)).New.Select(notice => notice.Kind));
    }

    [Fact]
    public async Task Nobody_is_reminded_of_what_was_answered_closed_or_is_too_late()
    {
        var (team, ann, number, conversation) = await GivenWaitingCustomer();
        Assert.Equal(201, (await team.Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", """{"text_content": "Here we are."}""")).Status);
        Assert.Null(await RemindAt(team));

        await Write(number, "Thanks!");
        Assert.NotNull(await RemindAt(team));
        await team.Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/close");
        Assert.Null(await RemindAt(team));

        await Write(number, "One more thing");
        var before = (await Since(team, ann, 0)).Last;
        _clock.Advance(TimeSpan.FromHours(25));
        await Reminders.RunDueAsync(Cancellation);
        Assert.DoesNotContain((await Since(team, ann, before)).New, notice => notice.Kind == NotificationKind.WindowClosing);
        Assert.Null(await RemindAt(team));
    }

    private WindowReminders Reminders => App.Services.GetRequiredService<WindowReminders>();

    private async Task<(Team Team, long Ann, WhatsAppNumber Number, long Conversation)> GivenWaitingCustomer()
    {
        var team = await Team.In(App);
        var ann = await team.GivenPerson("ann", "agent");
        var number = await App.GivenWhatsApp(team.Tenant);
        await Write(number, "Hello?");
        var conversation = Assert.Single(await App.Conversations(team.Tenant)).Id;
        Assert.Equal(200, (await team.Api.Send(HttpMethod.Patch, $"/api/v1/conversations/{conversation}", $$"""{"assignee_id": {{ann}}}""")).Status);
        return (team, ann, number, conversation);
    }

    /// <summary>A message of this moment, by the platform's clock.</summary>
    private async Task Write(WhatsAppNumber number, string text)
    {
        var message = WhatsAppJson.Text(Customer, text, null);
        message["timestamp"] = $"{_clock.GetUtcNow().ToUnixTimeSeconds()}";
        await number.DeliverMessage(message);
        await App.InboundIsIdle();
    }

    private Task<DateTime?> RemindAt(Team team) => App.InBusiness(team.Tenant, db => db.Set<Conversation>().Select(row => row.RemindAt).SingleAsync(Cancellation));

    private static async Task<Notices> Since(Team team, long person, long last)
    {
        var caller = await team.Caller(person);
        return await team.With((NotificationCentre notifications) => notifications.SinceAsync(caller!, last, Cancellation));
    }
}
