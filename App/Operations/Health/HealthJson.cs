using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Inbox.Operations.Health;

/// <summary>
/// <c>{"status", "version", "checks": {name: {"status", "detail"}}}</c>. Details are totals without names; who may read
/// the installation's operations also sees each check's <c>figures</c>. Errors are in the log, never here.
/// </summary>
internal static class HealthJson
{
    public static readonly string Version =
        typeof(HealthJson).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var caller = context.RequestServices.GetRequiredService<CurrentCaller>().Value;
        var withFigures = caller.May(OperationsPermissions.Read) || caller.IsSuperAdmin;
        context.Response.Headers["X-Content-Type-Options"] = "nosniff";
        return context.Response.WriteAsJsonAsync(
            new HealthView(Word(report.Status), Version, report.Entries.ToDictionary(entry => entry.Key, entry => View(entry.Value, withFigures))),
            Json,
            context.RequestAborted);
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };

    // A check that threw has the exception's message as its description.
    private static HealthCheckView View(HealthReportEntry entry, bool withFigures)
        => new(Word(entry.Status), entry.Exception is null ? entry.Description : "The check failed; the log says why.", withFigures && entry.Data.Count > 0 ? entry.Data : null);
}

/// <param name="Status">healthy, degraded or unhealthy.</param>
[Example("""{"status": "healthy", "version": "1.0.0", "checks": {"database": {"status": "healthy", "detail": null}, "queues": {"status": "healthy", "detail": "0 received and not processed"}}}""")]
internal sealed record HealthView(string Status, string Version, Dictionary<string, HealthCheckView> Checks);

/// <param name="Status">healthy, degraded or unhealthy.</param>
/// <param name="Detail">Totals without names.</param>
/// <param name="Figures">Only for who may read the installation's operations.</param>
internal sealed record HealthCheckView(
    string Status,
    string? Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, object>? Figures);
