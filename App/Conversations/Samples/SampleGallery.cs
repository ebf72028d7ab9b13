using System.Globalization;
using Inbox.Access;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Samples;

/// <summary>A closed conversation that shows every kind of message there is.</summary>
internal sealed class SampleGallery(MediaStore store, FileIntake intake, TimeProvider clock) : ISampleData
{
    private const string Name = "Sam Taylor";
    private const string Address = "15550100199";

    public int Order => 41;

    public async Task AddAsync(InboxDb db, Tenant tenant, User owner, CancellationToken cancellation)
    {
        if (await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).FirstOrDefaultAsync(channel => channel.TenantId == tenant.Id && channel.Kind == "whatsapp", cancellation) is not { } channel)
        {
            return;
        }

        var began = clock.GetUtcNow().UtcDateTime - TimeSpan.FromHours(30);
        var contact = db.Add(new Contact { TenantId = tenant.Id, Name = Name, Phone = Address, CreatedAt = began }).Entity;
        db.Add(new ContactIdentity { TenantId = tenant.Id, ContactId = contact.Id, ChannelId = channel.Id, Kind = "phone", Address = Address, CreatedAt = began });
        var conversation = Conversation.Start(db, channel, contact.Id, began);
        db.Add(conversation);
        Message? before = null;
        foreach (var (place, sample) in SampleMessages.All.Index())
        {
            before = Add(db, conversation, sample, owner, $"sample.{conversation.Id.ToString(CultureInfo.InvariantCulture)}.{place.ToString(CultureInfo.InvariantCulture)}", before, began.AddMinutes(place));
            if (sample.File is { } file)
            {
                await AddAsync(db, before, file, cancellation);
            }
        }

        conversation.Close(before!.CreatedAt);
        await db.SaveChangesAsync(cancellation);
    }

    private static Message Add(InboxDb db, Conversation conversation, SampleMessage sample, User owner, string key, Message? before, DateTime at)
    {
        var inbound = sample.Direction == MessageDirection.Inbound;
        var message = db.Add(new Message
        {
            TenantId = conversation.TenantId,
            ConversationId = conversation.Id,
            ChannelId = conversation.ChannelId,
            Direction = sample.Direction,
            Type = sample.Type,
            Text = sample.Text,
            Content = sample.Content?.ToJson(),
            Status = sample.Status,
            ErrorCode = sample.ErrorCode,
            ErrorDetail = sample.Error,
            ExternalId = sample.Direction == MessageDirection.Note || sample.Status is MessageStatus.Failed or MessageStatus.Unknown ? null : key,
            SenderKind = inbound ? SenderKind.Contact : SenderKind.User,
            SenderId = inbound ? null : owner.Id,
            ReplyTo = sample.Answers ? before!.ExternalId : null,
            SentAt = at,
            CreatedAt = at,
        }).Entity;
        if (sample.Before is { } earlier)
        {
            var changed = at.AddSeconds(20);
            message.Revise(sample.Text, changed);
            db.Add(new MessageRevision { TenantId = message.TenantId, ChannelId = message.ChannelId, Target = key, MessageId = message.Id, IsDeletion = false, Text = sample.Text, Before = earlier, Number = 0, At = changed });
        }

        if (sample.IsTakenBack)
        {
            message.TakeBack(at.AddSeconds(20));
        }

        if (sample.Reaction is { } emoji)
        {
            db.Add(new Reaction { TenantId = message.TenantId, ChannelId = message.ChannelId, Target = key, Sender = inbound ? Reaction.Us : Address, Emoji = emoji, At = at.AddSeconds(30) });
        }

        if (sample.Status is MessageStatus.Failed or MessageStatus.Unknown)
        {
            db.Add(new OutboxItem
            {
                TenantId = message.TenantId,
                ChannelId = message.ChannelId,
                ConversationId = message.ConversationId,
                MessageId = message.Id,
                ToKind = "phone",
                To = Address,
                Text = message.Text,
                State = sample.Status == MessageStatus.Failed ? OutboxState.Failed : OutboxState.Unknown,
                CreatedAt = at,
                DueAt = at,
                ErrorCode = sample.ErrorCode,
                ErrorDetail = sample.Error,
            });
        }

        if (inbound)
        {
            conversation.Receive(message, at);
        }
        else
        {
            conversation.Write(message, at);
        }

        return message;
    }

    private async Task AddAsync(InboxDb db, Message message, SampleFile sample, CancellationToken cancellation)
    {
        var file = db.Add(new MediaFile
        {
            TenantId = message.TenantId,
            MessageId = message.Id,
            ChannelId = message.ChannelId,
            Kind = sample.Kind,
            State = sample.State,
            MimeType = sample.MimeType,
            FileName = sample.Name,
            ErrorDetail = sample.Problem,
            // What waits is never fetched: nobody has it.
            DueAt = sample.State == MediaState.Pending ? DateTime.SpecifyKind(DateTime.MaxValue.Date, DateTimeKind.Utc) : message.CreatedAt,
            CreatedAt = message.CreatedAt,
        }).Entity;
        if (sample.Resource is not null)
        {
            await using var content = typeof(SampleGallery).Assembly.GetManifestResourceStream($"Inbox.Samples.{sample.Resource}") ?? throw new InvalidOperationException($"No resource {sample.Resource}.");
            var stored = await store.WriteAsync(message.TenantId, content, intake.Largest, cancellation) ?? throw new InvalidOperationException($"{sample.Resource} is too large.");
            await intake.KeepAsync(db, file, stored, sample.MimeType, cancellation);
        }
    }
}
