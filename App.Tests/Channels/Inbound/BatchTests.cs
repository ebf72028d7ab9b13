using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Inbox.Audit;
using Inbox.Channels.Inbound;
using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Channels.Inbound;

public sealed class BatchTestsOnSqlite() : BatchTests(TestDatabase.Sqlite);

public sealed class BatchTestsOnPostgreSql() : BatchTests(TestDatabase.PostgreSql);

/// <summary>Requests as large as the platform makes them, of several businesses, in no order, with repetitions.</summary>
public abstract class BatchTests(TestDatabase database) : AppTests(database)
{
    private const int Items = 1000;
    private const int Requests = 4;
    private const int Customers = 8;
    private const int PerThread = 18;

    /// <summary>What the platform told of a message, whatever the order, and where the message stands after all of it.</summary>
    private static readonly (string[] Told, MessageStatus Ends)[] Courses =
    [
        (["sent"], MessageStatus.Sent),
        (["sent", "delivered"], MessageStatus.Delivered),
        (["sent", "delivered", "read"], MessageStatus.Read),
        (["read"], MessageStatus.Read),
        (["sent", "delivered", "read", "played"], MessageStatus.Played),
        (["failed"], MessageStatus.Failed),
        (["sent", "failed"], MessageStatus.Failed),
        (["failed", "delivered"], MessageStatus.Delivered),
    ];

    [Fact]
    public async Task A_thousand_items_of_several_businesses_shuffled_and_repeated_end_where_they_belong_once_and_in_order()
    {
        // Two numbers of one business, and the same customers write to all of them.
        WhatsAppNumber[] numbers = [await App.GivenWhatsApp(tenant: 1), await App.GivenWhatsApp(tenant: 1), await App.GivenWhatsApp(tenant: 2), await App.GivenWhatsApp(tenant: 3)];
        var random = new Random(20260115);
        var written = Written(numbers, App.Clock.GetUtcNow().AddHours(-2), random);
        var items = written.SelectMany(ItemsOf).ToList();
        // The platform repeats items too, until there are as many as asked for.
        Assert.InRange(items.Count, Items - 200, Items);
        items.AddRange(random.GetItems(items.ToArray(), Items - items.Count));
        var all = items.ToArray();
        random.Shuffle(all);
        Assert.Contains(written, message => FirstStatusStandsBefore(message, all));
        var bodies = all.Chunk(Items / Requests).Select(chunk => WhatsAppJson.Bytes(WhatsAppJson.Request(chunk.Select(item => (JsonObject)item.Entry.DeepClone())))).ToArray();

        // Each request twice, the second ones in another order and at once.
        foreach (var body in bodies)
        {
            Assert.Equal(HttpStatusCode.OK, await numbers[0].Deliver(body));
        }

        random.Shuffle(bodies);
        Assert.All(await Task.WhenAll(bodies.Select(body => numbers[1].Deliver(body))), answer => Assert.Equal(HttpStatusCode.OK, answer));
        await App.InboundIsIdle(TimeSpan.FromSeconds(60));

        var deliveries = await App.Deliveries();
        Assert.All(deliveries, delivery => Assert.Equal(DeliveryState.Processed, delivery.State));
        Assert.Equal(Items * 2, deliveries.Sum(delivery => delivery.Items));
        foreach (var business in numbers.Select(number => number.Tenant).Distinct())
        {
            await CheckAsync(business, [.. written.Where(message => message.Number.Tenant == business)]);
        }
    }

    private async Task CheckAsync(long business, Written[] written)
    {
        var conversations = await App.Conversations(business);
        Assert.Equal(
            written.GroupBy(message => (message.Number.ChannelId, message.Customer)).Select(thread => $"{thread.Key}: {string.Join(", ", thread.OrderBy(message => message.At).Select(message => message.Text))}").Order(StringComparer.Ordinal),
            conversations.Select(seen => $"{(seen.Conversation.ChannelId, seen.Contact.Phone)}: {string.Join(", ", seen.Texts)}").Order(StringComparer.Ordinal));
        Assert.Equal(Customers, conversations.Select(seen => seen.Contact.Id).Distinct().Count());

        var messages = conversations.SelectMany(seen => seen.Messages).ToDictionary(message => message.ExternalId!);
        Assert.All(written, message => Assert.Equal((message.Id, message.Ends), (message.Id, messages[message.Id].Status)));
        Assert.All(conversations, seen => Assert.Equal(seen.Messages.Count(message => message.Direction == MessageDirection.Inbound), seen.Conversation.InboundCount));

        var events = await App.InBusiness(business, db => db.Set<DomainEvent>().AsNoTracking().OrderBy(happened => happened.Sequence).ToListAsync(Cancellation));
        Assert.Equal(written.Count(message => !message.IsEcho), events.Count(happened => happened.Type == "message_received"));
        Assert.Equal(written.Count(message => message.IsEcho), events.Count(happened => happened.Type == "message_echoed"));
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(happened => (int)happened.Sequence));
        Assert.Equal(
            written.Sum(message => message.Told.Count),
            await App.InBusiness(business, db => db.Set<MessageStatusReport>().CountAsync(report => report.MessageId != null, Cancellation)));
        Assert.Equal(0, await App.InBusiness(business, db => db.Set<MessageStatusReport>().CountAsync(report => report.MessageId == null, Cancellation)));
    }

    /// <summary>What people wrote in each thread, second by second; every fourth message is ours.</summary>
    private static List<Written> Written(IReadOnlyList<WhatsAppNumber> numbers, DateTimeOffset start, Random random)
    {
        var written = new List<Written>();
        foreach (var number in numbers)
        {
            for (var customer = 0; customer < Customers; customer++)
            {
                for (var place = 0; place < PerThread; place++)
                {
                    var isEcho = place % 4 == 3;
                    var (told, ends) = isEcho ? Courses[random.Next(Courses.Length)] : ([], MessageStatus.Received);
                    written.Add(new Written(
                        number,
                        $"1555060{customer.ToString("0000", CultureInfo.InvariantCulture)}",
                        $"wamid.batch.{number.PhoneNumberId}.{customer}.{place}",
                        $"{place:00} of {customer} at {number.PhoneNumberId[^1]}",
                        start.AddSeconds(place),
                        isEcho,
                        told,
                        ends));
                }
            }
        }

        return written;
    }

    private static IEnumerable<(string MessageId, bool IsStatus, JsonObject Entry)> ItemsOf(Written message)
    {
        yield return (message.Id, false, message.IsEcho
            ? WhatsAppJson.Echoes(message.Number.PhoneNumberId, WhatsAppJson.Echo(message.Customer, message.Text, message.Id, message.At))
            : WhatsAppJson.Messages(message.Number.PhoneNumberId, WhatsAppJson.Text(message.Customer, message.Text, message.Id, message.At)));
        foreach (var status in message.Told)
        {
            yield return (message.Id, true, WhatsAppJson.Statuses(message.Number.PhoneNumberId, WhatsAppJson.Status(message.Id, status, message.Customer, message.At.AddSeconds(1))));
        }
    }

    private static bool FirstStatusStandsBefore(Written message, IReadOnlyList<(string MessageId, bool IsStatus, JsonObject Entry)> items)
        => items.FirstOrDefault(item => item.MessageId == message.Id).IsStatus;
}

/// <summary>A message of the platform's, with all that is told of it.</summary>
internal sealed record Written(WhatsAppNumber Number, string Customer, string Id, string Text, DateTimeOffset At, bool IsEcho, IReadOnlyList<string> Told, MessageStatus Ends);
