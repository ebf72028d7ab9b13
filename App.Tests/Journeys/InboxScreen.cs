using Microsoft.Playwright;

namespace Inbox.Tests.Journeys;

/// <summary>List, conversation and contact, in product words.</summary>
public sealed class InboxScreen(IPage page)
{
    public IPage Page => page;

    public ILocator Lines => page.Locator(".line");

    public ILocator Composer => page.Locator("form[data-composer] textarea");

    /// <summary>The line of the list whose preview or name holds the text.</summary>
    public ILocator Line(string text) => Lines.Filter(new() { HasText = text });

    public ILocator Bubble(string text) => page.Locator(".thread .bubble").Filter(new() { HasText = text });

    public ILocator Tick(string text, string status) => Bubble(text).Locator($".tick[data-status={status}]");

    public ILocator Bulk => page.Locator("header.bulk");

    public ILocator Toast => page.Locator(".toast");

    public ILocator Tab(string name) => page.GetByRole(AriaRole.Tab, new() { Name = name });

    public ILocator Filter(string label) => page.Locator(".list-tools").GetByLabel(label, new() { Exact = true });

    /// <summary>Rows are picked from now on.</summary>
    public async Task Select(params string[] texts)
    {
        // a click before the circuit has started is lost
        for (var attempt = 0; attempt < 40 && !await Bulk.IsVisibleAsync(); attempt++)
        {
            // and the button goes as soon as one counts
            await page.GetByRole(AriaRole.Button, new() { Name = "Select several" }).ClickAsync(new() { Timeout = 500 }).ContinueWith(_ => { }, TaskScheduler.Default);
            await Bulk.WaitForAsync(new() { Timeout = 500 }).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        foreach (var text in texts)
        {
            await Line(text).ClickAsync();
        }
    }

    /// <summary>Opens the conversation of a line and returns when its composer works.</summary>
    public Task Open(string text) => Open(Line(text).First);

    public async Task Open(ILocator line)
    {
        var before = page.Url;
        await line.ClickAsync();
        if (!await Leaves(before))
        {
            await line.ClickAsync();   // the page came to life between press and release
        }

        await page.WaitForFunctionAsync("() => document.querySelector('form[data-composer] [data-hint]')?.textContent?.length > 0");
    }

    private Task<bool> Leaves(string address)
        => page.WaitForURLAsync(url => url != address, new() { Timeout = 3000 }).ContinueWith(waiting => waiting.IsCompletedSuccessfully, TaskScheduler.Default);

    /// <summary>A file that waits in the composer.</summary>
    public ILocator Chosen(string name) => page.Locator(".tray-file").Filter(new() { HasText = name });

    /// <summary>Chooses a file to be sent.</summary>
    public Task Choose(string name, string type, byte[] content)
        => page.Locator("form[data-composer] input[type=file]").SetInputFilesAsync(new FilePayload { Name = name, MimeType = type, Buffer = content });

    public async Task Type(string text)
    {
        // A click would set the caret into the middle of what stands there.
        await Composer.FocusAsync();
        await Composer.PressAsync("End");
        await Composer.PressSequentiallyAsync(text);
    }

    public async Task Reply(string text)
    {
        await Type(text);
        await Composer.PressAsync("Enter");
    }
}
