using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Files;

internal static class VisibleFiles
{
    /// <summary>A file of a message that the caller sees, or an upload of their own that is not sent yet.</summary>
    /// <exception cref="RefusedException">media_not_found: there is none, or it belongs to a message that the caller may not see or that was taken back.</exception>
    public static async Task<MediaFile> FileForAsync(this InboxDb db, Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        var messages = Threads.Visible(db, caller).Where(message => message.RevokedAt == null);
        return await db.Set<MediaFile>().SingleOrDefaultAsync(
                file => file.Id == id && ((file.MessageId == null && file.ChannelId == null && file.UploadedBy == caller.UserId && file.UploadedByKey == caller.KeyId) || messages.Any(message => message.Id == file.MessageId)), cancellation)
            ?? throw RefusedException.NotFound("media");
    }
}
