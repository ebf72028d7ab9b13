using Inbox.Data;
using Inbox.Media;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Files;

/// <summary>Fetches a file now that is not here yet, or could not be fetched.</summary>
public sealed class FileRetries(IDbContextFactory<InboxDb> dbs, LiveFeed feed, TimeProvider clock)
{
    /// <exception cref="RefusedException">media_not_found; media_not_failed: it is here, or was refused.</exception>
    public async Task FetchAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var file = await db.FileForAsync(caller, id, cancellation);
        if (file.State is not (MediaState.Failed or MediaState.Pending))
        {
            throw new RefusedException("media_not_failed", "Only a file that could not be fetched is fetched again.", StatusCodes.Status409Conflict);
        }

        var failed = file.State == MediaState.Failed;
        (file.State, file.Attempts, file.DueAt, file.ErrorCode, file.ErrorDetail) = (MediaState.Pending, failed ? 0 : file.Attempts, clock.GetUtcNow().UtcDateTime, null, null);
        await db.SaveChangesAsync(cancellation);
        var conversation = await db.Set<Message>().Where(message => message.Id == file.MessageId).Select(message => (long?)message.ConversationId).SingleOrDefaultAsync(cancellation);
        await write.CommitAsync(cancellation);
        if (conversation is { } of)
        {
            feed.Publish(Topics.Conversation(caller.TenantId, of));
        }
    }
}
