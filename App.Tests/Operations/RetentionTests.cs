using System.Net;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Inbox.Media;
using Inbox.Operations.Retention;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Operations;

public sealed class RetentionTestsOnSqlite() : RetentionTests(TestDatabase.Sqlite);

public sealed class RetentionTestsOnPostgreSql() : RetentionTests(TestDatabase.PostgreSql);

public abstract class RetentionTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options)
        => options with { Clock = _clock, Settings = new Dictionary<string, string?> { ["Inbox:Retention:BatchSize"] = "3" } };

    [Fact]
    public async Task Bodies_go_after_30_days_and_those_that_need_a_person_after_90()
    {
        await GivenDeliveries(DeliveryState.Processed, 8);
        await GivenDeliveries(DeliveryState.Failed, 2);
        await GivenDeliveries(DeliveryState.Unrouted, 2);
        await GivenDeliveries(DeliveryState.Waiting, 1);

        await RunAsync(TimeSpan.FromDays(29));
        Assert.Equal(13, await WithBodyAsync());

        await RunAsync(TimeSpan.FromDays(2));
        Assert.Equal(5, await WithBodyAsync());

        await RunAsync(TimeSpan.FromDays(60));
        Assert.Equal(1, await WithBodyAsync());   // what was never processed stays

        var progress = App.Services.GetRequiredService<RetentionProgress>();
        Assert.Equal((4, 0, false), (progress.Bodies, progress.Left, progress.Failed));
        Assert.Contains(App.Logs.Lines, line => line.Text.StartsWith("Retention removed 8 bodies", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_attempts_of_all_businesses_go_after_90_days()
    {
        await GivenSendAttempts("one", 5);
        await GivenSendAttempts("two", 5);

        await RunAsync(TimeSpan.FromDays(89));
        Assert.Equal(10, await SendAttemptsAsync());

        await RunAsync(TimeSpan.FromDays(2));
        Assert.Equal(0, await SendAttemptsAsync());
    }

    [Fact]
    public async Task An_upload_that_nobody_sent_goes_after_a_day_with_its_bytes()
    {
        var store = App.Services.GetRequiredService<MediaStore>();
        var tenant = await App.InBusiness(0, async db =>
        {
            var business = new Tenant { Slug = "shop", Name = "Shop", CreatedAt = _clock.UtcNow };
            db.Add(business);
            await db.SaveChangesAsync(Cancellation);
            return business.Id;
        });
        var (unsent, sent) = (await store.WriteAsync(tenant, new MemoryStream([1, 2]), 10, Cancellation), await store.WriteAsync(tenant, new MemoryStream([3, 4]), 10, Cancellation));
        await App.InBusiness(tenant, async db =>
        {
            db.Add(Stored(unsent!, null));
            db.Add(Stored(sent!, 7));
            db.Add(Stored(sent!, null));   // the same picture again, chosen and not sent
            return await db.SaveChangesAsync(Cancellation);
        });

        await RunAsync(TimeSpan.FromHours(23));
        Assert.Equal(3, await App.InBusiness(tenant, db => db.Set<MediaFile>().CountAsync(Cancellation)));

        await RunAsync(TimeSpan.FromHours(2));
        Assert.Equal(7, (await App.InBusiness(tenant, db => db.Set<MediaFile>().SingleAsync(Cancellation))).MessageId);
        Assert.False(await store.HasAsync(tenant, unsent!.Key, Cancellation));
        Assert.True(await store.HasAsync(tenant, sent!.Key, Cancellation));

        MediaFile Stored(StoredBytes bytes, long? messageId) => new()
        {
            TenantId = tenant,
            MessageId = messageId,
            Kind = "document",
            State = MediaState.Stored,
            StorageKey = bytes.Key,
            Sha256 = bytes.Sha256,
            CreatedAt = _clock.UtcNow,
        };
    }

    [Fact]
    public async Task A_customer_s_file_waits_for_its_message_as_long_as_the_ledger_may_hold_it()
    {
        var number = await App.GivenWhatsApp();
        await App.InBusiness(number.Tenant, async db =>
        {
            db.Add(new MediaFile
            {
                TenantId = number.Tenant,
                ChannelId = number.ChannelId,
                Kind = "image",
                State = MediaState.Stored,
                CreatedAt = _clock.UtcNow,
            });
            return await db.SaveChangesAsync(Cancellation);
        });

        await RunAsync(TimeSpan.FromDays(89));
        Assert.Equal(1, await App.InBusiness(number.Tenant, db => db.Set<MediaFile>().CountAsync(Cancellation)));

        await RunAsync(TimeSpan.FromDays(2));
        Assert.Equal(0, await App.InBusiness(number.Tenant, db => db.Set<MediaFile>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task What_is_left_of_an_upload_that_was_cut_off_goes_after_a_day()
    {
        var folder = App.Services.GetRequiredService<DataDirectory>().Folder(Path.Combine("media", "1", "files", "ab"));
        var (left, written, whole) = (Path.Combine(folder, "ab01.part"), Path.Combine(folder, "ab02.part"), Path.Combine(folder, "ab03"));
        foreach (var (path, age) in new[] { (left, 25), (written, 1), (whole, 25) })
        {
            await File.WriteAllBytesAsync(path, [1], Cancellation);
            File.SetLastWriteTimeUtc(path, _clock.UtcNow.AddHours(-age));
        }

        await RunAsync(TimeSpan.Zero);

        Assert.Equal((false, true, true), (File.Exists(left), File.Exists(written), File.Exists(whole)));
    }

    [Fact]
    public async Task Changes_go_with_their_message_and_those_of_one_that_never_came_after_90_days()
    {
        var number = await GivenMessages();
        var (kept, gone) = (await MessageAsync(number, "kept"), await MessageAsync(number, "gone"));
        await GivenRevisions(number, ("kept", kept), ("gone", gone), ("gone", gone), ("never", null), ("never", null), ("never", null), ("never", null));

        await RunAsync(TimeSpan.FromDays(1));
        Assert.Equal(["gone", "gone", "kept", "never", "never", "never", "never"], await RevisionsAsync());

        await RemoveMessageAsync(number, "gone");
        await RunAsync(TimeSpan.FromDays(88));
        Assert.Equal(["kept", "never", "never", "never", "never"], await RevisionsAsync());

        await RunAsync(TimeSpan.FromDays(2));
        Assert.Equal(["kept"], await RevisionsAsync());
        var progress = App.Services.GetRequiredService<RetentionProgress>();
        Assert.Equal((4, 0, false), (progress.Orphans, progress.Left, progress.Failed));
    }

    [Fact]
    public async Task Reactions_without_a_message_go_after_90_days()
    {
        var number = await GivenMessages();
        await GivenReactions(number, "kept", "gone", "never", "never", "never", "never");

        await RunAsync(TimeSpan.FromDays(89));
        Assert.Equal(["gone", "kept", "never", "never", "never", "never"], await ReactionsAsync());

        await RemoveMessageAsync(number, "gone");
        await RunAsync(TimeSpan.FromDays(2));
        Assert.Equal(["kept"], await ReactionsAsync());
    }

    [Fact]
    public async Task One_node_at_a_time_does_it()
    {
        await GivenDeliveries(DeliveryState.Processed, 2);
        await App.InBusiness(0, async db =>
        {
            await using var write = await db.BeginAsync(Cancellation);
            Assert.True(await db.HoldAsync("retention", "another node", _clock.UtcNow.AddDays(31), TimeSpan.FromMinutes(2), Cancellation));
            await write.CommitAsync(Cancellation);
            return 0;
        });

        await RunAsync(TimeSpan.FromDays(31));
        Assert.Equal(2, await WithBodyAsync());

        await RunAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(0, await WithBodyAsync());
    }

    private async Task RunAsync(TimeSpan later)
    {
        _clock.Advance(later);
        await using var scope = App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Expiry>().RunAsync(Cancellation);
    }

    private Task<int> GivenDeliveries(DeliveryState state, int count) => App.InBusiness(0, async db =>
    {
        for (var i = 0; i < count; i++)
        {
            // A waiting one is given a far retry, so that the worker leaves it alone.
            db.Add(new InboundDelivery
            {
                Kind = "whatsapp",
                InstallationSecret = true,
                Body = [1, 2],
                Size = 2,
                ReceivedAt = _clock.UtcNow,
                State = state,
                RetryAt = state == DeliveryState.Waiting ? _clock.UtcNow.AddYears(1) : null,
            });
        }

        return await db.SaveChangesAsync(Cancellation);
    });

    private Task<int> WithBodyAsync()
        => App.InBusiness(0, db => db.Set<InboundDelivery>().CountAsync(delivery => delivery.Body != null, Cancellation));

    private Task<int> SendAttemptsAsync()
        => App.InBusiness(0, db => db.Set<SendAttempt>().IgnoreQueryFilters([Filters.Tenant]).CountAsync(Cancellation));

    /// <summary>Two messages that the platform calls "kept" and "gone".</summary>
    private async Task<WhatsAppNumber> GivenMessages()
    {
        var number = await App.GivenWhatsApp();
        foreach (var id in new[] { "kept", "gone" })
        {
            Assert.Equal(HttpStatusCode.OK, await number.DeliverText("15550100142", "Hello", id));
        }

        await App.InboundIsIdle();
        return number;
    }

    private Task<long> MessageAsync(WhatsAppNumber number, string id)
        => App.InBusiness(number.Tenant, db => db.Set<Message>().Where(message => message.ExternalId == id).Select(message => message.Id).SingleAsync(Cancellation));

    private Task<int> RemoveMessageAsync(WhatsAppNumber number, string id)
        => App.InBusiness(number.Tenant, db => db.Set<Message>().Where(message => message.ExternalId == id).ExecuteDeleteAsync(Cancellation));

    private Task<int> GivenRevisions(WhatsAppNumber number, params (string Target, long? Message)[] revisions) => App.InBusiness(number.Tenant, db =>
    {
        db.AddRange(revisions.Select((revision, i) => new MessageRevision
        {
            TenantId = number.Tenant,
            ChannelId = number.ChannelId,
            Target = revision.Target,
            MessageId = revision.Message,
            IsDeletion = false,
            Text = "new",
            Before = "old",
            Number = i,
            At = _clock.UtcNow,
        }));
        return db.SaveChangesAsync(Cancellation);
    });

    private Task<int> GivenReactions(WhatsAppNumber number, params string[] targets) => App.InBusiness(number.Tenant, db =>
    {
        db.AddRange(targets.Select((target, i) => new Reaction { TenantId = number.Tenant, ChannelId = number.ChannelId, Target = target, Sender = $"{i}", Emoji = "+", At = _clock.UtcNow }));
        return db.SaveChangesAsync(Cancellation);
    });

    private Task<List<string>> RevisionsAsync()
        => App.InBusiness(0, db => db.Set<MessageRevision>().IgnoreQueryFilters([Filters.Tenant]).Select(revision => revision.Target).OrderBy(target => target).ToListAsync(Cancellation));

    private Task<List<string>> ReactionsAsync()
        => App.InBusiness(0, db => db.Set<Reaction>().IgnoreQueryFilters([Filters.Tenant]).Select(reaction => reaction.Target).OrderBy(target => target).ToListAsync(Cancellation));

    private async Task GivenSendAttempts(string slug, int count)
    {
        var tenant = await App.InBusiness(0, async db =>
        {
            var made = new Tenant { Slug = slug, Name = slug, CreatedAt = _clock.UtcNow };
            db.Add(made);
            await db.SaveChangesAsync(Cancellation);
            return made.Id;
        });
        await App.InBusiness(tenant, async db =>
        {
            for (var i = 0; i < count; i++)
            {
                db.Add(new SendAttempt { TenantId = tenant, OutboxItemId = i + 1, At = _clock.UtcNow, DurationMilliseconds = 1, Result = "sent" });
            }

            return await db.SaveChangesAsync(Cancellation);
        });
    }
}
