using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Website;

/// <summary>What the screen of a website chat shows beside its settings.</summary>
public sealed class WebsiteScreens(IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    /// <exception cref="ForbiddenException">The caller may not see channels.</exception>
    public async Task<WidgetFacts> FactsAsync(Caller caller, Channel channel, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await WidgetFacts.ReadAsync(db, channel, new WebsiteSettings([]), clock.GetUtcNow().UtcDateTime, cancellation);
    }
}
