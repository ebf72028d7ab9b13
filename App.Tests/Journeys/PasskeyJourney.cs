using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class PasskeyJourney : Journey
{
    [Fact]
    public async Task A_passkey_is_added_on_the_security_page_and_signs_in_without_a_password()
    {
        var app = await GivenApp();
        // A passkey belongs to a name, and an address in numbers is none.
        var visit = await GivenVisit("owner", new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{app.Address.Port}/")));
        var page = await visit.OpenAsync("/sign-in");
        await GivenAuthenticator(visit, page);
        await new SignInScreen(page).SignIn(Owner.Email, Owner.Password);

        await page.GotoAsync("/security");
        var card = page.Locator("#passkey-card");
        await Press(card.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }), () => card.Locator("#passkey-name").IsVisibleAsync());
        await card.Locator("#passkey-name").FillAsync("Blue key");
        await card.Locator("[data-passkey-add]").ClickAsync();
        await Expect(card.GetByText("Blue key")).ToBeVisibleAsync();

        await visit.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in");
        await page.Locator("[data-passkey-enter]").ClickAsync();
        await page.Locator(".inbox").WaitForAsync();

        await page.GotoAsync("/security");
        await Press(card.GetByRole(AriaRole.Button, new() { Name = "Remove" }), async () => await card.GetByText("Blue key").CountAsync() == 0);
        await Expect(card.GetByText("Blue key")).ToHaveCountAsync(0);
        await visit.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in");
        await page.Locator("[data-passkey-enter]").ClickAsync();
        await Expect(page.Locator("[data-passkey-form] [role=alert]")).ToBeVisibleAsync();
    }

    /// <summary>A press before the page's circuit has started is lost, as it is for people: they press again.</summary>
    private static Task Press(ILocator button, Func<Task<bool>> done)
        => Eventually.Async(async () =>
        {
            try
            {
                await button.ClickAsync(new() { Timeout = 1000 });
            }
            catch (TimeoutException)
            {
                // the press before was heard after all, and the button went
            }

            return await done();
        });

    private static async Task GivenAuthenticator(Visit visit, IPage page)
    {
        var browser = await visit.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("WebAuthn.enable");
        await browser.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
