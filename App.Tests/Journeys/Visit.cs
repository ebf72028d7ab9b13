using Microsoft.Playwright;

namespace Inbox.Tests.Journeys;

/// <summary>
/// One person at a browser: cookies and storage of their own. When the test fails, <c>artifacts/browser</c> gets a
/// picture of each page, what the console said, and a trace that <c>playwright show-trace</c> opens.
/// </summary>
public sealed class Visit : IAsyncDisposable
{
    private static readonly TimeSpan ClosesWithin = TimeSpan.FromSeconds(30);

    private readonly IBrowserContext _context;
    private readonly List<string> _console = [];
    private readonly string _name;

    private Visit(IBrowserContext context, string name) => (_context, _name) = (context, name);

    public IBrowserContext Context => _context;

    /// <param name="name">Who it is, for the names of the files.</param>
    /// <param name="baseAddress">Where paths without a host lead.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    /// <param name="height">Of the window, in CSS pixels.</param>
    /// <param name="tracing">Costs time, so benchmarks do without.</param>
    public static async Task<Visit> StartAsync(string name, Uri baseAddress, int width = 1280, int height = 800, bool tracing = true)
    {
        var browser = await Chromium.StartedAsync();
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = baseAddress.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            Locale = "en-US",
            TimezoneId = "UTC",
        });
        context.SetDefaultTimeout(20_000);
        if (tracing)
        {
            await context.Tracing.StartAsync(new() { Screenshots = true, Snapshots = true });
        }

        var visit = new Visit(context, name);
        context.Console += (_, message) => visit._console.Add($"{message.Type}: {message.Text}");
        context.WebError += (_, error) => visit._console.Add($"uncaught: {error.Error}");
        return visit;
    }

    public async Task<IPage> OpenAsync(string address)
    {
        var page = await _context.NewPageAsync();
        await page.GotoAsync(address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            await KeepAsync();
        }

        try
        {
            // Chromium was seen not to close a context on a machine under load, and nothing else ends that wait.
            await _context.DisposeAsync().AsTask().WaitAsync(ClosesWithin);
        }
        catch (TimeoutException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("The browser did not close the context.");
        }
    }

    private async Task KeepAsync()
    {
        var test = TestContext.Current.TestMethod?.MethodName ?? "run";
        var folder = Repository.PathOf($"artifacts/browser/{test}");
        Directory.CreateDirectory(folder);
        for (var i = 0; i < _context.Pages.Count; i++)
        {
            await _context.Pages[i].ScreenshotAsync(new() { Path = Path.Combine(folder, $"{_name}-{i}.png") });
        }

        await File.WriteAllLinesAsync(Path.Combine(folder, $"{_name}-console.log"), _console);
        await _context.Tracing.StopAsync(new() { Path = Path.Combine(folder, $"{_name}-trace.zip") });
        TestContext.Current.TestOutputHelper?.WriteLine($"Pictures, console and trace: {folder}");
    }
}
