using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Data;

public sealed class BulkRowsTestsOnSqlite() : BulkRowsTests(TestDatabase.Sqlite);

public sealed class BulkRowsTestsOnPostgreSql() : BulkRowsTests(TestDatabase.PostgreSql);

public abstract class BulkRowsTests(TestDatabase database) : StoreTests(database)
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300)]
    public async Task Rows_come_back_as_the_tracker_would_have_written_them(int count)
    {
        await using var db = Store.DbForMany();
        var rows = Enumerable.Range(0, count).Select(i => new InboundDelivery
        {
            Id = i + 1,
            Kind = "whatsapp",
            TenantSlug = i % 2 == 0 ? null : "slug ' \" \\ é 漢 😀",
            InstallationSecret = i % 3 == 0,
            Size = i,
            ChannelIds = i % 5 == 0 ? null : "1,2",
            Body = i % 7 == 0 ? null : [0, 255, (byte)i],
            ReceivedAt = Store.Now.AddTicks(i * 10),
            State = (DeliveryState)(i % 4),
            Attempts = i,
            RetryAt = i % 2 == 0 ? null : Store.Now.AddSeconds(i),
        }).ToList();

        await using (var write = await db.BeginAsync(Cancellation))
        {
            await db.InsertAsync(rows, Cancellation);
            await write.CommitAsync(Cancellation);
        }

        var back = await db.Set<InboundDelivery>().OrderBy(row => row.Id).ToListAsync(Cancellation);
        Assert.Equal(count, back.Count);
        Assert.All(rows.Zip(back), pair => Assert.Equivalent(pair.First, pair.Second, strict: true));
        Assert.All(back, row => Assert.Equal(DateTimeKind.Utc, row.ReceivedAt.Kind));
    }

    [Fact]
    public async Task Every_table_that_is_written_in_bulk_round_trips()
    {
        var tenant = await Store.GivenTenant("bulk");
        await using var db = Store.Db(tenant.Id);
        var channel = new Channel { TenantId = tenant.Id, Kind = "whatsapp", Name = "n", ExternalId = "1", CreatedAt = Store.Now };
        db.Add(channel);
        await db.SaveChangesAsync(Cancellation);
        var contact = new Contact { Id = Next<Contact>(), TenantId = tenant.Id, Name = "Ann", Phone = "15550100142", CreatedAt = Store.Now };
        var identity = new ContactIdentity { Id = Next<ContactIdentity>(), TenantId = tenant.Id, ContactId = contact.Id, ChannelId = channel.Id, Kind = "phone", Address = "15550100142", CreatedAt = Store.Now };
        var conversation = new Conversation
        {
            Id = Next<Conversation>(),
            TenantId = tenant.Id,
            ChannelId = channel.Id,
            ContactId = contact.Id,
            CreatedAt = Store.Now,
            UpdatedAt = Store.Now,
            LastMessageAt = Store.Now,
            LastMessagePreview = "hello",
            InboundCount = 1,
            LastInboundAt = Store.Now,
        };
        var message = new Message
        {
            Id = Next<Message>(),
            TenantId = tenant.Id,
            ConversationId = conversation.Id,
            ChannelId = channel.Id,
            Direction = MessageDirection.Inbound,
            Type = "text",
            Text = "hello\n😀",
            Content = "{\"a\":1}",
            Status = MessageStatus.Received,
            ExternalId = "wamid.1",
            SenderKind = SenderKind.Contact,
            SentAt = Store.Now,
            CreatedAt = Store.Now,
        };
        var wake = new ContactQueueItem { Id = Next<ContactQueueItem>(), TenantId = tenant.Id, ContactId = contact.Id, ConversationId = conversation.Id, MessageId = message.Id, DueAt = Store.Now };

        await using (var write = await db.BeginAsync(Cancellation))
        {
            await db.InsertAsync([contact], Cancellation);
            await db.InsertAsync([identity], Cancellation);
            await db.InsertAsync([conversation], Cancellation);
            await db.InsertAsync([message], Cancellation);
            await db.InsertAsync([wake], Cancellation);
            await write.CommitAsync(Cancellation);
        }

        Assert.Equivalent(contact, await db.Set<Contact>().SingleAsync(Cancellation), strict: true);
        Assert.Equivalent(identity, await db.Set<ContactIdentity>().SingleAsync(Cancellation), strict: true);
        Assert.Equivalent(conversation, await db.Set<Conversation>().SingleAsync(Cancellation), strict: true);
        Assert.Equivalent(message, await db.Set<Message>().SingleAsync(Cancellation), strict: true);
        Assert.Equivalent(wake, await db.Set<ContactQueueItem>().SingleAsync(Cancellation), strict: true);

        long Next<T>() where T : class => Store.Source.Ids.Next<T>(db);
    }

    [Fact]
    public async Task A_second_row_with_the_same_key_is_refused_and_nothing_of_the_batch_stays()
    {
        await using var db = Store.DbForMany();
        await using (await db.BeginAsync(Cancellation))
        {
            var rows = new[] { 1L, 2, 1 }.Select(id => new InboundDelivery { Id = id, Kind = "whatsapp", InstallationSecret = true, Size = 0, ReceivedAt = Store.Now }).ToList();
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.InsertAsync(rows, Cancellation));
        }

        Assert.Empty(await db.Set<InboundDelivery>().ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Outside_a_transaction_nothing_is_inserted()
    {
        await using var db = Store.DbForMany();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => db.InsertAsync([new InboundDelivery { Id = 1, Kind = "whatsapp", InstallationSecret = true, Size = 0, ReceivedAt = Store.Now }], Cancellation));
    }
}
