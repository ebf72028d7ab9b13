using Inbox.Channels.Outbound;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Faults;

/// <param name="States">How many messages ended in each state.</param>
/// <param name="Unfinished">Messages that are in none of the final ones.</param>
/// <param name="Doubled">Messages that the platform took twice.</param>
/// <param name="OutOfOrder">Messages that went out before an earlier one of their conversation had ended.</param>
/// <param name="Lost">Messages shown as sent that the platform never took.</param>
internal sealed record SendFaultResult(IReadOnlyDictionary<MessageStatus, int> States, int Requests, int Unfinished, int Doubled, int OutOfOrder, int Lost)
{
    public bool IsClean => (Unfinished, Doubled, OutOfOrder, Lost) == (0, 0, 0, 0);

    public override string ToString()
        => $"{string.Join(", ", States.OrderBy(state => state.Key).Select(state => $"{state.Value} {state.Key}"))}; {Requests} requests; unfinished {Unfinished}, doubled {Doubled}, out of order {OutOfOrder}, lost {Lost}";
}

/// <summary>Messages to a platform that fails in every fifth answer, in every way it has.</summary>
internal static class SendFaultRun
{
    private const int PerConversation = 4;
    private const int Channels = 25;

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(2);

    public static async Task<SendFaultResult> RunAsync(TestDatabase database, int messages, int seed)
    {
        var random = new Random(seed);
        await using var graph = new GraphSends(TimeSpan.FromMilliseconds(5), _ =>
        {
            lock (random)
            {
                return random.Next(5) == 0 ? GraphFault.All[random.Next(GraphFault.All.Count)] : null;
            }
        });
        var clock = new TestClock();
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Database = database,
            Clock = clock,
            Settings = new Dictionary<string, string?> { ["Inbox:Meta:GraphUrl"] = await graph.StartAsync(), ["Inbox:Outbound:PollSeconds"] = "0.1" },
        });
        await QueuedMessages.GivenAsync(app, Channels, messages / PerConversation, PerConversation);
        await QueuedMessages.StopAsync(app, stopped: false);
        // Hours of retries pass: what waits for its time is due soon.
        await Eventually.Async(
            async () =>
            {
                clock.Advance(Ahead);
                app.Services.GetRequiredService<OutboundSignal>().Raise();
                return !await app.InMany(db => db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(item => item.State == OutboxState.Queued || item.State == OutboxState.Sending));
            },
            LongestRun);
        var ended = await app.InMany(db => db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().ToListAsync());
        return Judge(ended, graph.Sends);
    }

    private static SendFaultResult Judge(List<Message> messages, IReadOnlyCollection<GraphSend> sends)
    {
        var byMessage = sends.ToLookup(send => send.Callback);
        var taken = sends.Where(send => send.Taken).GroupBy(send => send.Callback).ToDictionary(group => group.Key, group => group.Count());
        var outOfOrder = messages.GroupBy(message => message.ConversationId).Sum(conversation =>
        {
            var times = conversation.OrderBy(message => message.SentAt).Select(message => byMessage[$"m:{message.Id}"].Select(send => send.At).ToList()).Where(all => all.Count > 0).ToList();
            return times.Zip(times.Skip(1)).Count(pair => pair.First.Max() > pair.Second.Min());
        });
        return new SendFaultResult(
            messages.GroupBy(message => message.Status).ToDictionary(group => group.Key, group => group.Count()),
            sends.Count,
            messages.Count(message => message.Status is not (MessageStatus.Sent or MessageStatus.Failed or MessageStatus.Unknown)),
            taken.Count(one => one.Value > 1),
            outOfOrder,
            messages.Count(message => message.Status == MessageStatus.Sent && !taken.ContainsKey($"m:{message.Id}")));
    }
}
