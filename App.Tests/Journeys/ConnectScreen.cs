using Microsoft.Playwright;

namespace Inbox.Tests.Journeys;

/// <summary>The way from no channel to one that works, at the side of the channels page.</summary>
public sealed class ConnectScreen(IPage page)
{
    private ILocator Side => page.Locator("dialog.side[open]");

    public ILocator SendTest => Side.GetByRole(AriaRole.Button, new() { Name = "Send test" });

    public static async Task<ConnectScreen> Open(Visit visit)
    {
        var page = await visit.OpenAsync("/channels");
        var screen = new ConnectScreen(page);
        // a click before the circuit has started is lost
        for (var attempt = 0; attempt < 40 && !await screen.Side.IsVisibleAsync(); attempt++)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Connect a channel" }).First.ClickAsync();
            await screen.Side.WaitForAsync(new() { Timeout = 500 }).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        return screen;
    }

    /// <summary>A step of what is left to do, by its title.</summary>
    public ILocator Step(string title) => Side.Locator("ol.steps > li").Filter(new() { Has = page.Locator("h3", new() { HasText = title }) });

    public async Task ConnectInSandbox(string kind, string name)
    {
        await Side.Locator(".choice").Filter(new() { HasText = kind }).First.ClickAsync();
        await Side.Locator("#channel-sandbox").CheckAsync();
        await Side.Locator("#channel-name").FillAsync(name);
        await Side.Locator("button[type=submit]").ClickAsync();
        await Step("Tell").WaitForAsync();
    }
}
