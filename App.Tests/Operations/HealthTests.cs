using System.Net;
using System.Text.Json;
using Inbox.Channels.Inbound;
using Inbox.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Operations;

public sealed class HealthTestsOnSqlite() : HealthTests(TestDatabase.Sqlite);

public sealed class HealthTestsOnPostgreSql() : HealthTests(TestDatabase.PostgreSql);

public abstract class HealthTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task A_fresh_app_is_healthy_live_and_ready()
    {
        var (status, health) = await ReadAsync("/health");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("healthy", health.GetProperty("status").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+", health.GetProperty("version").GetString());
        foreach (var check in health.GetProperty("checks").EnumerateObject())
        {
            Assert.True(check.Value.TryGetProperty("status", out _), check.Name);
            Assert.True(check.Value.TryGetProperty("detail", out _), check.Name);
            Assert.False(check.Value.TryGetProperty("figures", out _), $"{check.Name} tells a stranger more than totals");
        }

        Assert.Equal(HttpStatusCode.OK, (await ReadAsync("/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ReadAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task Old_unprocessed_deliveries_degrade_the_installation_and_leave_it_ready()
    {
        await App.InBusiness(0, async db =>
        {
            // Later than any worker looks, so it stays waiting.
            db.Add(new InboundDelivery { Kind = "whatsapp", InstallationSecret = true, Body = [1], Size = 1, ReceivedAt = _clock.UtcNow, RetryAt = _clock.UtcNow.AddDays(1) });
            return await db.SaveChangesAsync(Cancellation);
        });
        _clock.Advance(TimeSpan.FromMinutes(5));

        var (status, health) = await ReadAsync("/health");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Equal("degraded", health.GetProperty("checks").GetProperty("queues").GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, (await ReadAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task A_silent_worker_is_noticed_after_half_a_minute()
    {
        var heartbeats = App.Services.GetRequiredService<Heartbeats>();
        heartbeats.Beat("test");
        Assert.False(heartbeats.All.Single(beat => beat.Worker == "test").IsLate);

        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.True(heartbeats.All.Single(beat => beat.Worker == "test").IsLate);

        var (_, health) = await ReadAsync("/health");
        Assert.Equal("degraded", health.GetProperty("checks").GetProperty("workers").GetProperty("status").GetString());
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> ReadAsync(string path)
    {
        using var response = await App.Http.GetAsync(path, Cancellation);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement);
    }
}

public sealed class FullDiskTests() : AppTests
{
    protected override TestAppOptions Options(TestAppOptions options)
        => options with { Settings = new Dictionary<string, string?> { ["Inbox:Health:MinimumFreeDiskPercent"] = "100" } };

    [Fact]
    public async Task A_full_disk_takes_the_node_out_of_service()
    {
        App.Logs.Expect("Health check disk");
        using var ready = await App.Http.GetAsync("/health/ready", Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
    }
}

public sealed class LostDatabaseTests() : AppTests
{
    [Fact]
    public async Task A_database_that_cannot_be_written_takes_the_node_out_of_service_within_a_second_or_so()
    {
        App.Logs.Expect("health check");
        // Another process that holds the write lock.
        await using var other = new Microsoft.Data.Sqlite.SqliteConnection(App.Storage.ConnectionString + ";Pooling=False");
        await other.OpenAsync(Cancellation);
        await using (var transaction = other.BeginTransaction())
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            using var ready = await App.Http.GetAsync("/health/ready", Cancellation);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 4);
        }

        await Eventually.Async(async () =>
        {
            using var again = await App.Http.GetAsync("/health/ready", Cancellation);
            return again.StatusCode == HttpStatusCode.OK;
        });
    }
}
