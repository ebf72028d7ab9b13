using System.Linq.Expressions;
using Inbox.Access;
using Inbox.Access.Pictures;
using Inbox.Channels;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.Installation;

/// <param name="Bytes">Of the business's files on disk.</param>
public sealed record BusinessUsage(Tenant Business, int Users, int Channels, int Conversations, int Messages, long Bytes);

/// <summary>What each business has, for who runs the installation.</summary>
public sealed class Usage(IDbContextFactory<InboxDb> dbs, Businesses businesses)
{
    public async Task<Page<BusinessUsage>> PageAsync(Caller caller, string? search, Cursor? after, int limit, CancellationToken cancellation)
    {
        if (!caller.IsSuperAdmin)
        {
            throw new ForbiddenException("installation");
        }

        var page = await businesses.PageAsync(caller, search, after, limit, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var ids = page.Items.Select(tenant => tenant.Id).ToList();
        var users = await CountAsync<Membership>(db, ids, row => row.TenantId, cancellation);
        var channels = await CountAsync<Channel>(db, ids, row => row.TenantId, cancellation);
        var conversations = await CountAsync<Conversation>(db, ids, row => row.TenantId, cancellation);
        var messages = await CountAsync<Message>(db, ids, row => row.TenantId, cancellation);
        var bytes = await db.Set<Picture>().IgnoreQueryFilters([Filters.Tenant]).Where(picture => ids.Contains(picture.TenantId))
            .GroupBy(picture => picture.TenantId).Select(group => new { group.Key, Bytes = group.Sum(picture => (long)picture.Size) })
            .ToDictionaryAsync(group => group.Key, group => group.Bytes, cancellation);
        return new Page<BusinessUsage>(
            [
                .. page.Items.Select(tenant => new BusinessUsage(
                    tenant, users.GetValueOrDefault(tenant.Id), channels.GetValueOrDefault(tenant.Id), conversations.GetValueOrDefault(tenant.Id),
                    messages.GetValueOrDefault(tenant.Id), bytes.GetValueOrDefault(tenant.Id))),
            ],
            page.NextCursor);
    }

    private static async Task<Dictionary<long, int>> CountAsync<T>(InboxDb db, List<long> ids, Expression<Func<T, long>> tenant, CancellationToken cancellation) where T : class, ITenantOwned
        => await db.Set<T>().IgnoreQueryFilters([Filters.Tenant]).Select(tenant).Where(id => ids.Contains(id))
            .GroupBy(id => id).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellation);
}
