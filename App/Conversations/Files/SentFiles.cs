using Inbox.Channels;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;

namespace Inbox.Conversations.Files;

/// <summary>Files that are to go out with a message.</summary>
public sealed class SentFiles(MediaStore store)
{
    private const int HeadLength = 32;

    /// <param name="channel">What it goes over.</param>
    /// <exception cref="RefusedException">media_not_found, media_not_stored, media_too_large, storage_unavailable.</exception>
    public async Task<MediaFile> FindAsync(InboxDb db, Caller caller, long id, ChannelCapabilities channel, CancellationToken cancellation)
    {
        var file = await db.FileForAsync(caller, id, cancellation);
        if (file is not { State: MediaState.Stored, StorageKey: { } key })
        {
            throw new RefusedException("media_not_stored", "This file is not here (yet).", StatusCodes.Status409Conflict);
        }

        // What moves may be larger, and only the bytes tell.
        if (channel.Files.GetValueOrDefault(file.Kind) is { StillBytes: { } most } limit && file.Size > most && file.Size <= limit.Bytes && limit.Takes(file.MimeType)
            && !MediaType.IsMovingWebP(await HeadAsync(file.TenantId, key, cancellation)))
        {
            throw new RefusedException(
                "media_too_large", $"This channel takes files of the kind {file.Kind} that do not move up to {most / 1000:#,0} kB; the file has {file.Size / 1000:#,0} kB.", field: "media_id");
        }

        return file;
    }

    private async Task<byte[]> HeadAsync(long tenantId, string key, CancellationToken cancellation)
    {
        try
        {
            await using var content = await store.OpenAsync(tenantId, key, cancellation);
            var head = new byte[HeadLength];
            return content is null ? [] : head[..await content.ReadAtLeastAsync(head, HeadLength, throwOnEndOfStream: false, cancellation)];
        }
        catch (MediaUnavailableException)
        {
            throw new RefusedException("storage_unavailable", "The store of files does not answer. Try again in a moment.", StatusCodes.Status503ServiceUnavailable) { RetryAfter = TimeSpan.FromSeconds(10) };
        }
    }
}
