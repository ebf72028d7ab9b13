using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.Telemetry;

/// <summary>Where metrics and traces go, section <c>Inbox:Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Base address of an OTLP receiver (HTTP, protobuf), for example <c>http://localhost:4318</c>. Unset: nothing leaves.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>Sent with every export, as <c>name=value,name=value</c>: for receivers that want a key.</summary>
    public string? OtlpHeaders { get; set; }

    [Required]
    public string ServiceName { get; set; } = "inbox";

    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 0.1;

    [Range(1, 3600)]
    public int MetricsEverySeconds { get; set; } = 30;
}

[OptionsValidator]
public sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;

internal sealed class OtlpAddressValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
        => options.OtlpEndpoint is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Inbox:Telemetry:OtlpEndpoint must be an absolute http or https address, for example http://localhost:4318.");
}
