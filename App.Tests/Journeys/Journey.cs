namespace Inbox.Tests.Journeys;

/// <summary>
/// A test in the browser. What it uses is put away when its result is known, the newest first: a failed one leaves
/// pictures of its pages while the app still runs.
/// </summary>
[Collection(nameof(InBrowser))]
public abstract class Journey : IAsyncLifetime
{
    private readonly Stack<IAsyncDisposable> _used = [];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        while (_used.TryPop(out var used))
        {
            await used.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected T Use<T>(T used) where T : IAsyncDisposable
    {
        _used.Push(used);
        return used;
    }

    /// <summary>The app as a process on an empty folder.</summary>
    protected async Task<AppProcess> GivenProcess(IReadOnlyDictionary<string, string>? settings = null)
        => Use(await AppProcess.StartAsync(new AppProcessOptions { DataDirectory = Use(new TempFolder()).Path, Settings = settings ?? new Dictionary<string, string>() }));

    /// <summary>The app in this process, set up with its <see cref="Owner"/>.</summary>
    protected async Task<TestApp> GivenApp(bool sampleData = false)
        => Use(await TestApp.StartAsync(new TestAppOptions
        {
            Settings = Owner.Settings(sampleData).ToDictionary(setting => setting.Key, setting => (string?)setting.Value),
        }));

    protected async Task<Visit> GivenVisit(string name, Uri baseAddress, int width = 1280, int height = 800)
        => Use(await Visit.StartAsync(name, baseAddress, width, height));
}

/// <summary>Browser tests take turns: several pages each on two cores are slow enough one after the other.</summary>
[CollectionDefinition(nameof(InBrowser))]
public sealed class InBrowser;
