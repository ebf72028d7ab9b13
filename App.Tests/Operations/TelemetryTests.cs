using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Operations;

public sealed class TelemetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_and_traces_reach_the_receiver_at_the_latest_when_the_app_stops()
    {
        await using var receiver = await Receiver.StartAsync();
        var settings = new Dictionary<string, string?>
        {
            ["Inbox:Telemetry:OtlpEndpoint"] = receiver.Address,
            ["Inbox:Telemetry:OtlpHeaders"] = "x-key=of-the-receiver",
            ["Inbox:Telemetry:TraceRatio"] = "1",
        };
        await using (var app = await TestApp.StartAsync(new TestAppOptions { Settings = settings }))
        {
            using var response = await app.Http.GetAsync("/health/live?access_token=of-a-person", Cancellation);
            response.EnsureSuccessStatusCode();
        }

        var metrics = receiver.All("/v1/metrics");
        Assert.Contains("http.server.request.duration", metrics, StringComparison.Ordinal);
        Assert.Contains("inbox", metrics, StringComparison.Ordinal);
        var traces = receiver.All("/v1/traces");
        Assert.Contains("http.request.method", traces, StringComparison.Ordinal);
        Assert.Contains("/health/live", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("of-a-person", traces + metrics, StringComparison.Ordinal);
        Assert.All(receiver.Keys, key => Assert.Equal("of-the-receiver", key));
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_stops_nothing()
    {
        var settings = new Dictionary<string, string?> { ["Inbox:Telemetry:OtlpEndpoint"] = "http://127.0.0.1:9" };
        await using var app = await TestApp.StartAsync(new TestAppOptions { Settings = settings });
        using var response = await app.Http.GetAsync("/health/ready", Cancellation);
        response.EnsureSuccessStatusCode();
    }

    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, string Body)> _received = new();

        public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        public ConcurrentQueue<string> Keys { get; } = new();

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var receiver = new Receiver(builder.Build());
            receiver.Map();
            await receiver.App.StartAsync(Cancellation);
            return receiver;
        }

        /// <summary>Everything sent to a path; names in protobuf are plain UTF-8.</summary>
        public string All(string path) => string.Join('\n', _received.Where(sent => sent.Path == path).Select(sent => sent.Body));

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private WebApplication App => app;

        private void Map() => app.MapPost("/v1/{kind}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _received.Enqueue((request.Path, Encoding.UTF8.GetString(body.ToArray())));
            Keys.Enqueue(request.Headers["x-key"].ToString());
        });
    }
}
