using Inbox.Data;
using Inbox.Operations.Health;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Inbox.Operations.Telemetry;

/// <summary>Sends metrics and traces by OTLP while the process runs; what is left goes out when it stops.</summary>
internal sealed class TelemetryExport(IOptions<TelemetryOptions> options) : IHostedLifecycleService, IDisposable
{
    private MeterProvider? _metrics;
    private TracerProvider? _traces;

    // Before the other services start, so that their first figures are seen.
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.OtlpEndpoint is { } endpoint)
        {
            var resource = ResourceBuilder.CreateDefault().AddService(options.Value.ServiceName, serviceVersion: HealthJson.Version, serviceInstanceId: Environment.MachineName);
            _metrics = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter(Meters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime")
                .AddOtlpExporter((otlp, reader) =>
                {
                    Configure(otlp, endpoint, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.Value.MetricsEverySeconds * 1000;
                })
                .Build();
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(Meters.Name, "Microsoft.AspNetCore", "System.Net.Http")
                .SetSampler(Sampler())
                .AddOtlpExporter(otlp => Configure(otlp, endpoint, "v1/traces"))
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // Disposing sends what is left; a second time does nothing.
        Interlocked.Exchange(ref _traces, null)?.Dispose();
        Interlocked.Exchange(ref _metrics, null)?.Dispose();
    }

    // A stranger's traceparent header does not decide what is recorded here.
    private ParentBasedSampler Sampler()
    {
        var ratio = new TraceIdRatioBasedSampler(options.Value.TraceRatio);
        return new ParentBasedSampler(ratio, remoteParentSampled: ratio, remoteParentNotSampled: ratio);
    }

    private void Configure(OtlpExporterOptions otlp, Uri endpoint, string path)
    {
        otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}");
        otlp.Headers = options.Value.OtlpHeaders;
        otlp.TimeoutMilliseconds = 3000;
    }
}
