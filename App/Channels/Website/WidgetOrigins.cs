using Inbox.Tenancy;

namespace Inbox.Channels.Website;

/// <summary>
/// Which pages may talk to the widget's endpoints. Credentials are never allowed across origins: the visitor's token
/// travels in a header. Requests without an origin come from the same origin or from no browser.
/// </summary>
public static class WidgetOrigins
{
    /// <exception cref="RefusedException">origin_not_allowed.</exception>
    public static void Check(HttpContext context, Channel channel)
    {
        context.Response.Headers.Vary = "Origin";
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsOwn(context.Request, origin))
        {
            return;
        }

        if (!WebsiteSettings.Of(channel).Allows(origin))
        {
            throw new RefusedException("origin_not_allowed", "This page is not among the allowed ones of the widget. Add it in the channel's settings.", StatusCodes.Status403Forbidden);
        }

        context.Response.Headers.AccessControlAllowOrigin = origin;
        context.Response.Headers.AccessControlExposeHeaders = "Retry-After";
    }

    /// <summary>A preflight names no visitor, so any widget that allows the page will do; the request itself is checked again.</summary>
    public static async Task<IResult> PreflightAsync(HttpContext context, ChannelDirectory directory, CancellationToken cancellation)
    {
        context.Response.Headers.Vary = "Origin";
        var origin = context.Request.Headers.Origin.ToString();
        var allowed = origin.Length > 0 && (await directory.ReadAsync(cancellation)).Of(WebsiteChannel.Key, null).Any(channel => WebsiteSettings.Of(channel).Allows(origin));
        if (allowed)
        {
            var headers = context.Response.Headers;
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowMethods = "GET, POST, PUT";
            headers.AccessControlAllowHeaders = "authorization, content-type, last-event-id";
            headers.AccessControlMaxAge = "600";
        }

        return TypedResults.NoContent();
    }

    private static bool IsOwn(HttpRequest request, string origin) => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
