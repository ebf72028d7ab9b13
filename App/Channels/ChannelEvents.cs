using System.Text.Json;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels;

/// <summary>Something that a platform told of an account, and that is no message.</summary>
/// <param name="Field">The platform's word for it: <c>account_update</c>, <c>comments</c>.</param>
/// <param name="Says">In words; null where there are none for it.</param>
/// <param name="Kind">neutral, warning or better; null where there are no words.</param>
/// <param name="Content">The platform's JSON; null where it is about a person's settings, which stand with the contact, and for who may not see addresses.</param>
public sealed record ChannelEventRow(long Id, DateTime At, string Field, string? Says, string? Kind, string? Content);

/// <summary>What platforms told of the accounts: warnings, limits, comments.</summary>
public sealed class ChannelEvents(IDbContextFactory<InboxDb> dbs)
{
    public const int PageSize = 50;

    // A right of contacts, which channels do not know: what came as it was may name people's numbers.
    internal const string ReadAddresses = "contact-addresses.read";

    /// <summary>Newest first.</summary>
    /// <exception cref="RefusedException">channel_not_found.</exception>
    public async Task<Page<ChannelEventRow>> PageAsync(Caller caller, long channelId, Cursor? after, int limit, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (!await db.Set<Channel>().AnyAsync(channel => channel.Id == channelId, cancellation))
        {
            throw RefusedException.NotFound("channel");
        }

        var before = after?.Id;
        var rows = await db.Set<DomainEvent>().AsNoTracking()
            .Where(happened => happened.ChannelId == channelId && (before == null || happened.Sequence < before))
            .OrderByDescending(happened => happened.Sequence)
            .Select(happened => new { happened.Id, happened.Sequence, happened.At, happened.Data })
            .Take(limit + 1)
            .ToListAsync(cancellation);
        return new Page<ChannelEventRow>(
            [.. rows.Take(limit).Select(row => Read(row.Id, row.At, row.Data, caller.May(ReadAddresses)))],
            rows.Count > limit ? new Cursor(rows[limit - 1].At, rows[limit - 1].Sequence).ToString() : null);
    }

    private static ChannelEventRow Read(long id, DateTime at, string data, bool isWhole)
    {
        var said = JsonElement.Parse(data);
        return new ChannelEventRow(id, at, said.At("field").Text() ?? "unknown", said.At("says").Text(), said.At("kind").Text(), isWhole ? said.At("content").Text() : null);
    }
}
