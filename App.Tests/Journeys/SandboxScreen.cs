using Microsoft.Playwright;

namespace Inbox.Tests.Journeys;

/// <summary>The stand-in of the platform: a customer's phone.</summary>
public sealed class SandboxScreen(IPage page)
{
    public ILocator Bubble(string text) => page.Locator(".phone-bubble").Filter(new() { HasText = text });

    public static async Task<SandboxScreen> Open(Visit visit)
    {
        var page = await visit.OpenAsync("/sandbox");
        // Only the page that was rendered before its circuit has the form's hidden fields; what is typed into that one is lost.
        await page.Locator(".phone-foot input[name=_handler]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        return new SandboxScreen(page);
    }

    public async Task WriteAsCustomer(string text)
    {
        await page.Locator(".phone-foot input.input").FillAsync(text);
        await page.Locator(".phone-foot button").ClickAsync();
        await Bubble(text).WaitForAsync();
    }
}
