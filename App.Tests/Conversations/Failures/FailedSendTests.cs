using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Conversations.Failures;
using Inbox.Data;
using Inbox.Tenancy;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations.Failures;

public sealed class FailedSendTestsOnSqlite() : FailedSendTests(TestDatabase.Sqlite);

public sealed class FailedSendTestsOnPostgreSql() : FailedSendTests(TestDatabase.PostgreSql);

/// <summary>Messages that did not go out are found by their reason, and sent again together.</summary>
public abstract class FailedSendTests(TestDatabase database) : AppTests(database)
{
    private const string Expired = "The sign-in has ended.";

    private TestApi _api = null!;
    private WhatsAppNumber _number = null!;
    private int _customers;

    private DateTime Now => App.Clock.GetUtcNow().UtcDateTime;

    [Fact]
    public async Task They_are_counted_by_channel_and_reason_and_listed_by_key()
    {
        await Given();
        var first = await GivenFailed("190", Expired);
        var second = await GivenFailed("190", Expired);
        await GivenFailed("131026", "Cannot be delivered.");
        var maybe = await GivenFailed(null, "No answer.", MessageStatus.Unknown);

        var groups = (await _api.Send(HttpMethod.Get, "/api/v1/messages/failed/groups")).Body.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(
            [("190", "failed", 2), (null, "unknown", 1), ("131026", "failed", 1)],
            groups.Select(group => (group.GetProperty("code").GetString(), group.GetProperty("status").GetString()!, group.GetProperty("count").GetInt32()))
                .OrderByDescending(group => group.Item3).ThenByDescending(group => group.Item2, StringComparer.Ordinal));
        Assert.Equal((_number.ChannelId, "whatsapp", Expired), (groups[0].GetProperty("channel_id").GetInt64(), groups[0].GetProperty("channel").GetString(), groups[0].GetProperty("detail").GetString()));
        var page = await _api.Send(HttpMethod.Get, $"/api/v1/messages/failed?channel_id={_number.ChannelId}&code=190&limit=1");
        Assert.Equal([second], Ids(page));
        var next = await _api.Send(HttpMethod.Get, $"/api/v1/messages/failed?channel_id={_number.ChannelId}&code=190&limit=1&cursor={page.Body.GetProperty("next_cursor").GetString()}");
        Assert.Equal([first], Ids(next));
        Assert.Equal(JsonValueKind.Null, next.Body.GetProperty("next_cursor").ValueKind);
        Assert.Equal([maybe], Ids(await _api.Send(HttpMethod.Get, "/api/v1/messages/failed?status=unknown&code=")));
        Assert.Equal((400, "invalid_cursor"), Said(await _api.Send(HttpMethod.Get, "/api/v1/messages/failed?cursor=x")));
        Assert.Equal((422, "invalid_value"), Said(await _api.Send(HttpMethod.Get, "/api/v1/messages/failed?status=sent")));
    }

    [Fact]
    public async Task Together_they_go_out_again_but_for_those_who_must_not_be_written_to()
    {
        await Given();
        var gone = new[] { await GivenFailed("190", Expired), await GivenFailed("190", Expired) };
        var late = await GivenFailed("190", Expired, wrote: TimeSpan.FromHours(25));
        var blocked = await GivenFailed("190", Expired, contact: contact => contact.BlockedAt = Now);
        var optedOut = await GivenFailed("190", Expired, contact: contact => contact.OptedOutAt = Now);
        var other = await GivenFailed("131026", "Cannot be delivered.");

        var answer = await Retry("190");

        Assert.Equal(200, answer.Status);
        Assert.Equal(2, answer.Body.GetProperty("queued").GetInt32());
        Assert.Equal(
            [("contact_blocked", 1), ("contact_opted_out", 1), ("window_closed", 1)],
            answer.Body.GetProperty("skipped").EnumerateArray().Select(one => (one.GetProperty("code").GetString()!, one.GetProperty("count").GetInt32())));
        Assert.Equal(JsonValueKind.Null, answer.Body.GetProperty("next_cursor").ValueKind);
        Assert.Equal(gone, await With(MessageStatus.Queued));
        Assert.Equal([late, blocked, optedOut, other], await With(MessageStatus.Failed));
        Assert.Equal(gone, await App.InBusiness(1, db => db.Set<OutboxItem>().Where(item => item.State == OutboxState.Queued).OrderBy(item => item.Id).Select(item => item.MessageId).ToListAsync(Cancellation)));
        Assert.Equal(2, await App.InBusiness(1, db => db.Set<DomainEvent>().CountAsync(happened => happened.Type == "message_retried", Cancellation)));
        Assert.Equal(0, (await Retry("190")).Body.GetProperty("queued").GetInt32());
    }

    [Fact]
    public async Task Many_go_in_parts_and_each_once()
    {
        await Given();
        var all = new List<long>();
        for (var made = 0; made < 203; made++)
        {
            all.Add(await GivenFailed("190", Expired));
        }

        var first = await Retry("190");
        Assert.Equal(200, first.Body.GetProperty("queued").GetInt32());
        var rest = await Retry("190", $", \"cursor\": \"{first.Body.GetProperty("next_cursor").GetString()}\"");
        Assert.Equal((3, JsonValueKind.Null), (rest.Body.GetProperty("queued").GetInt32(), rest.Body.GetProperty("next_cursor").ValueKind));
        Assert.Equal(all, await With(MessageStatus.Queued));
    }

    [Fact]
    public async Task What_may_have_been_sent_goes_again_only_when_the_caller_says_so()
    {
        await Given();
        var maybe = await GivenFailed(null, "No answer.", MessageStatus.Unknown);
        Assert.Equal((409, "maybe_sent"), Said(await Retry(null, ", \"status\": \"unknown\"")));
        Assert.Equal((409, "maybe_sent"), Said(await _api.Send(HttpMethod.Post, $"/api/v1/messages/{maybe}/retry")));

        Assert.Equal(1, (await Retry(null, ", \"status\": \"unknown\", \"allow_maybe_sent\": true")).Body.GetProperty("queued").GetInt32());
        Assert.Equal([maybe], await With(MessageStatus.Queued));
    }

    [Fact]
    public async Task One_goes_again_by_itself_and_not_when_free_text_is_too_late()
    {
        await Given();
        var failed = await GivenFailed("190", Expired);
        var late = await GivenFailed("190", Expired, wrote: TimeSpan.FromHours(25));

        var again = await _api.Send(HttpMethod.Post, $"/api/v1/messages/{failed}/retry", """{"allow_maybe_sent": false}""");

        Assert.Equal((200, "queued"), (again.Status, again.Body.GetProperty("status").GetString()));
        Assert.Equal((409, "not_failed"), Said(await _api.Send(HttpMethod.Post, $"/api/v1/messages/{failed}/retry")));
        Assert.Equal((409, "window_closed"), Said(await _api.Send(HttpMethod.Post, $"/api/v1/messages/{late}/retry")));
        Assert.Equal((404, "message_not_found"), Said(await _api.Send(HttpMethod.Post, "/api/v1/messages/987654321/retry")));
    }

    [Fact]
    public async Task One_that_the_platform_took_and_could_not_deliver_is_among_them_until_it_was_delivered_after_all()
    {
        await Given();
        var message = await GivenFailed(null, null, MessageStatus.Sent, externalId: "wamid.taken");
        Assert.Empty(await Groups(Caller.System(1)));

        var status = WhatsAppJson.Status("wamid.taken", "failed", "15550100000");
        status["errors"] = new JsonArray(new JsonObject { ["code"] = 131026, ["title"] = "Message undeliverable" });
        await _number.Deliver(WhatsAppJson.Request(WhatsAppJson.Statuses(_number.PhoneNumberId, status)));
        await App.InboundIsIdle();

        var group = Assert.Single(await Groups(Caller.System(1)));
        Assert.Equal(("131026", 1), (group.Reason.Code, group.Count));
        Assert.Equal([message], Ids(await _api.Send(HttpMethod.Get, "/api/v1/messages/failed")));
        await _number.DeliverStatus("wamid.taken", "delivered");
        await App.InboundIsIdle();
        Assert.Empty(await Groups(Caller.System(1)));
    }

    [Fact]
    public async Task Nobody_sees_or_sends_what_is_not_theirs_to_answer()
    {
        await Given();
        await GivenFailed("190", Expired);
        var mine = await GivenFailed("190", Expired, assignee: 1);
        var agent = new Caller(CallerKind.User, 1, 1, "Ben", new Dictionary<string, PermissionScope>
        {
            [ConversationPermissions.Read] = PermissionScope.All,
            [ConversationPermissions.Reply] = PermissionScope.Own,
        });

        var group = Assert.Single(await Groups(agent));
        Assert.Equal(1, group.Count);
        var retried = await In<Outbox, Retried>(outbox => outbox.RetryAsync(agent, group.Reason, allowUnknown: false, after: null, Cancellation));
        Assert.Equal(1, retried.Queued);
        Assert.Equal([mine], await With(MessageStatus.Queued));

        var reader = agent with { Rights = new Dictionary<string, PermissionScope> { [ConversationPermissions.Read] = PermissionScope.All } };
        await Assert.ThrowsAsync<ForbiddenException>(() => Groups(reader));
        await Assert.ThrowsAsync<ForbiddenException>(() => In<Outbox, Retried>(outbox => outbox.RetryAsync(reader, group.Reason, allowUnknown: false, after: null, Cancellation)));
    }

    private async Task Given()
    {
        _api = await TestApi.OfBusiness(App);
        _number = await App.GivenWhatsApp();
        await QueuedMessages.StopAsync(App, stopped: true);   // what is queued again stays where a test can see it
    }

    /// <param name="wrote">How long ago the customer wrote.</param>
    private Task<long> GivenFailed(
        string? code, string? detail, MessageStatus status = MessageStatus.Failed, TimeSpan wrote = default, Action<Contact>? contact = null, long? assignee = null, string? externalId = null)
        => App.InBusiness(1, async db =>
        {
            var phone = $"1555{++_customers:0000000}";
            var channel = await db.Set<Channel>().SingleAsync(row => row.Id == _number.ChannelId, Cancellation);
            var customer = new Contact { TenantId = 1, Name = $"Customer {_customers}", CreatedAt = Now };
            contact?.Invoke(customer);
            db.Add(customer);
            db.Add(new ContactIdentity { TenantId = 1, ContactId = customer.Id, ChannelId = channel.Id, Kind = "phone", Address = phone, CreatedAt = Now });
            var conversation = Conversation.Start(db, channel, customer.Id, Now);
            conversation.AssigneeId = assignee;
            db.Add(conversation);
            conversation.Receive(Add(db, conversation, MessageDirection.Inbound, MessageStatus.Received, Now - wrote), Now);
            var message = Add(db, conversation, MessageDirection.Outbound, status, Now);
            (message.ErrorCode, message.ErrorDetail, message.ExternalId) = (code, detail, externalId);
            conversation.Write(message, Now);
            var item = new OutboxItem
            {
                TenantId = 1,
                ChannelId = channel.Id,
                ConversationId = conversation.Id,
                MessageId = message.Id,
                ToKind = "phone",
                To = phone,
                Text = message.Text,
                CreatedAt = Now,
                DueAt = Now,
            };
            item.End(status switch { MessageStatus.Failed => OutboxState.Failed, MessageStatus.Unknown => OutboxState.Unknown, _ => OutboxState.Sent }, Now, code, detail);
            db.Add(item);
            await db.SaveChangesAsync(Cancellation);
            return message.Id;
        });

    private static Message Add(InboxDb db, Conversation conversation, MessageDirection direction, MessageStatus status, DateTime at)
    {
        var message = new Message
        {
            TenantId = conversation.TenantId,
            ConversationId = conversation.Id,
            ChannelId = conversation.ChannelId,
            Direction = direction,
            Type = "text",
            Text = "Hello",
            Status = status,
            SenderKind = direction == MessageDirection.Inbound ? SenderKind.Contact : SenderKind.System,
            SentAt = at,
            CreatedAt = at,
        };
        db.Add(message);
        return message;
    }

    private Task<Answer> Retry(string? code, string more = "")
        => _api.Send(HttpMethod.Post, "/api/v1/messages/failed/retry", $$"""{"channel_id": {{_number.ChannelId}}, "code": {{JsonSerializer.Serialize(code)}}{{more}}}""");

    private Task<List<long>> With(MessageStatus status)
        => App.InBusiness(1, db => db.Set<Message>().Where(message => message.Direction == MessageDirection.Outbound && message.Status == status).OrderBy(message => message.Id).Select(message => message.Id).ToListAsync(Cancellation));

    private Task<IReadOnlyList<FailureGroup>> Groups(Caller caller) => In<FailedSends, IReadOnlyList<FailureGroup>>(sends => sends.GroupsAsync(caller, Cancellation));

    private async Task<T> In<TOperations, T>(Func<TOperations, Task<T>> work) where TOperations : notnull
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(1);
        return await work(scope.ServiceProvider.GetRequiredService<TOperations>());
    }

    private static IEnumerable<long> Ids(Answer answer) => answer.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64());

    private static (int, string?) Said(Answer answer) => (answer.Status, answer.Code);
}
