using System.Collections.Frozen;
using System.Diagnostics;

namespace Inbox.Operations.Logging;

/// <summary>
/// One short line a request: method, route (not the address, which may hold a token), status, time. What comes all the
/// time and went well (health, files, the circuit) is counted by the metrics and not logged; webhooks never come here.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> log)
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Frequent = FrozenSet
        .Create(StringComparer.OrdinalIgnoreCase, "health", "_framework", "_blazor", "_content", "css", "js", "img")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("Request {RequestId}");

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    public async Task InvokeAsync(HttpContext context)
    {
        using var scope = Scope(log, context.TraceIdentifier);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            Log(context, Stopwatch.GetElapsedTime(start));
        }
    }

    private void Log(HttpContext context, TimeSpan elapsed)
    {
        var isStream = context.WebSockets.IsWebSocketRequest || context.Response.ContentType == "text/event-stream";
        var level = context.Response.StatusCode >= 500 ? LogLevel.Warning
            : elapsed > Slow && !isStream ? LogLevel.Information
            : IsFrequent(context.Request.Path) ? LogLevel.Debug
            : LogLevel.Information;
        if (log.IsEnabled(level))
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            Handled(level, context.Request.Method, route, context.Response.StatusCode, (long)elapsed.TotalMilliseconds);
        }
    }

    private static bool IsFrequent(PathString asked)
    {
        var path = (asked.Value ?? "").AsSpan().TrimStart('/');
        var end = path.IndexOf('/');
        return Frequent.Contains(end < 0 ? path : path[..end]);
    }

    [LoggerMessage("{Method} {Route} {Status} in {Milliseconds} ms")]
    private partial void Handled(LogLevel level, string method, string route, int status, long milliseconds);
}
