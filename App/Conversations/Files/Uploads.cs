using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Inbox.Conversations.Files;

/// <summary>Takes files that people and programs want to send. The bytes go to the store as they come.</summary>
public sealed class Uploads(IDbContextFactory<InboxDb> dbs, MediaStore store, FileIntake intake, TimeProvider clock)
{
    /// <summary>How long an upload waits for its message.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private const int LongestBoundary = 100;
    private const int Envelope = 64 * 1024;

    private static readonly string[] Kinds = ["image", "video", "audio", "voice", "document", "sticker"];

    /// <param name="kind">What to send it as; null: by its content.</param>
    /// <exception cref="ForbiddenException">The caller may not answer customers.</exception>
    /// <exception cref="RefusedException">invalid_body, invalid_value, media_too_large, quota_reached.</exception>
    public async Task<MediaFile> TakeAsync(Caller caller, HttpRequest request, string? kind, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        if (kind is not null && !Kinds.Contains(kind))
        {
            throw new RefusedException("invalid_value", $"kind is {string.Join(", ", Kinds)}.", StatusCodes.Status400BadRequest, "kind");
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = intake.Largest + Envelope;
        }

        using var place = intake.Enter(caller.TenantId)
            ?? throw new RefusedException("rate_limited", "As many files as may be are on their way. Try again in a moment.", StatusCodes.Status429TooManyRequests) { RetryAfter = TimeSpan.FromSeconds(2) };
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await intake.IsFullForUploadsAsync(db, caller.TenantId, cancellation))
        {
            throw new RefusedException("quota_reached", "The space for files of this business is used up. An administrator can make room or raise it.", StatusCodes.Status409Conflict);
        }

        var (part, disposition) = await PartAsync(request, cancellation);
        var stored = await store.WriteAsync(caller.TenantId, new FormPart(part.Body), intake.Largest, cancellation)
            ?? throw new RefusedException("media_too_large", $"A file has at most {intake.Largest / 1_000_000} MB.", StatusCodes.Status413PayloadTooLarge);
        try
        {
            return await KeepAsync(db, caller, kind, part, disposition, stored, cancellation);
        }
        catch
        {
            store.Delete(caller.TenantId, stored.Key);
            throw;
        }
    }

    private async Task<MediaFile> KeepAsync(
        InboxDb db, Caller caller, string? kind, MultipartSection part, ContentDispositionHeaderValue disposition, StoredBytes stored, CancellationToken cancellation)
    {
        if (stored.Size == 0)
        {
            throw new RefusedException("invalid_value", "The file is empty.", field: "file");
        }

        var type = MediaType.Of(stored.Head, part.ContentType);
        var file = new MediaFile
        {
            TenantId = caller.TenantId,
            Kind = kind ?? MediaType.KindOf(type),
            FileName = FileNames.Safe((disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value, kind ?? MediaType.KindOf(type), type),
            UploadedBy = caller.UserId,
            UploadedByKey = caller.KeyId,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        await intake.KeepAsync(db, file, stored, part.ContentType, cancellation);
        db.Add(file);
        await db.SaveChangesAsync(cancellation);
        return file;
    }

    /// <summary>The part named file; those before it are read over.</summary>
    private static async Task<(MultipartSection, ContentDispositionHeaderValue)> PartAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= LongestBoundary } boundary)
        {
            throw new RefusedException("unsupported_media_type", "The body must be a form with a file.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellation) is { } part)
            {
                if (ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) && disposition.IsFileDisposition() && HeaderUtilities.RemoveQuotes(disposition.Name) == "file")
                {
                    return (part, disposition);
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException and not BadHttpRequestException)
        {
            // it ends below
        }

        throw new RefusedException("invalid_body", "The form has no part named file.", StatusCodes.Status400BadRequest, "file");
    }
}
