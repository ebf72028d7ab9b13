using Inbox.Audit;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Health;

/// <summary>
/// Asks platforms how the accounts stand: when somebody wants to know, and each of them daily. A subscription that the
/// platform ended is made again, a token that ends soon is refreshed where the platform does that.
/// </summary>
public sealed partial class AccountChecks(IDbContextFactory<InboxDb> dbs, ChannelCatalogue kinds, ChannelDirectory directory, LiveFeed feed, TimeProvider clock, ILogger<AccountChecks> log)
{
    /// <summary>How long before its end a token is spoken of, and refreshed.</summary>
    public static readonly TimeSpan TokenEndsSoon = TimeSpan.FromDays(10);

    private const int LongestProblem = 1000;

    /// <exception cref="RefusedException">channel_not_found, unsupported_by_channel.</exception>
    public async Task<AccountCheck> CheckAsync(Caller caller, long channelId, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var channel = await db.Set<Channel>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == channelId, cancellation) ?? throw RefusedException.NotFound("channel");
        return kinds.Find(channel.Kind) is ICheckedChannel kind
            ? await CheckAsync(caller, channel, kind, cancellation)
            : throw new RefusedException("unsupported_by_channel", "This kind of channel has no platform that could be asked.", StatusCodes.Status409Conflict);
    }

    /// <summary>Checks the accounts of all businesses that were not looked at since then.</summary>
    /// <param name="most">At this time.</param>
    /// <param name="begun">Called before each.</param>
    internal async Task CheckDueAsync(DateTime before, int most, Action begun, CancellationToken cancellation)
    {
        var asked = kinds.All.OfType<ICheckedChannel>().Select(kind => kind.Kind).ToArray();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var due = await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            .Where(channel => channel.IsActive && asked.Contains(channel.Kind) && (channel.CheckedAt == null || channel.CheckedAt < before))
            .OrderBy(channel => channel.CheckedAt).ThenBy(channel => channel.Id).Take(most).ToListAsync(cancellation);
        foreach (var channel in due)
        {
            begun();
            try
            {
                if (await ClaimAsync(db, channel, cancellation))
                {
                    await CheckAsync(Caller.System(channel.TenantId), channel, (ICheckedChannel)kinds[channel.Kind], cancellation);
                }
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                // Those behind it are asked all the same.
                CheckFailed(error, channel.TenantId, channel.Id);
            }
        }
    }

    /// <returns>False when another node asks at this moment.</returns>
    private async Task<bool> ClaimAsync(InboxDb db, Channel channel, CancellationToken cancellation)
    {
        var (seen, now) = (channel.CheckedAt, Now);
        await using var write = await db.BeginAsync(cancellation);
        var claimed = await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == channel.Id && row.CheckedAt == seen)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CheckedAt, now), cancellation) == 1;
        await write.CommitAsync(cancellation);
        return claimed;
    }

    private async Task<AccountCheck> CheckAsync(Caller caller, Channel channel, ICheckedChannel kind, CancellationToken cancellation)
    {
        var check = await kind.CheckAsync(channel, cancellation);
        var subscribed = check is { Problem: null, IsSubscribed: false } && await kind.SubscribeAsync(channel, cancellation) is null;
        check = subscribed ? check with { IsSubscribed = true }
            : check is { Problem: null, IsSubscribed: false } ? check with { Problem = $"{kind.DisplayName} does not tell us what customers write, and a subscription could not be made. Look into the webhook settings at the platform." }
            : check;
        if (check.LacksEvents)
        {
            // Some of it may need a permission that the app does not have: messages come all the same.
            _ = await kind.SubscribeAsync(channel, cancellation);
        }

        var before = channel.Credentials;
        var refreshed = check.Problem is null && !((check.TokenEndsAt ?? channel.TokenEndsAt) > Now + TokenEndsSoon) ? await kind.RefreshAsync(channel, cancellation) : null;
        check = check with { TokenEndsAt = refreshed ?? check.TokenEndsAt ?? channel.TokenEndsAt };
        await KeepAsync(caller, channel, check, subscribed, before, refreshed is not null);
        return check;
    }

    /// <param name="before">The credentials that were checked.</param>
    /// <param name="isRefreshed">Those of the channel stand in their place now.</param>
    private async Task KeepAsync(Caller caller, Channel channel, AccountCheck check, bool subscribed, byte[]? before, bool isRefreshed)
    {
        var cancellation = CancellationToken.None;   // the platform has made the subscription, and the token before may be void
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [channel.TenantId], cancellation);
        var (problem, endsAt, now) = (check.Problem?.Cut(LongestProblem), check.TokenEndsAt, Now);
        DateTime? proven = check.ShowsOwner ? now : null;
        DateTime? groupProven = check.ShowsGroup ? now : null;
        // Whoever typed in another token or group meanwhile knows better.
        var asked = db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == channel.Id && row.Credentials == before && row.GroupId == channel.GroupId);
        // Whoever asks by hand sees the answer.
        var isNews = problem is not null && caller.Kind == CallerKind.System && await asked.AnyAsync(row => row.CheckProblem == null, cancellation);
        // Not over the entity: what was checked is no edit, and collides with nobody's.
        var kept = await asked.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.CheckedAt, now).SetProperty(row => row.CheckProblem, problem).SetProperty(row => row.TokenEndsAt, endsAt)
                .SetProperty(row => row.ProvenAt, row => row.ProvenAt ?? proven).SetProperty(row => row.GroupProvenAt, row => row.GroupProvenAt ?? groupProven)
                .SetProperty(row => row.Quality, row => check.Quality ?? row.Quality).SetProperty(row => row.DailyLimit, row => check.DailyLimit ?? row.DailyLimit), cancellation);
        if (isNews)
        {
            ChannelAlerts.AddProblem(db, channel, problem!, now);
        }

        if (kept == 1 && endsAt <= now + TokenEndsSoon)
        {
            await ChannelAlerts.AddTokenEndsAsync(db, channel, endsAt.Value, now, cancellation);
        }

        if (isRefreshed && await asked.ExecuteUpdateAsync(set => set.SetProperty(row => row.Credentials, channel.Credentials), cancellation) == 1)
        {
            db.Audit(caller, "channel.token_refreshed", AuditObject.Of("channel", channel.Id, channel.Name));
        }

        if (subscribed)
        {
            db.Audit(caller, "channel.subscribed", AuditObject.Of("channel", channel.Id, channel.Name));
            Subscribed(channel.TenantId, channel.Id);
        }

        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        directory.Changed();
        feed.Publish(Topics.Channels(channel.TenantId));
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    [LoggerMessage(LogLevel.Error, "Asking how channel {ChannelId} of tenant {TenantId} stands failed inside this program")]
    private partial void CheckFailed(Exception error, long tenantId, long channelId);

    [LoggerMessage(LogLevel.Warning, "The platform had ended the subscription of channel {ChannelId} of tenant {TenantId}; it is made again")]
    private partial void Subscribed(long tenantId, long channelId);
}
