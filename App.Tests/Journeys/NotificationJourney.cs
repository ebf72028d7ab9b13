using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class NotificationJourney : Journey
{
    private const float Seen = 20_000;

    private static Regex Plain { get; } = new(@"/logo(\.\w+)?\.svg$");

    private static Regex Dotted { get; } = new(@"/logo-unread(\.\w+)?\.svg$");

    [Fact]
    public async Task Whatever_page_is_open_a_line_leads_to_a_new_conversation_until_the_person_wants_none()
    {
        var app = await GivenApp();
        var number = await app.GivenWhatsApp(tenant: 1);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await OpenSettings(page);

        await number.DeliverText("15550100142", "Do you have it in blue?");

        var line = page.Locator(".toast").Filter(new() { HasText = "New conversation with" });
        await line.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(new InboxScreen(page).Bubble("Do you have it in blue?")).ToBeVisibleAsync();
        var unread = page.Locator("nav .count.strong").First;
        await Expect(unread).Not.ToBeAttachedAsync(new() { Timeout = Seen });

        await OpenSettings(page);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "New conversation: a line on the screen" }).UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".toast").Filter(new() { HasText = "Saved" })).ToBeVisibleAsync();
        await number.DeliverText("15550100143", "And in red?");

        // The menu counts it, so the page knows; yet it says nothing.
        await Expect(unread).ToHaveTextAsync("1", new() { Timeout = Seen });
        await Expect(line).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_tab_of_the_browser_shows_what_is_unread_on_whatever_page_until_it_is_read()
    {
        var app = await GivenApp();
        var number = await app.GivenWhatsApp(tenant: 1);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await OpenSettings(page);
        var icon = page.Locator("link[rel=icon]");
        await Expect(page).ToHaveTitleAsync("Notifications");
        await Expect(icon).ToHaveAttributeAsync("href", Plain);

        await number.DeliverText("15550100142", "Do you have it in blue?");
        await Expect(page).ToHaveTitleAsync("(1) Notifications", new() { Timeout = Seen });
        await Expect(icon).ToHaveAttributeAsync("href", Dotted);
        await number.DeliverText("15550100143", "And in red?");
        await Expect(page).ToHaveTitleAsync("(2) Notifications", new() { Timeout = Seen });

        await page.Locator("nav a[href='/inbox']").First.ClickAsync();
        await Expect(page).ToHaveTitleAsync("(2) Inbox", new() { Timeout = Seen });
        await new InboxScreen(page).Open("Do you have it in blue?");
        await Expect(page).ToHaveTitleAsync("(1) Inbox", new() { Timeout = Seen });
        await new InboxScreen(page).Open("And in red?");
        await Expect(page).ToHaveTitleAsync("Inbox", new() { Timeout = Seen });
        await Expect(icon).ToHaveAttributeAsync("href", Plain);
    }

    private static async Task OpenSettings(IPage page)
    {
        await page.GotoAsync("/profile/notifications");
        await Live(page);
    }

    /// <summary>Notifications begin with the browser's module, and so once there is a circuit.</summary>
    private static Task Live(IPage page) => page.WaitForFunctionAsync("() => performance.getEntriesByType('resource').some(file => file.name.includes('/js/notifications.'))");
}
