using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Website;

/// <summary>
/// Takes the files that visitors send. The bytes are on disk and the row is there before the message goes into the ledger;
/// the arrival of the message gives it the file.
/// </summary>
public sealed class VisitorFiles(IDbContextFactory<InboxDb> dbs, MediaStore store, FileIntake intake, ICustomerThreads threads, TimeProvider clock)
{
    private static readonly WebsiteChannel Kind = new();

    /// <summary>The largest file of any kind, in bytes.</summary>
    internal long Largest => Math.Min(intake.Largest, Kind.Capabilities.Files.Values.Max(limit => limit.Bytes));

    /// <summary>The message of this key is here: its file need not come again.</summary>
    public Task<bool> IsHereAsync(CurrentVisitor visitor, string externalId, CancellationToken cancellation) => threads.HasAsync(visitor.Channel, externalId, cancellation);

    /// <summary>The file that came with an earlier try of this key. That its message is in the ledger is not known: the process may have ended in between.</summary>
    internal async Task<MediaFile?> WaitingAsync(CurrentVisitor visitor, string externalId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<MediaFile>().AsNoTracking().OrderBy(file => file.Id)
            .FirstOrDefaultAsync(file => file.MessageId == null && file.ChannelId == visitor.Channel.Id && file.Reference == externalId, cancellation);
    }

    /// <exception cref="RefusedException">media_too_large, media_type_refused, quota_reached, invalid_value, rate_limited, storage_unavailable.</exception>
    internal async Task<MediaFile> TakeAsync(CurrentVisitor visitor, string externalId, FilePart arriving, CancellationToken cancellation)
    {
        var tenant = visitor.Channel.TenantId;
        using var place = intake.Enter(tenant, who: null)
            ?? throw new RefusedException("rate_limited", "As many files as may be are on their way. Try again in a moment.", StatusCodes.Status429TooManyRequests) { RetryAfter = TimeSpan.FromSeconds(2) };
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await intake.IsFullForUploadsAsync(db, tenant, cancellation, visitor.Channel.Id))
        {
            throw new RefusedException("quota_reached", "No more files can be taken here at the moment. Write to us instead.", StatusCodes.Status409Conflict);
        }

        var stored = await intake.WriteAsync(tenant, arriving.Content, Largest, cancellation)
            ?? throw new RefusedException("media_too_large", $"A file has at most {Largest / 1_000_000} MB.", StatusCodes.Status413PayloadTooLarge, "file");
        try
        {
            var file = Checked(visitor, externalId, arriving, stored);
            await intake.KeepAsync(db, file, stored, WebsiteFiles.Said(arriving.Name, arriving.Type), cancellation);
            db.Add(file);
            await db.SaveChangesAsync(CancellationToken.None);   // who leaves now must not leave a row without bytes
            return file;
        }
        catch
        {
            await store.DeleteAsync(tenant, stored.Key);
            throw;
        }
    }

    private MediaFile Checked(CurrentVisitor visitor, string externalId, FilePart arriving, StoredBytes stored)
    {
        if (stored.Size == 0)
        {
            throw new RefusedException("invalid_value", "The file is empty.", field: "file");
        }

        var type = MediaType.Of(stored.Head, WebsiteFiles.Said(arriving.Name, arriving.Type));
        var kind = MediaType.KindOf(type);
        if (RunnableFiles.Is(arriving.Name, stored.Head) || !Kind.Capabilities.Files[kind].Takes(type))
        {
            throw new RefusedException("media_type_refused", "Files of this type are not taken. Send a picture, a video, a sound, a PDF, an office file or plain text.", field: "file");
        }

        return new MediaFile
        {
            TenantId = visitor.Channel.TenantId,
            ChannelId = visitor.Channel.Id,
            Reference = externalId,
            Kind = kind,
            FileName = FileNames.Safe(arriving.Name, kind, type),
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
    }
}
