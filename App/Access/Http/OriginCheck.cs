using Microsoft.Extensions.Options;

namespace Inbox.Access.Http;

/// <summary>
/// Circuits are opened by our own pages only: browsers send cookies with a WebSocket from any site, and no rule of the
/// browser stops it.
/// </summary>
internal sealed class OriginCheck(RequestDelegate next, IOptions<AccessOptions> options)
{
    private readonly string? _public = options.Value.PublicBaseUrl?.GetLeftPart(UriPartial.Authority);

    public Task InvokeAsync(HttpContext context)
        => context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase) && !IsOurs(context.Request)
            ? Problems.Of(StatusCodes.Status403Forbidden, "foreign_origin", "This may only be opened from a page of this site.").ExecuteAsync(context)
            : next(context);

    private bool IsOurs(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            // Fetches with GET send no origin; an upgrade always does.
            return HttpMethods.IsGet(request.Method) && !request.HttpContext.WebSockets.IsWebSocketRequest
                && !request.Headers.ContainsKey("Upgrade") && request.Headers["Sec-Fetch-Site"] is ["same-origin"];
        }

        return string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            || string.Equals(origin, _public, StringComparison.OrdinalIgnoreCase);
    }
}
