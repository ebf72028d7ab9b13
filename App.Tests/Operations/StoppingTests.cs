using System.Net;
using Inbox.Data;
using Inbox.Operations.Configuration;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Operations;

public sealed class StoppingTests
{
    private static readonly TestAppOptions Draining = new() { Settings = new Dictionary<string, string?> { ["Inbox:Shutdown:DrainSeconds"] = "5" } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_the_signal_on_the_node_is_not_ready_and_still_takes_requests()
    {
        await using var app = await TestApp.StartAsync(Draining);
        app.Logs.Expect("Health check stopping");
        // Once before, so that the time below is not that of the first request of a process.
        using (var warm = await app.Http.GetAsync("/health/ready", Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, warm.StatusCode);
        }

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using var ready = await app.Http.GetAsync("/health/ready", Cancellation);
        using var live = await app.Http.GetAsync("/health/live", Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task A_worker_finishes_the_item_in_hand_and_the_file_is_whole()
    {
        await using var storage = await TestStorage.CreateAsync(TestDatabase.Sqlite);
        await using (var app = await TestApp.StartAsync(new TestAppOptions { Services = services => services.AddHostedService<SlowWorker>() }, storage))
        {
            await app.Services.GetServices<IHostedService>().OfType<SlowWorker>().Single().Started.WaitAsync(Cancellation);
        }

        var log = new FileInfo(Path.Combine(storage.DataDirectory, "inbox.db-wal"));
        Assert.True(!log.Exists || log.Length == 0, "the log was not merged into the file");
        await using var again = await TestApp.StartAsync(storage: storage);
        Assert.Equal(1, await again.InBusiness(0, db => db.Set<Tenant>().CountAsync(tenant => tenant.Slug == "in-hand", Cancellation)));
    }

    [Fact]
    public async Task Told_to_stop_while_it_starts_it_ends_without_an_error()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHostedService<StoppedEarly>();
        await using var app = builder.Build();

        Assert.Equal(0, await app.ServeAsync());
    }

    private sealed class StoppedEarly(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class SlowWorker(IServiceScopeFactory scopes) : BackgroundService
    {
        private readonly TaskCompletionSource _started = new();

        public Task Started => _started.Task;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(CancellationToken.None);
            _started.SetResult();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
            db.Add(new Tenant { Slug = "in-hand", Name = "In hand", CreatedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
            await db.SaveChangesAsync(CancellationToken.None);
        }
    }
}
