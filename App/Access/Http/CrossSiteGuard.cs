using Inbox.Access.Sessions;
using Microsoft.AspNetCore.Antiforgery;

namespace Inbox.Access.Http;

/// <summary>
/// The session cookie on the API: an unsafe request must carry the page's token in <c>X-CSRF-TOKEN</c>, which no other
/// site can read. Requests with a key carry nothing that a browser adds by itself.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next, IAntiforgery antiforgery)
{
    public const string Header = "X-CSRF-TOKEN";

    public async Task InvokeAsync(HttpContext context)
    {
        if (IsSafe(context.Request.Method) || context.User.Identity?.AuthenticationType != SessionCookie.Scheme)
        {
            await next(context);
        }
        else if (context.Request.Headers["Sec-Fetch-Site"] is ["cross-site"])
        {
            await Problems.Of(StatusCodes.Status403Forbidden, "cross_site", "Another site may not do this for you.").ExecuteAsync(context);
        }
        else if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && !await antiforgery.IsRequestValidAsync(context))
        {
            await Problems.Of(StatusCodes.Status400BadRequest, "antiforgery_token_missing", $"The header {Header} is missing or belongs to another session. Load the page again.").ExecuteAsync(context);
        }
        else
        {
            await next(context);
        }
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
}
