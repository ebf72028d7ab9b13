using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class KeyboardJourney : Journey
{
    [Fact]
    public async Task The_list_is_one_stop_of_the_tab_key_and_arrows_walk_it()
    {
        var inbox = await GivenInbox();
        await Expect(inbox.Lines).ToHaveCountAsync(5);
        await Expect(inbox.Page.Locator(".line[tabindex='0']")).ToHaveCountAsync(1);

        await inbox.Lines.First.FocusAsync();
        await inbox.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(inbox.Lines.Nth(1)).ToBeFocusedAsync();
        await inbox.Page.Keyboard.PressAsync("End");
        await Expect(inbox.Lines.Last).ToBeFocusedAsync();

        await inbox.Page.Keyboard.PressAsync("Enter");
        await Expect(inbox.Composer).ToBeVisibleAsync();
        await Expect(inbox.Lines.Last).ToHaveAttributeAsync("tabindex", "0");
        await Expect(inbox.Lines.First).ToHaveAttributeAsync("tabindex", "-1");
    }

    [Fact]
    public async Task Escape_closes_a_menu_and_gives_the_focus_back()
    {
        var inbox = await GivenInbox();
        var menu = inbox.Page.Locator(".menu-me");

        await menu.Locator("summary").FocusAsync();
        await inbox.Page.Keyboard.PressAsync("Enter");
        await Expect(menu).ToHaveAttributeAsync("open", "");
        await inbox.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(menu.Locator("[role^=menuitem]").First).ToBeFocusedAsync();
        await inbox.Page.Keyboard.PressAsync("Escape");
        await Expect(menu).Not.ToHaveAttributeAsync("open", "");
        await Expect(menu.Locator("summary")).ToBeFocusedAsync();
    }

    private async Task<InboxScreen> GivenInbox()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("agent", app.Address);
        var inbox = await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);
        await Expect(inbox.Page.Locator("h1")).ToBeFocusedAsync();   // the circuit has started: what has the focus now keeps it
        return inbox;
    }
}
