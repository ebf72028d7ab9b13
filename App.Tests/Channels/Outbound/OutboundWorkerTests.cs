using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Outbound;

public sealed class OutboundWorkerTestsOnSqlite() : OutboundWorkerTests(TestDatabase.Sqlite);

public sealed class OutboundWorkerTestsOnPostgreSql() : OutboundWorkerTests(TestDatabase.PostgreSql);

public abstract class OutboundWorkerTests(TestDatabase database) : AppTests(database)
{
    private readonly ScriptedChannel _platform = new();
    private readonly TestClock _clock = new();

    private Outgoing Out => new(App);

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Clock = _clock,
        Services = services => services.AddSingleton<IChannel>(_platform),
        Settings = new Dictionary<string, string?> { ["Inbox:Outbound:PollSeconds"] = "0.1", ["Inbox:Outbound:StopSeconds"] = "5" },
    };

    [Fact]
    public async Task A_conversation_is_sent_in_order_one_at_a_time_and_many_conversations_at_once()
    {
        var channel = await Out.GivenChannel();
        var running = 0;
        var most = 0;
        var two = new TaskCompletionSource();
        _platform.Answer = async (_, cancellation) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            if (Volatile.Read(ref running) > 1)
            {
                two.TrySetResult();
            }

            // The first is held until another conversation's send is under way.
            await two.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellation);
            Interlocked.Decrement(ref running);
            return _platform.Sent();
        };

        var expected = new Dictionary<string, List<string>>();
        List<long> messages = [];
        for (var customer = 0; customer < 8; customer++)
        {
            var conversation = await Out.GivenConversation(channel, $"customer {customer}");
            expected[$"customer {customer}"] = [.. Enumerable.Range(0, 6).Select(number => $"{customer}.{number}")];
            foreach (var text in expected[$"customer {customer}"])
            {
                messages.Add(await Out.Write(conversation, text));
            }
        }

        foreach (var message in messages)
        {
            await Out.Reaches(message, MessageStatus.Sent);
        }

        Assert.Equal(1, _platform.MostAtOnceToOne);
        Assert.InRange(most, 2, 16);
        Assert.All(expected, customer => Assert.Equal(customer.Value, _platform.Calls.Where(call => call.To.Value == customer.Key).Select(call => call.Text)));
    }

    [Fact]
    public async Task Sending_is_on_disk_before_the_platform_is_called_and_the_list_shows_what_became_of_it()
    {
        var channel = await Out.GivenChannel();
        var conversation = await Out.GivenConversation(channel, "anna");
        var seen = new TaskCompletionSource<(MessageStatus, OutboxState)>();
        _platform.Answer = async (call, _) =>
        {
            seen.TrySetResult(((await Out.Message(call.MessageId)).Status, (await Out.Item(call.MessageId)).State));
            return _platform.Sent();
        };

        var message = await Out.Write(conversation, "hello");

        Assert.Equal((MessageStatus.Sending, OutboxState.Sending), await seen.Task);
        await Out.Reaches(message, MessageStatus.Sent);
        Assert.Equal("id.1", (await Out.Message(message)).ExternalId);
        var (last, happened, attempts) = await Out.ForMany(async db => (
            await db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == conversation.Id).Select(row => row.LastMessageStatus).SingleAsync(Cancellation),
            await db.Set<DomainEvent>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.MessageId == message).OrderBy(row => row.Sequence).Select(row => new { row.Type, row.Data }).ToListAsync(Cancellation),
            await db.Set<SendAttempt>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.TenantId == channel.TenantId).Select(row => row.Result).ToListAsync(Cancellation)));
        Assert.Equal(MessageStatus.Sent, last);
        Assert.Equal(["message_queued", "message_sending", "message_sent"], happened.Select(one => one.Type));
        Assert.DoesNotContain("id.1", happened[^1].Data, StringComparison.Ordinal);   // webhooks tell it, and an address may stand in it
        Assert.Equal(["sent"], attempts);
    }

    [Fact]
    public async Task What_was_surely_not_taken_is_tried_again_by_the_schedule_and_the_next_message_waits_behind_it()
    {
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "ben");
        _platform.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Retry("busy", "Busy."));
        var first = await Out.Write(conversation, "first");
        var second = await Out.Write(conversation, "second");

        await Eventually.Async(async () => await Out.Item(first) is { Attempts: 1, State: OutboxState.Queued });
        Assert.Equal("busy", (await Out.Message(first)).ErrorCode);
        Assert.Equal(MessageStatus.Queued, (await Out.Message(first)).Status);
        Assert.Single(_platform.Calls);

        _platform.Answer = null;
        _clock.Advance(TimeSpan.FromSeconds(31));
        await Out.Reaches(second, MessageStatus.Sent);
        Assert.Equal(["first", "first", "second"], _platform.Calls.Select(call => call.Text));
        Assert.Null((await Out.Message(first)).ErrorCode);
    }

    [Theory]
    [InlineData("contact_blocked")]
    [InlineData("contact_opted_out")]
    public async Task What_was_on_its_way_when_its_contact_was_blocked_or_opted_out_is_not_tried_again(string code)
    {
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "dana");
        var (called, answer) = (new TaskCompletionSource(), new TaskCompletionSource<SendResult>());
        _platform.Answer = (_, _) =>
        {
            called.TrySetResult();
            return answer.Task;
        };
        var message = await Out.Write(conversation, "on its way");
        await called.Task;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Out.ForMany(db => db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant]).Where(contact => contact.Id == conversation.ContactId).ExecuteUpdateAsync(
            set => _ = code == "contact_blocked"
                ? set.SetProperty(contact => contact.BlockedAt, _clock.GetUtcNow().UtcDateTime)
                : set.SetProperty(contact => contact.OptedOutAt, _clock.GetUtcNow().UtcDateTime),
            Cancellation));

        answer.SetResult(new SendResult.Retry("busy", "Busy."));

        await Out.Reaches(message, MessageStatus.Failed);
        Assert.Equal((code, OutboxState.Failed), ((await Out.Message(message)).ErrorCode, (await Out.Item(message)).State));
        Assert.Single(_platform.Calls);
    }

    [Fact]
    public async Task What_the_platform_has_told_of_meanwhile_is_not_tried_again()
    {
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "emil");
        var (called, answer) = (new TaskCompletionSource(), new TaskCompletionSource<SendResult>());
        _platform.Answer = (_, _) =>
        {
            called.TrySetResult();
            return answer.Task;
        };
        var message = await Out.Write(conversation, "taken after all");
        await called.Task;
        await Out.ForMany(db => db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == message)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, MessageStatus.Delivered), Cancellation));

        answer.SetResult(new SendResult.Retry("busy", "Busy."));

        await Eventually.Async(async () => (await Out.Item(message)).State == OutboxState.Sent, what: "the send is over");
        Assert.Equal(MessageStatus.Delivered, (await Out.Message(message)).Status);
        Assert.Single(_platform.Calls);
    }

    [Fact]
    public async Task A_send_of_unknown_fate_is_never_repeated_by_itself_and_by_a_person_only_with_the_warning_taken()
    {
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "cleo");
        _platform.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Unknown("No answer."));
        var message = await Out.Write(conversation, "maybe");
        await Out.Reaches(message, MessageStatus.Unknown);

        _platform.Answer = null;
        _clock.Advance(TimeSpan.FromDays(2));
        var next = await Out.Write(conversation, "later");
        await Out.Reaches(next, MessageStatus.Sent);
        Assert.Equal(["maybe", "later"], _platform.Calls.Select(call => call.Text));

        Assert.Equal("maybe_sent", (await Assert.ThrowsAsync<RefusedException>(() => Out.Retry(conversation, message))).Code);
        await Out.Retry(conversation, message, allowUnknown: true);
        await Out.Reaches(message, MessageStatus.Sent);
        Assert.Equal("not_failed", (await Assert.ThrowsAsync<RefusedException>(() => Out.Retry(conversation, message, allowUnknown: true))).Code);
    }

    [Fact]
    public async Task What_failed_long_ago_is_sent_again_although_its_place_in_the_queue_is_gone()
    {
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "cleo");
        _platform.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Refused("131026", "Not deliverable."));
        var message = await Out.Write(conversation, "once more");
        await Out.Reaches(message, MessageStatus.Failed);
        await Out.ForMany(db => db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).ExecuteDeleteAsync(Cancellation));

        _platform.Answer = null;
        await Out.Retry(conversation, message);

        await Out.Reaches(message, MessageStatus.Sent);
        Assert.Equal(["once more", "once more"], _platform.Calls.Select(call => call.Text));
        Assert.Single(_platform.Calls.Select(call => call.To).Distinct());
    }

    [Fact]
    public async Task A_send_whose_process_died_is_shown_as_maybe_sent()
    {
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "dora");
        _platform.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Retry("busy", "Busy.", After: TimeSpan.FromHours(1)));
        var message = await Out.Write(conversation, "cut off");
        await Eventually.Async(async () => await Out.Item(message) is { Attempts: 1, State: OutboxState.Queued });
        _platform.Answer = null;
        await Out.ForMany(db => db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).Where(item => item.MessageId == message)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.State, OutboxState.Sending).SetProperty(item => item.LeaseUntil, _clock.UtcNow.AddSeconds(30)), Cancellation));

        var next = await Out.Write(conversation, "behind it");
        _clock.Advance(TimeSpan.FromSeconds(31));

        await Out.Reaches(message, MessageStatus.Unknown);
        await Out.Reaches(next, MessageStatus.Sent);
        Assert.Equal(["cut off", "behind it"], _platform.Calls.Select(call => call.Text));
    }

    [Fact]
    public async Task A_refusal_that_stops_the_channel_holds_its_queue_until_a_person_tries_again()
    {
        App.Logs.Expect("sends nothing more");
        var channel = await Out.GivenChannel();
        var other = await Out.GivenChannel();
        var (eve, fay, gus) = (await Out.GivenConversation(channel, "eve"), await Out.GivenConversation(channel, "fay"), await Out.GivenConversation(other, "gus"));
        _platform.Answer = (call, _) => Task.FromResult(call.To.Value == "gus" ? _platform.Sent() : new SendResult.Refused("190", "Connect again.", StopsChannel: true));
        Assert.Null(await Known());
        var failed = await Out.Write(eve, "one");
        await Out.Reaches(failed, MessageStatus.Failed);
        await Eventually.Async(async () => await Known() == "Connect again.", what: "open conversations know it");
        Assert.Equal("Connect again.", (await Out.Channel(channel.Id)).StoppedReason);
        var row = await App.InBusiness(channel.TenantId, db => db.Set<AuditEvent>().AsNoTracking().SingleAsync(row => row.Action == "channel.stopped", Cancellation));
        Assert.Equal((CallerKind.System, channel.Name), (row.ActorKind, row.ObjectName));
        Assert.Contains("Connect again.", row.After, StringComparison.Ordinal);

        var waiting = await Out.Write(fay, "two");
        await Out.Reaches(await Out.Write(gus, "three"), MessageStatus.Sent);
        Assert.Equal(MessageStatus.Queued, (await Out.Message(waiting)).Status);

        _platform.Answer = null;
        await Out.Retry(eve, failed);
        await Out.Reaches(failed, MessageStatus.Sent);
        await Out.Reaches(waiting, MessageStatus.Sent);
        Assert.Null((await Out.Channel(channel.Id)).StoppedAt);
        Assert.Null(await Known());

        async Task<string?> Known() => (await App.Services.GetRequiredService<ChannelDirectory>().ReadAsync(Cancellation)).Find(channel.Id)!.StoppedReason;
    }

    [Fact]
    public async Task A_limit_of_the_account_pauses_it_alone()
    {
        var (slow, fast) = (await Out.GivenChannel(), await Out.GivenChannel());
        _platform.Answer = (call, _) => Task.FromResult(call.To.Value == "fast" ? _platform.Sent() : new SendResult.Retry("130429", "Slower.", PausesChannel: true));
        var first = await Out.Write(await Out.GivenConversation(slow, "slow one"), "1");
        await Eventually.Async(async () => (await Out.Item(first)).Attempts == 1 && (await Out.Item(first)).State == OutboxState.Queued);
        var second = await Out.Write(await Out.GivenConversation(slow, "slow two"), "2");
        await Out.Reaches(await Out.Write(await Out.GivenConversation(fast, "fast"), "3"), MessageStatus.Sent);
        Assert.Equal(0, (await Out.Item(second)).Attempts);

        _platform.Answer = null;
        _clock.Advance(TimeSpan.FromSeconds(31));
        await Out.Reaches(first, MessageStatus.Sent);
        await Out.Reaches(second, MessageStatus.Sent);
    }

    [Fact]
    public async Task A_platform_that_is_away_is_left_alone_and_tried_by_one_message_later()
    {
        var channel = await Out.GivenChannel();
        _platform.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Retry("no_connection", "Away.", Outage: true));
        List<long> messages = [];
        for (var customer = 0; customer < 40; customer++)
        {
            messages.Add(await Out.Write(await Out.GivenConversation(channel, $"c{customer}"), "hello"));
        }

        await Eventually.Async(() => App.Services.GetRequiredService<SendLanes>().Broken.Contains(channel.Id));
        await Eventually.Async(() => App.Services.GetRequiredService<SendLanes>().Running == 0);
        var calls = _platform.Calls.Count;
        Assert.InRange(calls, 10, 26);

        _platform.Answer = null;
        _clock.Advance(TimeSpan.FromSeconds(31));
        foreach (var message in messages)
        {
            await Out.Reaches(message, MessageStatus.Sent);
        }
    }

    [Fact]
    public async Task A_customer_who_had_many_lately_waits_and_others_do_not()
    {
        _platform.Capabilities = _platform.Capabilities with { Limits = new SendLimits(1000, 2, TimeSpan.FromMinutes(5)) };
        var channel = await Out.GivenChannel();
        var (chatty, other) = (await Out.GivenConversation(channel, "chatty"), await Out.GivenConversation(channel, "other"));
        List<long> messages = [await Out.Write(chatty, "1"), await Out.Write(chatty, "2"), await Out.Write(chatty, "3")];
        await Out.Reaches(messages[1], MessageStatus.Sent);
        await Out.Reaches(await Out.Write(other, "4"), MessageStatus.Sent);
        await Eventually.Async(async () => (await Out.Item(messages[2])).DueAt > _clock.UtcNow.AddMinutes(4));
        Assert.Equal(0, (await Out.Item(messages[2])).Attempts);
    }

    [Fact]
    public async Task A_status_that_came_before_the_answer_is_applied()
    {
        var channel = await Out.GivenChannel();
        var conversation = await Out.GivenConversation(channel, "hal");
        await Out.ForMany(async db =>
        {
            db.Add(new MessageStatusReport { TenantId = channel.TenantId, ChannelId = channel.Id, ExternalId = "id.1", Status = "delivered", At = _clock.UtcNow });
            return await db.SaveChangesAsync(Cancellation);
        });

        var message = await Out.Write(conversation, "fast");

        await Out.Reaches(message, MessageStatus.Delivered);
        Assert.Equal(message, await Out.ForMany(db => db.Set<MessageStatusReport>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.ChannelId == channel.Id).Select(row => row.MessageId).SingleAsync(Cancellation)));
        await Eventually.Async(async () => await Out.ForMany(db => db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == conversation.Id).Select(row => row.LastMessageStatus).SingleAsync(Cancellation)) == MessageStatus.Delivered);
    }

    [Fact]
    public async Task A_fault_of_our_own_in_a_channel_is_no_reason_to_send_twice()
    {
        App.Logs.Expect("failed inside this program");
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "ida");
        _platform.Answer = (_, _) => throw new InvalidOperationException("a fault");
        await Out.Reaches(await Out.Write(conversation, "oops"), MessageStatus.Unknown);
        _platform.Answer = null;
        await Out.Reaches(await Out.Write(conversation, "next"), MessageStatus.Sent);
        Assert.Equal(["oops", "next"], _platform.Calls.Select(call => call.Text));
    }

    [Fact]
    public async Task An_outcome_of_a_lost_claim_changes_nothing()
    {
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "jo");
        var message = await Out.Write(conversation, "done");
        await Out.Reaches(message, MessageStatus.Sent);
        await Eventually.Async(() => App.Services.GetRequiredService<SendLanes>().Running == 0);

        var item = await Out.Item(message);
        await App.Services.GetRequiredService<OutboundOutcomes>().WriteAsync(new Outcome(
            new DueItem.Claimed(item, await Out.Channel(item.ChannelId), item.Fence - 1, 1), new SendResult.Refused("late", "Late."), _clock.UtcNow, null));

        Assert.Equal(OutboxState.Sent, (await Out.Item(message)).State);
        Assert.Equal(MessageStatus.Sent, (await Out.Message(message)).Status);
    }

    private static void InterlockedMax(ref int place, int value)
    {
        for (var seen = Volatile.Read(ref place); value > seen; seen = Volatile.Read(ref place))
        {
            Interlocked.CompareExchange(ref place, value, seen);
        }
    }
}
