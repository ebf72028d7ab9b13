using Inbox.Channels;
using Inbox.Data;
using Inbox.Media;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>A file that was here before the message that brings it.</summary>
internal sealed record ArrivedFile(InboundFile File, long StoredId, Message Message, int Position);

/// <summary>The files of new messages: those to be fetched, and those that are here already.</summary>
internal static class ArrivingFiles
{
    public static void Add(ArrivalBatch batch, Message message, IReadOnlyList<InboundFile> files)
    {
        for (var position = 0; position < files.Count; position++)
        {
            if (files[position].StoredId is { } stored)
            {
                batch.ArrivedFiles.Add(new ArrivedFile(files[position], stored, message, position));
            }
            else
            {
                batch.Files.Add(New(batch, files[position], message, position));
            }
        }
    }

    /// <summary>Gives the files that are here to their messages. One that is not there any more stands in its message as lost.</summary>
    public static async Task AttachAsync(ArrivalBatch batch, CancellationToken cancellation)
    {
        if (batch.ArrivedFiles.Count == 0)
        {
            return;
        }

        var ids = batch.ArrivedFiles.Select(arrived => arrived.StoredId).ToArray();
        var here = await batch.Db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).Where(file => ids.Contains(file.Id) && file.MessageId == null).ToDictionaryAsync(file => file.Id, cancellation);
        foreach (var arrived in batch.ArrivedFiles)
        {
            // What a delivery says is not believed: a file goes to a message of the channel that it came in by.
            if (here.GetValueOrDefault(arrived.StoredId) is { MessageId: null } file && file.TenantId == arrived.Message.TenantId && file.ChannelId == arrived.Message.ChannelId)
            {
                file.MessageId = arrived.Message.Id;
                continue;
            }

            var lost = New(batch, arrived.File, arrived.Message, arrived.Position);
            (lost.State, lost.ErrorCode, lost.ErrorDetail) = (MediaState.Failed, "gone", "The file was removed before its message could be processed.");
            batch.Files.Add(lost);
        }

        await batch.Db.SaveChangesAsync(cancellation);
    }

    private static MediaFile New(ArrivalBatch batch, InboundFile file, Message message, int position) => new()
    {
        Id = batch.Db.Ids.Next<MediaFile>(batch.Db),
        TenantId = message.TenantId,
        MessageId = message.Id,
        ChannelId = message.ChannelId,
        Position = position,
        Kind = file.Kind,
        Reference = file.Reference,
        MimeType = file.MimeType?.Cut(150),
        FileName = file.FileName is null ? null : FileNames.Safe(file.FileName, file.Kind, file.MimeType ?? ""),
        Sha256 = file.Sha256,
        DueAt = batch.Now,
        CreatedAt = batch.Now,
    };
}
