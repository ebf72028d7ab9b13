using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Channels.Templates;
using Inbox.Data;
using Inbox.Realtime;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>What platforms say of an account (templates, quality, bans): kept as events of its tenant.</summary>
internal static class ArrivingNotices
{
    /// <summary>What these tell is whose; who may read events need not read addresses. The consent or the contact has what counts.</summary>
    private static readonly string[] OfPeople = ["user_preferences", "user_id_update"];

    public static async Task AddAsync(ArrivalBatch batch, IReadOnlyList<RoutedItem> items, CancellationToken cancellation)
    {
        if (items.Count == 0)
        {
            return;
        }

        var keys = items.Select(KeyOf).Distinct().ToArray();
        var known = (await batch.Db.Set<DomainEvent>().IgnoreQueryFilters([Filters.Tenant])
            .Where(happened => keys.Contains(happened.Key))
            .Select(happened => new { happened.TenantId, happened.Key })
            .ToListAsync(cancellation)).Select(happened => (happened.TenantId, happened.Key!)).ToHashSet();

        List<ArrivingTemplate> templates = [];
        var fresh = new List<RoutedItem>(items.Count);
        foreach (var item in items)
        {
            var notice = (InboundNotice)item.Item;
            if (!known.Add((item.Channel.TenantId, KeyOf(item))))
            {
                batch.Duplicate(item.DeliveryId);
                continue;
            }

            batch.Events.Add(new DomainEvent
            {
                Id = batch.Db.Ids.Next<DomainEvent>(batch.Db),
                TenantId = item.Channel.TenantId,
                Type = "channel_notice",
                At = notice.At,
                ChannelId = item.Channel.Id,
                Data = DomainEvent.Json(new { channel_id = item.Channel.Id, field = notice.Field, says = notice.News?.Says, kind = notice.News is { } said ? Words.Of(said.Kind) : null, content = OfPeople.Contains(notice.Field) ? null : notice.Content }),
                Key = KeyOf(item),
            });
            batch.Topics.Add(Topics.Channels(item.Channel.TenantId));
            if (notice is { Group: { } account, Template: { } news })
            {
                batch.TemplatesChangedOf.Add(item.Channel.Id);
                templates.Add(new ArrivingTemplate(item.Channel, account, news, notice.At));
            }

            fresh.Add(item);
        }

        await NoteNewsAsync(batch, fresh, cancellation);
        await ArrivingTemplates.ApplyAsync(batch.Db, templates, cancellation);
        batch.Topics.UnionWith(templates.Select(template => Topics.Templates(template.Channel.TenantId)));
        await ArrivingConsents.AddAsync(batch, fresh, cancellation);
    }

    /// <summary>What the channels' cards show of it. Of two the later one counts, in whichever order they come.</summary>
    private static async Task NoteNewsAsync(ArrivalBatch batch, IEnumerable<RoutedItem> items, CancellationToken cancellation)
    {
        foreach (var told in items.GroupBy(item => item.Channel.Id, item => (InboundNotice)item.Item))
        {
            var judged = told.Where(notice => notice.News is { Kind: not AccountNewsKind.Neutral }).MaxBy(notice => notice.At);
            var limit = told.Where(notice => notice.News?.DailyLimit is not null).MaxBy(notice => notice.At)?.News!.DailyLimit;
            if (judged is null && limit is null)
            {
                continue;
            }

            // The platform is asked how the account stands now, with the next round of checks.
            var channel = batch.Db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == told.Key);
            await channel.ExecuteUpdateAsync(set => set.SetProperty(row => row.CheckedAt, (DateTime?)null).SetProperty(row => row.DailyLimit, row => limit ?? row.DailyLimit), cancellation);
            if (judged is { At: var at, News: { } news })
            {
                var warning = news.Kind == AccountNewsKind.Warning ? news.Says : null;
                await channel.Where(row => row.WarnedAt == null || row.WarnedAt <= at).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Warning, warning).SetProperty(row => row.WarnedAt, at), cancellation);
            }
        }
    }

    private static string KeyOf(RoutedItem item) => ExternalKey.Of($"{item.Channel.Kind}:{item.Channel.Id}:{((InboundNotice)item.Item).Key}");
}
