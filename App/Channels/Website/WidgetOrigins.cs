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
        if (!Allows(context.Request, channel))
        {
            throw new RefusedException("origin_not_allowed", "This page is not among the allowed ones of the widget. Add it in the channel's settings.", StatusCodes.Status403Forbidden);
        }
    }

    public static bool Allows(HttpRequest request, Channel channel)
        => request.Headers.Origin.ToString() is not { Length: > 0 } origin || IsOwn(request, origin) || WebsiteSettings.Of(channel).Allows(origin);

    /// <summary>
    /// Lets the pages that some widget allows read every answer, refusals too: those of a body come before the visitor is
    /// known, and an error clears the headers that were set until then. Who gets more than a refusal, <see cref="Check"/> says.
    /// </summary>
    public static void LetRead(IEndpointConventionBuilder endpoints) => endpoints.Add(endpoint =>
    {
        var answer = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = async context =>
        {
            var origin = context.Request.Headers.Origin.ToString();
            var allowed = origin.Length > 0 && await IsAllowedAsync(context, origin);
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.Vary = "Origin";
                if (allowed)
                {
                    context.Response.Headers.AccessControlAllowOrigin = origin;
                    context.Response.Headers.AccessControlExposeHeaders = "Retry-After";
                }

                return Task.CompletedTask;
            });
            await answer(context);
        };
    });

    /// <summary>A preflight names no visitor, so any widget that allows the page will do; the request itself is checked again.</summary>
    public static async Task<IResult> PreflightAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && await IsAllowedAsync(context, origin))
        {
            var headers = context.Response.Headers;
            headers.AccessControlAllowMethods = "GET, POST, PUT";
            headers.AccessControlAllowHeaders = "authorization, content-type, last-event-id";
            headers.AccessControlMaxAge = "600";
        }

        return TypedResults.NoContent();
    }

    private static async Task<bool> IsAllowedAsync(HttpContext context, string origin)
        => (await context.RequestServices.GetRequiredService<ChannelDirectory>().ReadAsync(context.RequestAborted))
            .Of(WebsiteChannel.Key, null).Any(channel => WebsiteSettings.Of(channel).Allows(origin));

    private static bool IsOwn(HttpRequest request, string origin) => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
