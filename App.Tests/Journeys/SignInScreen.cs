using Microsoft.Playwright;

namespace Inbox.Tests.Journeys;

public sealed class SignInScreen(IPage page)
{
    public async Task<InboxScreen> SignIn(string email, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.Locator("#email").FillAsync(email);
        await page.Locator("#password").FillAsync(password);
        await page.Locator("button[type=submit]").ClickAsync();
        await page.Locator(".inbox").WaitForAsync();
        return new InboxScreen(page);
    }
}

public sealed class SetupScreen(IPage page)
{
    /// <summary>Makes the business and its owner, who is signed in then.</summary>
    public async Task<InboxScreen> Create(string business, string name, string email, string password, bool sampleData = true)
    {
        await page.Locator("#business").FillAsync(business);
        await page.Locator("#name").FillAsync(name);
        await page.Locator("#email").FillAsync(email);
        await page.Locator("#password").FillAsync(password);
        await page.Locator("input[name=Sample]").SetCheckedAsync(sampleData);
        await page.Locator("button[type=submit]").ClickAsync();
        await page.Locator(".inbox").WaitForAsync();
        return new InboxScreen(page);
    }
}
