using Inbox.Audit;
using Inbox.Channels;
using Inbox.Conversations.Failures;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <param name="Queued">How many go out again.</param>
/// <param name="Skipped">How many do not, by the code why.</param>
/// <param name="Next">There are more: call again with it.</param>
public sealed record Retried(int Queued, IReadOnlyDictionary<string, int> Skipped, Cursor? Next);

public sealed partial class Outbox
{
    private const int Together = 200;

    /// <summary>
    /// As the one for a single message, for up to 200 that failed for the same reason, the oldest first. Those that must not
    /// go out (any more) stay as they are and are counted.
    /// </summary>
    /// <exception cref="ForbiddenException">The caller may not answer customers.</exception>
    /// <exception cref="RefusedException">channel_not_found, channel_inactive, maybe_sent.</exception>
    public async Task<Retried> RetryAsync(Caller caller, FailureReason reason, bool allowUnknown, Cursor? after, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        if (reason.Status == MessageStatus.Unknown && !allowUnknown)
        {
            throw MaybeSent();
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var channel = await db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]).SingleOrDefaultAsync(row => row.Id == reason.ChannelId, cancellation) ?? throw RefusedException.NotFound("channel");
        Messages.CheckActive(channel);
        var last = after?.Id ?? 0;
        var found = await FailedSends.Of(db, caller, reason.Status).Where(row => row.Item.ChannelId == reason.ChannelId && row.Message.ErrorCode == reason.Code && row.Item.Id > last)
            .OrderBy(row => row.Item.Id).Take(Together + 1).ToListAsync(cancellation);
        Dictionary<string, int> skipped = [];
        List<FailedItem> queued = [];
        foreach (var row in found.Take(Together))
        {
            if (WhyNot(caller, row, channel) is { } code)
            {
                skipped[code] = skipped.GetValueOrDefault(code) + 1;
                continue;
            }

            QueueAgain(db, caller, row.Item, row.Message, row.Conversation);
            queued.Add(row);
        }

        if (queued.Count > 0)
        {
            channel.Resume();
            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
            Tell(channel, queued.Select(row => row.Conversation));
        }

        return new Retried(queued.Count, skipped, found.Count > Together ? new Cursor(found[Together - 1].Item.CreatedAt, found[Together - 1].Item.Id) : null);
    }

    private string? WhyNot(Caller caller, FailedItem row, Channel channel)
        => Reachability.CodeFor(new Reach(row.Contact.BlockedAt, row.Contact.OptedOutAt, row.Contact.MarketingStoppedAt), caller.Kind == CallerKind.User && row.Message.Type != "template", row.Message.TemplateCategory, row.Conversation.LastInboundAt)
            ?? (IsTooLate(row.Message, row.Conversation, channel) ? "window_closed" : null);
}
