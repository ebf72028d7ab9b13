using System.Globalization;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Outbound;

/// <summary>Many messages that wait to be sent, written as one, while a stop of all sends holds them back.</summary>
internal static class QueuedMessages
{
    private const int Together = 500;

    /// <param name="perConversation">How many messages each customer gets, in order.</param>
    public static async Task GivenAsync(TestApp app, int channels, int conversations, int perConversation)
    {
        await StopAsync(app, stopped: true);
        var tenant = await app.GivenBusiness();
        var now = app.Clock.GetUtcNow().UtcDateTime;
        var accounts = await app.InBusiness(tenant, async db =>
        {
            var made = Enumerable.Range(0, channels).Select(number => new Channel
            {
                TenantId = tenant,
                Kind = "whatsapp",
                Name = $"Number {number}",
                ExternalId = string.Create(CultureInfo.InvariantCulture, $"7{tenant:000}{number:0000000}"),
                CreatedAt = now,
            }).ToList();
            db.AddRange(made);
            made.ForEach(channel => app.Services.GetRequiredService<ChannelCredentials>().Write(channel, new MetaCredentials { AccessToken = "token" }));
            await db.SaveChangesAsync();
            return made;
        });
        for (var first = 0; first < conversations; first += Together)
        {
            var count = Math.Min(Together, conversations - first);
            await app.InBusiness(tenant, async db =>
            {
                foreach (var number in Enumerable.Range(first, count))
                {
                    Add(db, accounts[number % channels], number, perConversation, now);
                }

                return await db.SaveChangesAsync();
            });
        }
    }

    /// <summary>Stops all that goes out, or lets it go.</summary>
    public static async Task StopAsync(TestApp app, bool stopped)
    {
        await app.InMany(async db =>
        {
            await db.Set<SendStop>().ExecuteDeleteAsync();
            if (stopped)
            {
                db.Add(new SendStop { Business = SendStop.Everybody, At = app.Clock.GetUtcNow().UtcDateTime, By = "test" });
            }

            return await db.SaveChangesAsync();
        });
        app.Services.GetRequiredService<OutboundSignal>().Raise();
    }

    private static void Add(InboxDb db, Channel channel, int number, int count, DateTime now)
    {
        var phone = string.Create(CultureInfo.InvariantCulture, $"4915{number:00000000}");
        var contact = new Contact { TenantId = channel.TenantId, CreatedAt = now };
        db.Add(contact);
        db.Add(new ContactIdentity { TenantId = channel.TenantId, ContactId = contact.Id, ChannelId = channel.Id, Kind = "phone", Address = phone, CreatedAt = now });
        var conversation = Conversation.Start(db, channel, contact.Id, now);
        db.Add(conversation);
        for (var place = 0; place < count; place++)
        {
            var at = now.AddMilliseconds(place);
            var message = new Message
            {
                TenantId = channel.TenantId,
                ConversationId = conversation.Id,
                ChannelId = channel.Id,
                Direction = MessageDirection.Outbound,
                Type = "text",
                Text = string.Create(CultureInfo.InvariantCulture, $"{place}"),
                Status = MessageStatus.Queued,
                SenderKind = SenderKind.System,
                SentAt = at,
                CreatedAt = at,
            };
            db.Add(message);
            conversation.Write(message, at);
            db.Add(new OutboxItem
            {
                TenantId = channel.TenantId,
                ChannelId = channel.Id,
                ConversationId = conversation.Id,
                MessageId = message.Id,
                ToKind = "phone",
                To = phone,
                Text = message.Text,
                CreatedAt = at,
                DueAt = at,
            });
        }
    }
}
