using System.Globalization;
using Inbox.Audit;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels;

/// <summary>Facts about a channel that its administrators should know of. In turn of its business, in the transaction of their cause.</summary>
internal static class ChannelAlerts
{
    public const string Stopped = "channel_stopped";

    /// <summary>Asked daily how the account stands, the platform named something that was well before.</summary>
    public const string Problem = "channel_problem";

    public const string TokenEnds = "channel_token_ends";

    /// <summary>The platform wants it to send less: its standing is at risk.</summary>
    public const string Limited = "channel_limited";

    /// <summary>Until then the account's sign-in is good, as the fact and its readers write it.</summary>
    public static string Day(DateTime end) => end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static void AddProblem(InboxDb db, Channel channel, string problem, DateTime now)
        => Add(db, channel, Problem, null, now, new { channel_id = channel.Id, problem });

    /// <summary>Once for each end.</summary>
    public static Task AddTokenEndsAsync(InboxDb db, Channel channel, DateTime end, DateTime now, CancellationToken cancellation)
        => AddOnceAsync(db, channel, TokenEnds, Day(end), now, new { channel_id = channel.Id, ends_on = Day(end) }, cancellation);

    /// <summary>Once in an hour.</summary>
    /// <returns>Whether it is news.</returns>
    public static Task<bool> AddLimitedAsync(InboxDb db, Channel channel, string code, string reason, DateTime now, CancellationToken cancellation)
        => AddOnceAsync(db, channel, Limited, now.ToString("yyyy-MM-dd HH", CultureInfo.InvariantCulture), now, new { channel_id = channel.Id, code, reason }, cancellation);

    private static async Task<bool> AddOnceAsync(InboxDb db, Channel channel, string type, string when, DateTime now, object data, CancellationToken cancellation)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{type}:{channel.Id}:{when}");
        if (db.Set<DomainEvent>().Local.Any(happened => happened.Key == key)
            || await db.Set<DomainEvent>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(happened => happened.Key == key && happened.TenantId == channel.TenantId, cancellation))
        {
            return false;
        }

        Add(db, channel, type, key, now, data);
        return true;
    }

    private static void Add(InboxDb db, Channel channel, string type, string? key, DateTime now, object data)
        => db.Add(new DomainEvent { TenantId = channel.TenantId, Type = type, At = now, Key = key, Data = DomainEvent.Json(data) });
}
