using Inbox.Access.Http;
using Inbox.Access.Http.Idempotency;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Inbox.Conversations.Files;

/// <summary>Files of messages, for whoever sees their conversation.</summary>
public static class FileEndpoints
{
    // Whatever a browser takes the bytes for, it does not run them.
    private const string Policy = "default-src 'none'; style-src 'none'; sandbox; frame-ancestors 'none'";

    public static void MapFiles(this IEndpointRouteBuilder app)
    {
        var media = app.MapGroup("/api/v1/media").WithTags("Media").RequireAuthorization(ConversationPermissions.Read).Refuses("unauthorized", "forbidden", "rate_limited");
        media.MapPost("/upload", UploadAsync).WithSummary("Takes a file to be sent with a message; sent within a day or removed").DisableAntiforgery().TakesNoIdempotencyKey()
            .RequireAuthorization(ConversationPermissions.Reply).Accepts<IFormFile>("multipart/form-data").Refuses("invalid_body", "media_too_large", "quota_reached", "invalid_value", "unsupported_media_type", "storage_unavailable");
        media.MapGet("/{id:long}", FindAsync).WithSummary("Tells about a file of a message").Refuses("media_not_found");
        media.MapGet("/{id:long}/download", DownloadAsync).WithSummary("Hands out a file of a message; answers range requests").Produces(StatusCodes.Status200OK, contentType: MediaType.Unknown)
            .Refuses("media_not_found", "media_not_stored", "storage_unavailable");
        media.MapPost("/{id:long}/retry", RetryAsync).WithSummary("Fetches a file again that could not be fetched").RequireAuthorization(ConversationPermissions.Reply).Refuses("media_not_found", "media_not_failed");

        // The token is the right: it names one file and lasts an hour.
        app.MapGet("/media/{token}", LinkedAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<Results<FileStreamHttpResult, NotFound>> LinkedAsync(
        string token, MediaLinks links, IDbContextFactory<InboxDb> dbs, MediaStore store, HttpContext http, CancellationToken cancellation)
    {
        if (links.Read(token) is not var (tenantId, fileId))
        {
            return TypedResults.NotFound();
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var revoked = db.Set<Message>().Where(message => message.TenantId == tenantId && message.RevokedAt != null);
        var file = await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            .SingleOrDefaultAsync(row => row.TenantId == tenantId && row.Id == fileId && !revoked.Any(message => message.Id == row.MessageId), cancellation);
        return file is not null && await OpenAsync(store, file, cancellation) is { } content ? Bytes(file, content, http) : TypedResults.NotFound();
    }

    private static async Task<Ok<MediaView>> FindAsync(long id, Caller caller, IDbContextFactory<InboxDb> dbs, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var file = await db.FileForAsync(caller, id, cancellation);
        return TypedResults.Ok(MediaView.Of(file));
    }

    private static async Task<Created<MediaView>> UploadAsync(HttpRequest request, Caller caller, Uploads uploads, CancellationToken cancellation, string? kind = null)
    {
        var file = await uploads.TakeAsync(caller, request, kind, cancellation);
        return TypedResults.Created($"/api/v1/media/{file.Id}", MediaView.Of(file));
    }

    private static async Task<FileStreamHttpResult> DownloadAsync(
        long id, Caller caller, IDbContextFactory<InboxDb> dbs, MediaStore store, HttpContext http, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var file = await db.FileForAsync(caller, id, cancellation);
        return await OpenAsync(store, file, cancellation) is { } content ? Bytes(file, content, http)
            : throw new RefusedException("media_not_stored", "This file is not here (yet).", StatusCodes.Status409Conflict);
    }

    private static async Task<Stream?> OpenAsync(MediaStore store, MediaFile file, CancellationToken cancellation)
    {
        try
        {
            return file.StorageKey is { } key ? await store.OpenAsync(file.TenantId, key, cancellation) : null;
        }
        catch (MediaUnavailableException)
        {
            throw new RefusedException("storage_unavailable", "The store of files does not answer. Try again in a moment.", StatusCodes.Status503ServiceUnavailable) { RetryAfter = TimeSpan.FromSeconds(10) };
        }
    }

    private static FileStreamHttpResult Bytes(MediaFile file, Stream content, HttpContext http)
    {
        var type = file.MimeType ?? MediaType.Unknown;
        http.Response.Headers.ContentSecurityPolicy = Policy;
        // The content of a file never changes; who may see it may.
        http.Response.Headers.CacheControl = "private, max-age=300";
        var isShown = MediaType.MayBeShown(type);
        var disposition = new ContentDispositionHeaderValue(isShown ? "inline" : "attachment");
        disposition.SetHttpFileName(FileNames.Safe(file.FileName, file.Kind, type));
        http.Response.Headers.ContentDisposition = disposition.ToString();
        return TypedResults.Stream(content, isShown ? type : MediaType.Unknown, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""));
    }

    private static async Task<NoContent> RetryAsync(long id, Caller caller, FileRetries retries, CancellationToken cancellation)
    {
        await retries.FetchAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }
}
