using System.Diagnostics;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests;

public sealed record TestAppOptions
{
    public TestDatabase Database { get; init; } = TestDatabase.Sqlite;

    public TestClock? Clock { get; init; }

    /// <summary>Configuration beside what every test app gets.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Replaces services, for stand-ins of the outside world only.</summary>
    public Action<IServiceCollection>? Services { get; init; }
}

/// <summary>The real app on a loopback socket, with a database of its own. Givens in product words are in the files beside.</summary>
public sealed partial class TestApp : IAsyncDisposable
{
    public const string AppSecret = "app-secret-of-the-installation";
    public const string VerifyToken = "verify-token-of-the-installation";
    public const string MasterKey = "master-key-of-the-installation-0123456789";

    private readonly Factory _factory;
    private readonly TestStorage _storage;
    private readonly bool _ownsStorage;

    private TestApp(TestAppOptions options, TestStorage storage, bool ownsStorage)
    {
        Options = options;
        _storage = storage;
        _ownsStorage = ownsStorage;
        _factory = new Factory(this);
    }

    public TestAppOptions Options { get; }

    public CapturedLogs Logs { get; } = new();

    public TestStorage Storage => _storage;

    public Uri Address { get; private set; } = null!;

    /// <summary>Without cookies and redirects.</summary>
    public HttpClient Http { get; private set; } = null!;

    public IServiceProvider Services => _factory.Services;

    public TimeProvider Clock => Options.Clock ?? TimeProvider.System;

    /// <param name="options">What is special about this app.</param>
    /// <param name="storage">A database that outlives the app, for restarts; null for one of its own.</param>
    public static async Task<TestApp> StartAsync(TestAppOptions? options = null, TestStorage? storage = null)
    {
        options ??= new TestAppOptions();
        var app = new TestApp(options, storage ?? await TestStorage.CreateAsync(options.Database), storage is null);
        app._factory.UseKestrel(0);
        app._factory.StartServer();
        app.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        app.Http = app.Browser(cookies: false);
        return app;
    }

    /// <summary>A client that keeps its cookies, as a browser does.</summary>
    public HttpClient Browser(bool cookies = true)
#pragma warning disable CA2000 // the client disposes it
        => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = cookies, UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = Address,
        };
#pragma warning restore CA2000

    /// <summary>Works on the database as the given business.</summary>
    public async Task<T> InBusiness<T>(long tenant, Func<InboxDb, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenant);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync();
        return await work(db);
    }

    /// <summary>Returns when a worker has begun so many rounds from now on, and so has ended one less.</summary>
    public async Task Rounds(string worker, int count = 3)
    {
        var heartbeats = Services.GetRequiredService<Heartbeats>();
        for (var round = 0; round < count; round++)
        {
            var since = Stopwatch.GetTimestamp();
            await Eventually.Async(() => heartbeats.All.Any(beat => beat.Worker == worker && beat.Silence < Stopwatch.GetElapsedTime(since)), what: $"a round of {worker}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await _factory.DisposeAsync();
        if (_ownsStorage)
        {
            await _storage.DisposeAsync();
        }

        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            foreach (var line in Logs.Lines.Where(line => line.Level >= LogLevel.Information).TakeLast(200))
            {
                TestContext.Current.TestOutputHelper?.WriteLine(line.ToString());
            }
        }

        var errors = Logs.Unexpected.ToList();
        Assert.True(errors.Count == 0, $"The app logged errors that the test did not expect:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}");
    }

    private sealed class Factory(TestApp app) : WebApplicationFactory<global::Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development");
            builder.UseContentRoot(Repository.PathOf("App"));
            builder.UseSetting("Inbox:DataDirectory", app._storage.DataDirectory);
            builder.UseSetting("Inbox:Database:Provider", app._storage.Provider.ToString());
            builder.UseSetting("Inbox:Database:ConnectionString", app._storage.ConnectionString);
            builder.UseSetting("Inbox:Meta:AppSecret", AppSecret);
            builder.UseSetting("Inbox:Meta:VerifyToken", VerifyToken);
            // Nothing leaves the machine: a test that sends says where to.
            builder.UseSetting("Inbox:Meta:GraphUrl", "http://127.0.0.1:9/");
            builder.UseSetting("Inbox:MasterApiKey", MasterKey);
            foreach (var budget in new[] { "SignIn", "User", "Key", "Business", "Address" })
            {
                // Tests ask faster than people; those of the limits set their own.
                builder.UseSetting($"Inbox:Limits:Api:{budget}PerMinute", "1000000");
            }

            foreach (var (key, value) in app.Options.Settings)
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(app.Logs).AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning));
            builder.ConfigureTestServices(services =>
            {
                if (app.Options.Clock is { } clock)
                {
                    services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
                }

                app.Options.Services?.Invoke(services);
            });
        }
    }
}
