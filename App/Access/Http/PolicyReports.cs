using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.RateLimiting;
using Inbox.Data;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.Http;

/// <summary>
/// Where browsers tell what a page's policy kept it from (W3C, Content Security Policy Level 3, "report-uri"): something
/// of ours that the policy forgot, or something foreign that got into a page.
/// </summary>
internal sealed partial class PolicyReports(ILogger<PolicyReports> log) : IDisposable
{
    public const string Path = "/csp-reports";

    private const int LargestReport = 16 * 1024;
    private const int LongestShown = 200;

    private static readonly Counter<long> Reported = Meters.Inbox.CreateCounter<long>("inbox.browser.csp_reports", description: "What a browser kept a page from");

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Anybody may write here, and each line of the log costs space. One network alone does not take all the lines of a minute.
    private readonly PartitionedRateLimiter<string> _lines = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(network => RateLimitPartition.GetFixedWindowLimiter(network, _ => new FixedWindowRateLimiterOptions { PermitLimit = 5, Window = Minute })),
        PartitionedRateLimiter.Create<string, int>(_ => RateLimitPartition.GetFixedWindowLimiter(0, _ => new FixedWindowRateLimiterOptions { PermitLimit = 20, Window = Minute })));

    public static void Map(IEndpointRouteBuilder app)
        => app.MapPost(Path, (HttpContext http, PolicyReports reports) => reports.TakeAsync(http)).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();

    public void Dispose() => _lines.Dispose();

    private async Task<Results<NoContent, ProblemHttpResult>> TakeAsync(HttpContext http)
    {
        var buffer = new byte[LargestReport + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length > LargestReport)
        {
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"A report has at most {LargestReport} bytes.");
        }

        if (!TryRead(buffer.AsMemory(0, length), out var directive, out var blocked, out var page))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_body", "This is no report of a browser.");
        }

        Reported.Add(1);
        using var line = _lines.AttemptAcquire(Network.Of(http.Connection.RemoteIpAddress));
        if (line.IsAcquired)
        {
            Refused(directive, blocked, page);
        }

        return TypedResults.NoContent();
    }

    private static bool TryRead(ReadOnlyMemory<byte> body, out string directive, out string blocked, out string page)
    {
        (directive, blocked, page) = ("", "", "");
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("csp-report", out var report) || report.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            directive = Shown(report, "violated-directive");
            blocked = Shown(report, "blocked-uri");
            page = Shown(report, "document-uri");
            return directive.Length > 0;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)   // the other: a lone surrogate
        {
            return false;
        }
    }

    /// <summary>Without what stands behind the question mark: tokens travel there.</summary>
    private static string Shown(JsonElement report, string name)
    {
        var text = report.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var plain = text.Split('?', '#')[0];
        return new string([.. plain.Take(LongestShown).Where(letter => !char.IsControl(letter))]);
    }

    [LoggerMessage(LogLevel.Warning, "A browser kept {Page} from {Blocked} by {Directive}")]
    private partial void Refused(string directive, string blocked, string page);
}
