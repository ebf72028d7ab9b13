using System.Net;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Inbox.Channels.Website;

/// <summary>A plain page with the widget on it, for businesses with sample data.</summary>
public sealed class WidgetDemo
{
    private WidgetDemo()
    {
    }

    public static void Map(IEndpointRouteBuilder app)
        => app.MapGet("/widget-demo", ShowAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(IDbContextFactory<InboxDb> dbs, IStringLocalizer<WidgetDemo> say, CancellationToken cancellation, string? tenant = null)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var business = await db.Set<Tenant>()
            .Where(row => row.HasSampleData && (tenant == null || row.Slug == tenant))
            .OrderBy(row => row.Id)
            .Select(row => new { row.Slug, row.Name })
            .FirstOrDefaultAsync(cancellation);
        return business is null
            ? TypedResults.NotFound()
            : TypedResults.Content(Page(WebUtility.HtmlEncode(business.Name), business.Slug, say), "text/html; charset=utf-8");
    }

    private static string Page(string name, string slug, IStringLocalizer say) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{name}</title>
        <link rel="icon" type="image/svg+xml" href="/img/logo.svg">
        <link rel="stylesheet" href="/css/demo.css">
        </head>
        <body>
        <header><strong>{name}</strong><nav><span>{Text(say, "Products")}</span><span>{Text(say, "About us")}</span><span>{Text(say, "Contact")}</span></nav></header>
        <main>
        <h1>{Text(say, "Somebody is here to help.")}</h1>
        <p>{Text(say, "This is a page like any other on your website. Open the chat in the corner and write something: it appears in the inbox at once, and the answer comes back here.")}</p>
        <p><a href="/inbox" target="_blank" rel="noopener">{Text(say, "Open the inbox in a new tab")}</a></p>
        </main>
        <script async src="/widget.js" data-tenant="{slug}"></script>
        </body>
        </html>
        """;

    private static string Text(IStringLocalizer say, string key) => WebUtility.HtmlEncode(say[key]);
}
