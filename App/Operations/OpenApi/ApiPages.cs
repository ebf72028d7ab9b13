using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Operations.OpenApi;

/// <summary>The description for people: Swagger UI at <c>/docs</c> to try calls, Redoc at <c>/redoc</c> to read. Everything comes from here.</summary>
internal static class ApiPages
{
    // Redoc writes style elements without a nonce and searches in a worker that it makes of its own text. Nothing else is allowed more than elsewhere, and most of it less.
    private const string RedocPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src blob:; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/docs", Swagger).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/redoc", Redoc).AllowAnonymous().ExcludeFromDescription();
    }

    private static ContentHttpResult Swagger(HttpContext http, IAntiforgery antiforgery)
    {
        // Who is signed in can try calls with the session.
        var token = http.User.Identity?.IsAuthenticated == true
            ? $"<meta name=\"csrf-token\" content=\"{WebUtility.HtmlEncode(antiforgery.GetAndStoreTokens(http).RequestToken)}\">" : "";
        return Page($"{token}<link rel=\"stylesheet\" href=\"/js/api-docs/swagger-ui.css\">", "swagger-ui-bundle.js", "swagger.js");
    }

    private static ContentHttpResult Redoc(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = RedocPolicy;
        return Page("", "redoc.standalone.js", "redoc.js");
    }

    private static ContentHttpResult Page(string head, string program, string start) => TypedResults.Content(
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Inbox API</title>
        <link rel="icon" type="image/svg+xml" href="/img/logo.svg">
        {head}
        <link rel="stylesheet" href="/css/api-docs.css">
        </head>
        <body>
        <div id="api"></div>
        <script src="/js/api-docs/{program}"></script>
        <script src="/js/api-docs/{start}"></script>
        </body>
        </html>
        """,
        "text/html; charset=utf-8");
}
