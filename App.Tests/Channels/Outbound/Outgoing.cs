using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Outbound;

/// <summary>Givens and looks for tests of sending, straight on the database.</summary>
internal sealed class Outgoing(TestApp app)
{
    private static int _names;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DateTime Now => app.Clock.GetUtcNow().UtcDateTime;

    public async Task<Channel> GivenChannel(string kind = "scripted")
    {
        var name = $"business-{Interlocked.Increment(ref _names)}";
        var made = await ForMany(async db =>
        {
            var tenant = new Tenant { Slug = name, Name = name, CreatedAt = Now };
            db.Add(tenant);
            var channel = new Channel { TenantId = tenant.Id, Kind = kind, Name = name, ExternalId = name, CreatedAt = Now };
            db.Add(channel);
            await db.SaveChangesAsync(Cancellation);
            return channel;
        });
        app.Services.GetRequiredService<ChannelDirectory>().Changed();
        return made;
    }

    /// <summary>A conversation with a customer of that address.</summary>
    public Task<Conversation> GivenConversation(Channel channel, string customer) => ForMany(async db =>
    {
        var contact = new Contact { TenantId = channel.TenantId, CreatedAt = Now };
        db.Add(contact);
        db.Add(new ContactIdentity { TenantId = channel.TenantId, ContactId = contact.Id, ChannelId = channel.Id, Kind = "test", Address = customer, CreatedAt = Now });
        var conversation = Conversation.Start(db, channel, contact.Id, Now);
        db.Add(conversation);
        await db.SaveChangesAsync(Cancellation);
        return conversation;
    });

    /// <summary>Queues messages as the composer does.</summary>
    public async Task<long> Write(Conversation conversation, string text)
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(conversation.TenantId);
        return (await scope.ServiceProvider.GetRequiredService<Messages>().SendAsync(Caller.System(conversation.TenantId), conversation.Id, new Writing(text), Cancellation)).Message.Id;
    }

    public async Task Retry(Conversation conversation, long messageId, bool allowUnknown = false)
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(conversation.TenantId);
        await scope.ServiceProvider.GetRequiredService<Outbox>().RetryAsync(Caller.System(conversation.TenantId), messageId, allowUnknown, Cancellation);
    }

    public Task<Message> Message(long id) => ForMany(db => db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().SingleAsync(message => message.Id == id, Cancellation));

    public Task<OutboxItem> Item(long messageId)
        => ForMany(db => db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().SingleAsync(item => item.MessageId == messageId, Cancellation));

    public Task<Channel> Channel(long id) => ForMany(db => db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().SingleAsync(channel => channel.Id == id, Cancellation));

    public Task Reaches(long messageId, MessageStatus status)
        => Eventually.Async(async () => (await Message(messageId)).Status == status, what: $"message {messageId} is {status}");

    public async Task<T> ForMany<T>(Func<InboxDb, Task<T>> work)
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(Cancellation);
        return await work(db);
    }
}
