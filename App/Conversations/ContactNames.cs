using System.Threading.Channels;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Channel = Inbox.Channels.Channel;

namespace Inbox.Conversations;

/// <summary>
/// Asks platforms that do not say who writes for the names of customers. A customer is asked about once a day at most, when
/// they write and have none; what waits when the process ends is asked with their next message.
/// </summary>
public sealed partial class ContactNames(IServiceScopeFactory scopes, ChannelCatalogue kinds, LiveFeed feed, TimeProvider clock, ILogger<ContactNames> log) : BackgroundService
{
    private const int MostWaiting = 1000;
    private const int AtOnce = 4;
    private const int MostRemembered = 10_000;
    private const int MostLooks = 50;

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Nameless> _waiting = System.Threading.Channels.Channel.CreateBounded<Nameless>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly MemoryCache _asked = new(new MemoryCacheOptions { SizeLimit = MostRemembered });

    /// <summary>Somebody without a name wrote; the message may not be stored yet.</summary>
    public void Ask(Channel channel, long contactId, ContactAddress address)
    {
        if (kinds.Find(channel.Kind) is INamingChannel && !_asked.TryGetValue(contactId, out _))
        {
            _asked.Set(contactId, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
            _waiting.Writer.TryWrite(new Nameless(channel, contactId, address));
        }
    }

    public override void Dispose()
    {
        _asked.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Parallel.ForEachAsync(
                _waiting.Reader.ReadAllAsync(stoppingToken),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
                async (nameless, cancellation) => await NameAsync(nameless, cancellation));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the process ends, and the customer's next message asks again
        }
    }

    private async Task NameAsync(Nameless nameless, CancellationToken cancellation)
    {
        try
        {
            if (await ((INamingChannel)kinds[nameless.Channel.Kind]).NameOfAsync(nameless.Channel, nameless.Address, cancellation) is { } name)
            {
                await KeepAsync(nameless, name.Cut(Contact.LongestName), cancellation);
            }
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            _asked.Remove(nameless.ContactId);   // the customer's next message asks again
            Failed(error, nameless.ContactId, nameless.Channel.Id);
        }
    }

    private async Task KeepAsync(Nameless nameless, string name, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(nameless.Channel.TenantId);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        for (var look = 1; await db.Set<Contact>().SingleOrDefaultAsync(row => row.Id == nameless.ContactId, cancellation) is var contact; look++)
        {
            if (contact is null && look < MostLooks)
            {
                await Task.Delay(BetweenLooks, clock, cancellation);   // its message is just being stored
                continue;
            }

            if (contact is { Name: null })
            {
                contact.Name = name;
                await db.SaveChangesAsync(cancellation);
                foreach (var conversation in await db.Set<Conversation>().AsNoTracking().Where(row => row.ContactId == contact.Id).ToListAsync(cancellation))
                {
                    feed.Publish(conversation);
                }
            }

            return;
        }
    }

    private sealed record Nameless(Channel Channel, long ContactId, ContactAddress Address);

    [LoggerMessage(LogLevel.Warning, "Nobody could say who contact {ContactId} of channel {ChannelId} is")]
    private partial void Failed(Exception error, long contactId, long channelId);
}
