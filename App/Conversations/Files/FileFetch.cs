using Inbox.Channels;
using Inbox.Data;
using Inbox.Media;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Files;

/// <summary>Fetches one file of a message: asks its platform, writes what comes, finds out what it is.</summary>
public sealed class FileFetch(ChannelCatalogue kinds, MediaStore store, FileIntake intake, TimeProvider clock)
{
    /// <summary>For one file from the first question to its last byte; shorter than the lease.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Platforms keep files for days; after the last of these waits it is over until a person tries again.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(8), TimeSpan.FromHours(24), TimeSpan.FromHours(48),
    ];

    /// <returns>The topic of the conversation that changed; null when nothing did.</returns>
    public async Task<string?> RunAsync(InboxDb db, long fileId, CancellationToken cancellation)
    {
        var found = await (from file in db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted])
                           join message in db.Set<Message>() on file.MessageId equals message.Id
                           join channel in db.Set<Channel>() on message.ChannelId equals channel.Id
                           where file.Id == fileId
                           select new { file, channel, message.ConversationId }).SingleOrDefaultAsync(cancellation);
        if (found is null || found.file.State != MediaState.Pending)
        {
            return null;
        }

        await FetchAsync(db, found.file, found.channel, cancellation);
        found.file.LeaseUntil = null;
        await db.SaveChangesAsync(cancellation);
        return Topics.Conversation(found.file.TenantId, found.ConversationId);
    }

    /// <summary>A fault of ours on the way: the file is tried again, and not for ever.</summary>
    public async Task PutOffAsync(InboxDb db, long fileId, CancellationToken cancellation)
    {
        if (await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).SingleOrDefaultAsync(file => file.Id == fileId && file.State == MediaState.Pending, cancellation) is { } file)
        {
            Later(file, "fetch_failed", "The file could not be fetched or written here.");
            file.LeaseUntil = null;
            await db.SaveChangesAsync(cancellation);
        }
    }

    private async Task FetchAsync(InboxDb db, MediaFile file, Channel channel, CancellationToken cancellation)
    {
        if (file.Reference is null || kinds.Find(channel.Kind) is not IFileChannel kind)
        {
            End(file, MediaState.Refused, "no_source", "This channel hands over no files.");
            return;
        }

        using var over = new CancellationTokenSource(Longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        switch (await kind.OpenAsync(channel, file.Reference, either.Token))
        {
            case FileAnswer.Opened opened:
                using (opened.Response)
                {
                    await TakeAsync(db, file, opened, either.Token, cancellation);
                }

                break;
            case FileAnswer.Later later:
                Later(file, later.Code, later.Detail, later.After);
                break;
            case FileAnswer.Gone gone:
                End(file, MediaState.Failed, gone.Code, gone.Detail);
                break;
        }
    }

    /// <param name="reading">Ends a content that does not come to its end.</param>
    private async Task TakeAsync(InboxDb db, MediaFile file, FileAnswer.Opened opened, CancellationToken reading, CancellationToken cancellation)
    {
        if (opened.Response.Content.Headers.ContentLength > intake.Largest)
        {
            TooLarge(file);
            return;
        }

        if (await intake.IsFullAsync(db, file.TenantId, cancellation))
        {
            End(file, MediaState.Refused, "quota_reached", "The space for files of this business is used up. An administrator can make room or raise it.");
            return;
        }

        StoredBytes? stored;
        try
        {
            await using var content = new PacedStream(await opened.Response.Content.ReadAsStreamAsync(reading), PacedStream.UsualPatience);
            stored = await store.WriteAsync(file.TenantId, content, intake.Largest, reading);
        }
        catch (MediaUnavailableException)
        {
            Later(file, "store_unavailable", "The store of files did not take it. It is fetched again.");
            return;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            Later(file, "cut_off", "The file broke off on its way. It is fetched again.");
            return;
        }

        if (stored is null)
        {
            TooLarge(file);
            return;
        }

        if (opened.Sha256 is { } said && said != stored.Sha256)
        {
            await store.DeleteAsync(file.TenantId, stored.Key);
            Later(file, "wrong_content", "What came is not the file that the platform named. It is fetched again.");
            return;
        }

        try
        {
            await intake.KeepAsync(db, file, stored, opened.MimeType, cancellation);
            // Of a story no platform says whether it is a picture or a film.
            file.Kind = file.Kind is "image" or "video" && MediaType.KindOf(file.MimeType!) is var kind && kind is "image" or "video" ? kind : file.Kind;
        }
        catch (RefusedException refused)
        {
            await store.DeleteAsync(file.TenantId, stored.Key);
            End(file, MediaState.Refused, refused.Code, refused.Message);
        }
    }

    private void TooLarge(MediaFile file) => End(file, MediaState.Refused, "too_large", $"The file is larger than {intake.Largest / 1_000_000} MB.");

    private void Later(MediaFile file, string code, string detail, TimeSpan? after = null)
    {
        if (file.Attempts > Waits.Length)
        {
            End(file, MediaState.Failed, code, detail);
            return;
        }

        (file.DueAt, file.ErrorCode, file.ErrorDetail) = (clock.GetUtcNow().UtcDateTime + (after ?? Waits[file.Attempts - 1]), code, null);
    }

    private static void End(MediaFile file, MediaState state, string code, string detail) => (file.State, file.ErrorCode, file.ErrorDetail) = (state, code, detail);
}
