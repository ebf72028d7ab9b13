using System.Net.Sockets;
using Inbox.Access.Outside;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Files;

/// <summary>Takes files that people and programs want to send. The bytes go to the store as they come.</summary>
public sealed class Uploads(IDbContextFactory<InboxDb> dbs, MediaStore store, FileIntake intake, OutsideClient outside, TimeProvider clock)
{
    /// <summary>How long an upload waits for its message.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>How long a customer's file waits for the message that brings it, which the ledger may hold back: as long as the ledger keeps what needs a person.</summary>
    public static readonly TimeSpan ArrivingKeptFor = TimeSpan.FromDays(90);

    private static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(60);

    private static readonly string[] Kinds = ["image", "video", "audio", "voice", "document", "sticker"];

    /// <param name="kind">What to send it as; null: by its content.</param>
    /// <exception cref="ForbiddenException">The caller may not answer customers.</exception>
    /// <exception cref="RefusedException">invalid_body, invalid_value, media_too_large, quota_reached, storage_unavailable.</exception>
    public async Task<MediaFile> TakeAsync(Caller caller, HttpRequest request, string? kind, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        if (kind is not null && !Kinds.Contains(kind))
        {
            throw new RefusedException("invalid_value", $"kind is {string.Join(", ", Kinds)}.", StatusCodes.Status400BadRequest, "kind");
        }

        return await TakeAsync(caller, kind, "file", async () =>
        {
            var file = await FilePart.ReadAsync(request, intake.Largest, cancellation);
            return new Arriving(file.Content, file.Name, file.Type);
        }, cancellation);
    }

    /// <summary>Fetches what lies at somebody else's address.</summary>
    /// <param name="name">What it is called; null: as its address ends.</param>
    /// <exception cref="ForbiddenException">The caller may not answer customers.</exception>
    /// <exception cref="RefusedException">media_unreachable, invalid_value, media_too_large, quota_reached, storage_unavailable.</exception>
    public async Task<MediaFile> FetchAsync(Caller caller, string? kind, Uri address, CancellationToken cancellation, string? name = null)
    {
        caller.Require(ConversationPermissions.Reply);
        using var over = new CancellationTokenSource(LongestFetch, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        HttpResponseMessage? response = null;
        try
        {
            return await TakeAsync(caller, kind, "media_url", async () =>
            {
                response = await outside.OpenAsync(address, either.Token);
                return response is { IsSuccessStatusCode: true }
                    ? new Arriving(await response.Content.ReadAsStreamAsync(either.Token), name ?? Uri.UnescapeDataString(address.Segments[^1]), response.Content.Headers.ContentType?.MediaType)
                    : throw Unreachable();
            }, either.Token);
        }
        catch (Exception error) when (error is HttpRequestException or HttpIOException or IOException { InnerException: SocketException } || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw Unreachable();
        }
        finally
        {
            response?.Dispose();
        }
    }

    private async Task<MediaFile> TakeAsync(Caller caller, string? kind, string field, Func<Task<Arriving>> open, CancellationToken cancellation)
    {
        using var place = intake.Enter(caller.TenantId, caller.UserId is { } user ? $"user {user}" : caller.Name)
            ?? throw new RefusedException("rate_limited", "As many files as may be are on their way. Try again in a moment.", StatusCodes.Status429TooManyRequests) { RetryAfter = TimeSpan.FromSeconds(2) };
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await intake.IsFullForUploadsAsync(db, caller.TenantId, cancellation))
        {
            throw new RefusedException("quota_reached", "The space for files of this business is used up. An administrator can make room or raise it.", StatusCodes.Status409Conflict);
        }

        var arriving = await open();
        var stored = await intake.WriteAsync(caller.TenantId, arriving.Content, intake.Largest, cancellation)
            ?? throw new RefusedException("media_too_large", $"A file has at most {intake.Largest / 1_000_000} MB.", StatusCodes.Status413PayloadTooLarge);
        try
        {
            return stored.Size > 0 ? await KeepAsync(db, caller, kind, arriving, stored, cancellation) : throw new RefusedException("invalid_value", "The file is empty.", field: field);
        }
        catch
        {
            await store.DeleteAsync(caller.TenantId, stored.Key);
            throw;
        }
    }

    private async Task<MediaFile> KeepAsync(InboxDb db, Caller caller, string? kind, Arriving arriving, StoredBytes stored, CancellationToken cancellation)
    {
        var type = MediaType.Of(stored.Head, arriving.Type);
        var file = new MediaFile
        {
            TenantId = caller.TenantId,
            Kind = kind ?? MediaType.KindOf(type),
            FileName = FileNames.Safe(arriving.Name, kind ?? MediaType.KindOf(type), type),
            UploadedBy = caller.UserId,
            UploadedByKey = caller.KeyId,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        await intake.KeepAsync(db, file, stored, arriving.Type, cancellation);
        db.Add(file);
        await db.SaveChangesAsync(CancellationToken.None);   // who leaves now must not leave a row without bytes
        return file;
    }

    // Which of the reasons it was is not told: nobody maps a network with us.
    private static RefusedException Unreachable() => new("media_unreachable", "No file could be fetched from this address.", field: "media_url");

    /// <param name="Type">The type that the sender named.</param>
    private sealed record Arriving(Stream Content, string? Name, string? Type);
}
