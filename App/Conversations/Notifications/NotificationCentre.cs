using System.Text.Json;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Notifications;

/// <summary>Something to tell an agent.</summary>
/// <param name="ConversationId">Where it is to be seen; null: at the channels.</param>
/// <param name="Called">The customer's name, or the channel's; null: a visitor without one.</param>
public sealed record Notice(NotificationKind Kind, long? ConversationId, string? Called)
{
    public string Address => ConversationId is { } conversation ? $"/inbox/{conversation}" : "/channels";
}

/// <param name="Last">The number of the last event that was looked at.</param>
public sealed record Notices(IReadOnlyList<Notice> New, long Last);

/// <summary>What the caller wants to be told, and what there is to tell.</summary>
public sealed class NotificationCentre(IDbContextFactory<InboxDb> dbs, LiveFeed feed)
{
    private const int Most = 100;

    private static readonly string[] Telling = ["conversation_assigned", "conversation_created", "conversation_reopened", "message_received", WindowReminders.Event];

    /// <summary>By the answer of the platform, or by what it reported later.</summary>
    private static readonly string[] Failing = ["message_failed", "message_status"];

    private static readonly Dictionary<string, NotificationKind> OfChannels = new()
    {
        [ChannelAlerts.Stopped] = NotificationKind.ChannelStopped,
        [ChannelAlerts.Problem] = NotificationKind.ChannelProblem,
        [ChannelAlerts.TokenEnds] = NotificationKind.TokenEnding,
        [ChannelAlerts.Limited] = NotificationKind.ChannelLimited,
    };

    /// <summary>For those who may change channels.</summary>
    public static bool IsOfChannels(NotificationKind kind) => OfChannels.ContainsValue(kind);

    /// <exception cref="RefusedException">person_needed.</exception>
    public async Task<NotificationSettings> FindAsync(Caller caller, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await OwnAsync(db, caller, cancellation) ?? Fresh(caller);
    }

    /// <param name="change">Changes the settings.</param>
    /// <param name="check">Throws when the version is not the one that the caller saw.</param>
    /// <exception cref="RefusedException">person_needed, version_stale.</exception>
    public async Task<NotificationSettings> ChangeAsync(Caller caller, Action<NotificationSettings> change, Action<long> check, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var settings = await OwnAsync(db, caller, cancellation) ?? db.Add(Fresh(caller)).Entity;
        check(settings.Version);
        change(settings);
        if (!db.ChangeTracker.HasChanges())
        {
            return settings;
        }

        db.AuditRow(caller, "profile.notifications_changed", settings, AuditObject.Of("user", settings.UserId));
        await db.SaveChangesAsync(cancellation);
        feed.Publish(Topics.Notifications(caller.TenantId, settings.UserId));
        return settings;
    }

    /// <summary>Where a screen that opens now begins.</summary>
    public async Task<long> LastAsync(CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await LastAsync(db, cancellation);
    }

    /// <summary>
    /// What happened since in conversations that the caller sees, by others; one notice for each conversation, the latest
    /// last. What failed stands beside: no message hides it. And the channels that stopped or will, for who can do something about it.
    /// </summary>
    public async Task<Notices> SinceAsync(Caller caller, long last, CancellationToken cancellation)
    {
        var me = caller.RequirePerson();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // What is nothing for the caller is not looked at again, so the end comes first.
        var now = await LastAsync(db, cancellation);
        var rows = await (from happened in db.Set<DomainEvent>()
                          where happened.Sequence > last && happened.Sequence <= now && (happened.UserId == null || happened.UserId != me)
                          join conversation in db.Set<Conversation>().VisibleTo(caller) on happened.ConversationId equals conversation.Id
                          join contact in db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]) on conversation.ContactId equals contact.Id
                          where conversation.Status != ConversationStatus.Spam
                          where (Telling.Contains(happened.Type) && (conversation.AssigneeId == me || conversation.AssigneeId == null))
                              || (Failing.Contains(happened.Type)
                                  && db.Set<Message>().Any(message => message.Id == happened.MessageId && message.SenderId == me && message.Status == MessageStatus.Failed))
                          orderby happened.Sequence
                          select new { happened.Sequence, happened.Type, conversation.Id, IsMine = conversation.AssigneeId == me, contact.Name }).Take(Most).ToListAsync(cancellation);
        var end = rows.Count < Most ? now : rows[^1].Sequence;
        var inConversations = rows.Select(row => (row.Sequence, Notice: KindOf(row.Type, row.IsMine) is { } kind ? new Notice(kind, row.Id, row.Name is { Length: > 0 } name ? name : null) : null))
            .Where(row => row.Notice is not null)
            .GroupBy(row => (row.Notice!.ConversationId, row.Notice.Kind is NotificationKind.MessageFailed or NotificationKind.WindowClosing ? row.Notice.Kind : NotificationKind.MessageInMine)).Select(same => same.MinBy(row => row.Notice!.Kind));
        var ofChannels = caller.May(ChannelPermissions.Write) ? await OfChannelsAsync(db, last, end, cancellation) : [];
        return new Notices([.. inConversations.Concat(ofChannels).OrderBy(row => row.Sequence).Select(row => row.Notice!)], end);
    }

    /// <summary>One notice for each channel and kind; what is over needs nobody.</summary>
    private static async Task<IReadOnlyList<(long Sequence, Notice? Notice)>> OfChannelsAsync(InboxDb db, long last, long end, CancellationToken cancellation)
    {
        var types = OfChannels.Keys.ToArray();
        var facts = await db.Set<DomainEvent>()
            .Where(happened => happened.Sequence > last && happened.Sequence <= end && types.Contains(happened.Type))
            .OrderBy(happened => happened.Sequence).Select(happened => new { happened.Sequence, happened.Type, happened.Data }).Take(Most).ToListAsync(cancellation);
        if (facts.Count == 0)
        {
            return [];
        }

        var told = facts.ConvertAll(fact => (fact.Sequence, Kind: OfChannels[fact.Type], Data: JsonElement.Parse(fact.Data)));
        var ids = told.ConvertAll(fact => fact.Data.GetProperty("channel_id").GetInt64());
        var channels = await db.Set<Channel>().AsNoTracking().Where(channel => ids.Contains(channel.Id)).ToDictionaryAsync(channel => channel.Id, cancellation);
        return [.. from fact in told
                   let channel = channels.GetValueOrDefault(fact.Data.GetProperty("channel_id").GetInt64())
                   where channel is not null && IsSo(fact.Kind, fact.Data, channel)
                   group fact.Sequence by (channel.Id, fact.Kind) into same
                   select (same.Last(), new Notice(same.Key.Kind, null, channels[same.Key.Id].Name))];
    }

    /// <summary>Whether it is still so.</summary>
    private static bool IsSo(NotificationKind kind, JsonElement fact, Channel channel) => kind switch
    {
        NotificationKind.ChannelStopped => channel.StoppedAt is not null,
        NotificationKind.ChannelProblem => channel.CheckProblem is not null,
        NotificationKind.TokenEnding => channel.TokenEndsAt is { } end && ChannelAlerts.Day(end) == fact.GetProperty("ends_on").GetString(),
        _ => true,
    };

    private static NotificationKind? KindOf(string happened, bool isMine) => (happened, isMine) switch
    {
        ("conversation_assigned", true) => NotificationKind.AssignedToMe,
        ("message_received", true) => NotificationKind.MessageInMine,
        ("conversation_created" or "conversation_reopened", false) => NotificationKind.NewConversation,
        (WindowReminders.Event, _) => NotificationKind.WindowClosing,
        ("message_failed" or "message_status", _) => NotificationKind.MessageFailed,
        _ => null,
    };

    private static Task<long> LastAsync(InboxDb db, CancellationToken cancellation)
        => db.Set<DomainEvent>().OrderByDescending(happened => happened.Sequence).Select(happened => happened.Sequence).FirstOrDefaultAsync(cancellation);

    private static Task<NotificationSettings?> OwnAsync(InboxDb db, Caller caller, CancellationToken cancellation)
    {
        var me = caller.RequirePerson();
        return db.Set<NotificationSettings>().SingleOrDefaultAsync(settings => settings.UserId == me, cancellation);
    }

    private static NotificationSettings Fresh(Caller caller) => new() { TenantId = caller.TenantId, UserId = caller.RequirePerson() };
}
