using Microsoft.Playwright;

namespace Inbox.Tests.Journeys;

/// <summary>The channels of a business, and the form at the side.</summary>
public sealed class ChannelsScreen(IPage page)
{
    public ILocator Cards => page.Locator("article.card");

    /// <summary>The website chat; beside it stands the stand-in.</summary>
    public ILocator Card => Cards.Filter(new() { HasText = "Shop" });

    public ILocator SettingsOfFirst => Card.Locator(".card-foot button").First;

    public ILocator Form => page.Locator("dialog.side[open]");

    public ILocator Question => page.Locator("dialog.ask[open]");

    public ILocator Toast => page.Locator(".toast");

    public static async Task<ChannelsScreen> Open(Visit visit)
    {
        var screen = new ChannelsScreen(await visit.OpenAsync("/channels"));
        // a click before the circuit has started is lost
        for (var attempt = 0; attempt < 40 && !await screen.Form.IsVisibleAsync(); attempt++)
        {
            await screen.SettingsOfFirst.ClickAsync();
            await screen.Form.WaitForAsync(new() { Timeout = 500 }).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        return screen;
    }

    public Task Press(string key) => page.Keyboard.PressAsync(key);

    public Task Rename(string name) => Form.Locator("#channel-name").FillAsync(name);

    public Task Save() => Form.Locator("button[type=submit]").ClickAsync();

    public Task Remove() => Form.Locator(".side-actions .danger").ClickAsync();
}
