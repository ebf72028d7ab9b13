namespace Inbox.Channels.Website;

/// <summary>
/// The page in the frame beside the settings: the real widget, told by the page around it what to show. It holds nothing of
/// anybody, so everybody may load it, and only our own pages may frame it.
/// </summary>
internal static class WidgetPreview
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    private const string Page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Chat</title>
        <link rel="stylesheet" href="css/demo.css">
        </head>
        <body>
        <script src="js/widget-preview-frame.js"></script>
        </body>
        </html>
        """;

    public static void Map(IEndpointRouteBuilder app)
        => app.MapGet("/widget-preview", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return TypedResults.Content(Page, "text/html; charset=utf-8");
        }).AllowAnonymous().ExcludeFromDescription();
}
