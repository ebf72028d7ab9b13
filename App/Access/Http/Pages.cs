using Microsoft.AspNetCore.Diagnostics;

namespace Inbox.Access.Http;

/// <summary>Who asks: a person's browser, to which an error is a page, or a program, to which it is a problem document.</summary>
internal static class Pages
{
    private static readonly string[] Programs = ["/api", "/webhooks", "/_blazor", "/_framework", "/_content", "/health", "/openapi"];

    /// <summary>Shows the status of the response as a page.</summary>
    public const string Status = "/status";

    public const string Error = "/error";

    /// <summary>Where work is.</summary>
    public const string Home = "/inbox";

    public static bool IsWanted(HttpContext http)
        => http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && !Programs.Any(path => Asked(http).StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    /// <summary>The path of the request, also while an error is answered and the request stands on the error page's.</summary>
    public static PathString Asked(HttpContext http) => http.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? http.Request.Path;

    public static string SignIn(HttpRequest request)
        => request.Path == "/" || !HttpMethods.IsGet(request.Method)
            ? "/sign-in"
            : $"/sign-in{QueryString.Create("returnUrl", request.PathBase + request.Path + request.QueryString)}";

    /// <returns>The address when it is one of this site, else the inbox.</returns>
    public static string Local(string? returnUrl)
        => returnUrl is ['/', ..] && Microsoft.AspNetCore.Http.HttpResults.RedirectHttpResult.IsLocalUrl(returnUrl) ? returnUrl : Home;
}
