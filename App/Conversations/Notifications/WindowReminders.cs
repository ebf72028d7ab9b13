using Inbox.Audit;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Notifications;

/// <summary>
/// Tells whoever has a conversation, or all who see one that nobody has, once, that the customer waits and the time for free
/// text is about to end. Whichever node takes the mark off the row tells; the others find none.
/// </summary>
public sealed class WindowReminders(IServiceScopeFactory scopes, InboxDbSource source, LiveFeed feed, TimeProvider clock)
{
    public const string Event = "window_closing";

    private const int Batch = 100;

    /// <returns>Whether there may be more.</returns>
    public async Task<bool> RunDueAsync(CancellationToken cancellation)
    {
        await using var db = source.Create(new CurrentTenant(), []);
        var now = clock.GetUtcNow().UtcDateTime;
        var due = await db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().Where(row => row.RemindAt != null && row.RemindAt <= now)
            .OrderBy(row => row.RemindAt).ThenBy(row => row.Id).Take(Batch).ToListAsync(cancellation);
        foreach (var conversation in due)
        {
            if (await RemindAsync(conversation, now, cancellation))
            {
                feed.Publish(conversation);
            }
        }

        return due.Count == Batch;
    }

    /// <returns>Whether somebody is told.</returns>
    private async Task<bool> RemindAsync(Conversation conversation, DateTime now, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(conversation.TenantId);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [conversation.TenantId], cancellation);
        var taken = await db.Set<Conversation>().Where(row => row.Id == conversation.Id && row.RemindAt == conversation.RemindAt)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RemindAt, (DateTime?)null), cancellation) == 1;
        // After a night in which nothing ran, the time may be over: then it is too late to remind.
        var tells = taken && conversation.Status is not (ConversationStatus.Closed or ConversationStatus.Spam) && now < conversation.RemindAt + Conversation.RemindsBefore;
        if (tells)
        {
            db.Add(new DomainEvent { TenantId = conversation.TenantId, Type = Event, At = now, ConversationId = conversation.Id, ContactId = conversation.ContactId });
            await db.SaveChangesAsync(cancellation);
        }

        await write.CommitAsync(cancellation);
        return tells;
    }
}
