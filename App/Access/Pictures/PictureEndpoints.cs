using Inbox.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Pictures;

public static class PictureEndpoints
{
    // Whatever a browser takes the bytes for, it does not run them.
    private const string Policy = "default-src 'none'; style-src 'none'; sandbox; frame-ancestors 'none'";

    public static void MapPictures(this IEndpointRouteBuilder app)
        => app.MapGet("/pictures/{name}", ShowAsync).AllowAnonymous().WithTags("Company").WithSummary("Shows a logo or a face; its random name is the right to see it")
            .ExcludeFromDescription();

    private static async Task<Results<PhysicalFileHttpResult, NotFound>> ShowAsync(
        string name, IDbContextFactory<InboxDb> dbs, PictureFiles files, HttpContext http, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await files.FindAsync(db, name, cancellation) is not var (picture, path))
        {
            return TypedResults.NotFound();
        }

        http.Response.Headers.ContentSecurityPolicy = Policy;
        // A changed picture has another name.
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.PhysicalFile(path, picture.ContentType);
    }
}
