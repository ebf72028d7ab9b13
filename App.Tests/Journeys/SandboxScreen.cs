using Microsoft.Playwright;

namespace Inbox.Tests.Journeys;

/// <summary>The stand-in of the platform: a customer's phone.</summary>
public sealed class SandboxScreen(IPage page)
{
    public ILocator Bubble(string text) => page.Locator(".phone-bubble").Filter(new() { HasText = text });

    /// <param name="address">With the channel to begin with.</param>
    public static async Task<SandboxScreen> Open(Visit visit, string address = "/sandbox")
    {
        var page = await visit.OpenAsync(address);
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

    /// <summary>Presses what stands above the line to write.</summary>
    public Task Act(string name) => page.Locator(".phone-acts").GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();

    public Task PutHeartAt(string text) => Line(text).GetByRole(AriaRole.Button, new() { Name = "Put a heart at it" }).ClickAsync();

    public Task TakeBack(string text) => Line(text).GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();

    private ILocator Line(string text) => page.Locator(".phone-line").Filter(new() { HasText = text });
}
