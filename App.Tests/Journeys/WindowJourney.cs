using Inbox.Channels;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>Where there are no templates, only the customer opens the window again, or a person says so.</summary>
public sealed class WindowJourney : Journey
{
    private const float Minute = 60_000;

    [Fact]
    public async Task What_is_typed_goes_on_as_a_note_until_the_customer_writes()
    {
        var (app, page, id) = await GivenMessenger(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(20), settings: "{}");
        var inbox = new InboxScreen(page);
        var form = page.Locator("form[data-composer]");
        await inbox.Type("I have looked it up");

        await Expect(form).ToHaveAttributeAsync("data-mode", "note", new() { Timeout = Minute });
        await Expect(page.Locator("[data-window-banner]")).ToContainTextAsync("The customer can be answered again as soon as they write");
        await Expect(inbox.Composer).ToHaveValueAsync("");

        await Written(app, id, TimeSpan.Zero);
        app.Services.GetRequiredService<LiveFeed>().Publish(Topics.Conversation(1, id));
        await Expect(form).ToHaveAttributeAsync("data-mode", "reply");
        await Expect(inbox.Composer).ToHaveValueAsync("I have looked it up");
    }

    [Fact]
    public async Task A_person_answers_later_by_saying_so()
    {
        var (app, page, id) = await GivenMessenger(TimeSpan.FromDays(2), settings: """{"human_agent":true}""");
        app.Logs.Expect("sends nothing more");   // the page has no token
        var inbox = new InboxScreen(page);
        await inbox.Type("Sorry for the wait");
        var send = page.Locator("[data-send][data-when=reply]");
        await Expect(send).ToBeDisabledAsync();

        await page.GetByLabel("Send as human agent").CheckAsync();
        await Expect(send).ToBeEnabledAsync();
        await send.ClickAsync();

        await Expect(inbox.Bubble("Sorry for the wait")).ToBeVisibleAsync();
        await Eventually.Async(() => app.InMany(db => db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(message => message.ConversationId == id && message.Content!.Contains("\"human_agent\":true"), Cancellation)));
    }

    private async Task<(TestApp App, IPage Page, long Conversation)> GivenMessenger(TimeSpan ago, string settings)
    {
        var app = await GivenApp();
        var channel = await app.InBusiness(1, async db =>
        {
            var made = db.Add(new Channel { TenantId = 1, Kind = "messenger", Name = "Page", ExternalId = "7700", Settings = settings, CreatedAt = app.Clock.GetUtcNow().UtcDateTime }).Entity;
            await db.SaveChangesAsync(Cancellation);
            return made;
        });
        app.Services.GetRequiredService<ChannelDirectory>().Changed();
        var conversation = await new Outgoing(app).GivenConversation(channel, "7001");
        await Written(app, conversation.Id, ago);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await page.GotoAsync($"/inbox/{conversation.Id}");
        await page.WaitForFunctionAsync("() => document.querySelector('form[data-composer] [data-hint]')?.textContent?.length > 0");
        return (app, page, conversation.Id);
    }

    private static Task<int> Written(TestApp app, long conversation, TimeSpan ago)
    {
        var at = app.Clock.GetUtcNow().UtcDateTime - ago;
        return app.InBusiness(1, db => db.Set<Conversation>().Where(row => row.Id == conversation).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastInboundAt, at), Cancellation));
    }
}
