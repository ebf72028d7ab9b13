namespace Inbox.Access.Http;

/// <summary>On every response. An endpoint that needs another policy sets the header itself.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    // 'self' in connect-src covers the WebSocket of the same host. Components set inline sizes, hence style-src-attr.
    private const string Scripts = "default-src 'none'; script-src 'self'";

    private const string Rest =
        "; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; " +
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-src 'self'; frame-ancestors 'none'; object-src 'none'; report-uri " + PolicyReports.Path;

    /// <summary>Voice messages are recorded, by our own pages alone; the rest nobody needs.</summary>
    private const string Devices = "microphone=(self), camera=(), geolocation=(), display-capture=(), usb=(), payment=()";

    private const string OneYear = "max-age=31536000";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => Add((HttpContext)state), context);
        return next(context);
    }

    private static Task Add(HttpContext context)
    {
        AddTo(context);
        return Task.CompletedTask;
    }

    /// <summary>For an answer that is given before the rest of the pipeline.</summary>
    public static void AddTo(HttpContext context)
    {
        var headers = context.Response.Headers;
        var nonce = ScriptNonce.Find(context);
        headers.TryAdd("Content-Security-Policy", nonce is null ? Scripts + Rest : $"{Scripts} 'nonce-{nonce}'{Rest}");
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers.TryAdd("Permissions-Policy", Devices);
        headers.TryAdd("Cache-Control", "no-store");   // static files say otherwise themselves
        if (context.Request.IsHttps && !IsLocal(context.Request.Host.Host))
        {
            headers.TryAdd("Strict-Transport-Security", OneYear);
        }
    }

    /// <summary>A browser would remember it for every other program on this machine's localhost.</summary>
    private static bool IsLocal(string host) => host is "localhost" or "127.0.0.1" or "[::1]";
}
