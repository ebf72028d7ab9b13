using System.Reflection;
using System.Text.Json;
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
            new HealthView(Word(report.Status), Version, report.Entries.ToDictionary(entry => entry.Key, entry => CheckView.Of(entry.Value, withFigures))),
            Json,
            context.RequestAborted);
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };

    private sealed record HealthView(string Status, string Version, Dictionary<string, CheckView> Checks);

    private sealed record CheckView(
        string Status,
        string? Detail,
        [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, object>? Figures)
    {
        // A check that threw has the exception's message as its description.
        public static CheckView Of(HealthReportEntry entry, bool withFigures)
            => new(Word(entry.Status), entry.Exception is null ? entry.Description : "The check failed; the log says why.", withFigures && entry.Data.Count > 0 ? entry.Data : null);
    }
}
