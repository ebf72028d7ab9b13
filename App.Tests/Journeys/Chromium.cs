using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Inbox.Tests.Journeys.Chromium))]

namespace Inbox.Tests.Journeys;

/// <summary>The distribution's Chromium, one process for the whole run.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Path = "/usr/bin/chromium";
    private const string Missing = $"There is no browser at {Path}: install the distribution's package 'chromium' and the browser tests run.";

    private static readonly Lock Starting = new();
    private static Task<(IPlaywright Playwright, IBrowser Browser)>? _started;

    private static readonly string[] Flags =
    [
        // A microphone that beeps. Pages still have to be given it.
        "--use-fake-device-for-media-stream",
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
        // Several pages are looked at in turns; the ones behind must stay live.
        "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
    ];

    public static async Task<IBrowser> StartedAsync()
    {
        Requirement.Need(File.Exists(Path), Missing);
        Task<(IPlaywright, IBrowser)> started;
        lock (Starting)
        {
            started = _started ??= StartAsync();
        }

        return (await started).Item2;
    }

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsCompletedSuccessfully: true } started)
        {
            var (playwright, browser) = await started;
            await browser.DisposeAsync();
            playwright.Dispose();
            _started = null;
        }
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = Flags }));
    }
}
