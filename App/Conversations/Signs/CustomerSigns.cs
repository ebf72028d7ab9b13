using System.Threading.Channels;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Channel = Inbox.Channels.Channel;

namespace Inbox.Conversations.Signs;

/// <summary>
/// Shows customers that their messages were read and that somebody writes, where the channel's platform can and the channel
/// is set so. Each sign is tried once and kept nowhere: what did not arrive is not worth a late one.
/// </summary>
public sealed partial class CustomerSigns(IServiceScopeFactory scopes, ChannelCatalogue kinds, TimeProvider clock, ILogger<CustomerSigns> log) : BackgroundService
{
    private const int MostWaiting = 1000;
    private const int AtOnce = 8;
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly Channel<Sign> _waiting = System.Threading.Channels.Channel.CreateBounded<Sign>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly MemoryCache _said = new(new MemoryCacheOptions { SizeLimit = MostRemembered });
    private int _handled;

    /// <summary>How many signs were looked at, told or not.</summary>
    internal int Handled => Volatile.Read(ref _handled);

    /// <summary>Somebody who may answer has read what the customer wrote.</summary>
    public void Seen(long tenantId, long conversationId) => _waiting.Writer.TryWrite(new Sign(tenantId, conversationId, IsTyping: false));

    /// <summary>Somebody writes an answer. Called as often as they type.</summary>
    public void Typing(long tenantId, long conversationId)
    {
        var sign = new Sign(tenantId, conversationId, IsTyping: true);
        if (!(_said.TryGetValue(sign, out DateTime until) && until > clock.GetUtcNow().UtcDateTime))
        {
            _waiting.Writer.TryWrite(sign);
        }
    }

    public override void Dispose()
    {
        _said.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Parallel.ForEachAsync(
                _waiting.Reader.ReadAllAsync(stoppingToken),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
                async (sign, cancellation) => await TellAsync(sign, cancellation));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the process ends, and what waits is not worth a late sign
        }
    }

    private async Task TellAsync(Sign sign, CancellationToken cancellation)
    {
        try
        {
            if (await FindAsync(sign, cancellation) is not { } found || kinds.Find(found.Channel.Kind) is not ISignChannel kind || IsSaid(sign, found.About))
            {
                return;
            }

            Remember(sign, found.About, kind);
            var result = await kind.SendAsync(
                found.Channel, sign.IsTyping ? new OutboundSign.Typing(found.To, found.About) : new OutboundSign.Seen(found.To, found.About), cancellation);
            if (result is not SendResult.Sent)
            {
                NotShown(sign.ConversationId, found.Channel.Id, Outcome.Word(result));
            }
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            Failed(error, sign.ConversationId);
        }
        finally
        {
            Interlocked.Increment(ref _handled);
        }
    }

    /// <summary>The customer's newest message and how to reach them; null where nothing is to be said.</summary>
    private async Task<Found?> FindAsync(Sign sign, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(sign.TenantId);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var blocked = db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]).Where(contact => contact.BlockedAt != null);
        var row = await (from conversation in db.Set<Conversation>()
                         where conversation.Id == sign.ConversationId
                         join channel in db.Set<Channel>() on conversation.ChannelId equals channel.Id
                         where channel.IsActive && channel.StoppedAt == null && channel.ReadReceipts
                         where !blocked.Any(contact => contact.Id == conversation.ContactId)
                         where !db.Set<SendStop>().Any(stop => stop.Business == SendStop.Everybody || stop.Business == conversation.TenantId)
                         join written in db.Set<ContactIdentity>() on new { conversation.ContactId, Id = conversation.IdentityId } equals new { written.ContactId, Id = (long?)written.Id } into addresses
                         from written in addresses.DefaultIfEmpty()
                         select new
                         {
                             Channel = channel,
                             Written = written == null ? null : new { written.Kind, written.Address },
                             Oldest = db.Set<ContactIdentity>().Where(identity => identity.ContactId == conversation.ContactId && identity.ChannelId == channel.Id)
                                 .OrderBy(identity => identity.Id).Select(identity => new { identity.Kind, identity.Address }).FirstOrDefault(),
                             About = db.Set<Message>().Where(message => message.ConversationId == conversation.Id && message.Direction == MessageDirection.Inbound)
                                 .OrderByDescending(message => message.SentAt).ThenByDescending(message => message.Id).Select(message => message.ExternalId).FirstOrDefault(),
                         }).AsNoTracking().SingleOrDefaultAsync(cancellation);
        return row is { About: { } about } && (row.Written ?? row.Oldest) is { } to ? new Found(row.Channel, new ContactAddress(to.Kind, to.Address), about) : null;
    }

    private bool IsSaid(Sign sign, string about) => !sign.IsTyping && _said.TryGetValue(sign, out string? before) && before == about;

    private void Remember(Sign sign, string about, ISignChannel kind)
        => _said.Set<object>(sign, sign.IsTyping ? clock.GetUtcNow().UtcDateTime + kind.TypingLasts : about, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = Remembered });

    /// <summary>What waits, and what it is remembered under.</summary>
    private sealed record Sign(long TenantId, long ConversationId, bool IsTyping);

    private sealed record Found(Channel Channel, ContactAddress To, string About);

    [LoggerMessage(LogLevel.Information, "Customers were not shown that conversation {ConversationId} of channel {ChannelId} is read or answered: {Result}")]
    private partial void NotShown(long conversationId, long channelId, string result);

    [LoggerMessage(LogLevel.Warning, "Nobody was shown that conversation {ConversationId} is read or answered")]
    private partial void Failed(Exception error, long conversationId);
}
