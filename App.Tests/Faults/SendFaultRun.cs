using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Channels.WhatsApp;
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
/// <param name="Misread">Messages that ended otherwise than by the last answer, with that answer.</param>
/// <param name="Wrong">What of the requests was not as the platform documents it.</param>
/// <param name="Unused">Faults that did not happen.</param>
internal sealed record SendFaultResult(
    IReadOnlyDictionary<MessageStatus, int> States, int Requests, int Unfinished, int Doubled, int OutOfOrder, int Lost,
    IReadOnlyCollection<string> Misread, IReadOnlyCollection<string> Wrong, IReadOnlyCollection<string> Unused)
{
    public bool IsClean => (Unfinished, Doubled, OutOfOrder, Lost, Misread.Count, Wrong.Count) == (0, 0, 0, 0, 0, 0);

    public override string ToString()
        => $"{string.Join(", ", States.OrderBy(state => state.Key).Select(state => $"{state.Value} {state.Key}"))}; {Requests} requests; unfinished {Unfinished}, doubled {Doubled}, out of order {OutOfOrder}, lost {Lost}, misread {Misread.Count}, wrong requests {Wrong.Count}"
            + string.Concat(Misread.Concat(Wrong).Distinct().Take(10).Select(line => $"{Environment.NewLine}  {line}"));
}

/// <summary>Messages to a platform that fails in every fifth answer, in every way it has.</summary>
internal static class SendFaultRun
{
    private const int PerConversation = 4;
    private const int Channels = 25;

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(2);

    /// <summary>For a platform that does not answer; the product has more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    public static async Task<SendFaultResult> RunAsync(TestDatabase database, int messages, int seed)
    {
        var random = new Random(seed);
        var next = 0;
        await using var graph = new GraphSends(TimeSpan.FromMilliseconds(5), _ =>
        {
            lock (random)
            {
                return random.Next(5) == 0 ? GraphFault.All[next++ % GraphFault.All.Count] : null;
            }
        });
        var clock = new TestClock();
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Database = database,
            Clock = clock,
            Settings = new Dictionary<string, string?> { ["Inbox:Meta:GraphUrl"] = await graph.StartAsync(), ["Inbox:Outbound:PollSeconds"] = "0.1" },
            Services = services => services.AddHttpClient<WhatsAppClient>(http => http.Timeout = Patience),
        });
        app.Logs.Expect("sends nothing more");
        await QueuedMessages.GivenAsync(app, Channels, messages / PerConversation, PerConversation);
        await QueuedMessages.StopAsync(app, stopped: false);
        // Hours of retries pass: what waits for its time is due soon. A person sees to what stopped a number.
        await Eventually.Async(
            async () =>
            {
                clock.Advance(Ahead);
                await ResumeAsync(app);
                app.Services.GetRequiredService<OutboundSignal>().Raise();
                return !await app.InMany(db => db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(item => item.State == OutboxState.Queued || item.State == OutboxState.Sending));
            },
            LongestRun);
        var ended = await app.InMany(db => db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().ToListAsync());
        return Judge(ended, graph.Sends, graph.Wrong);
    }

    private static async Task ResumeAsync(TestApp app)
    {
        var resumed = await app.InMany(async db =>
        {
            var stopped = await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(channel => channel.StoppedAt != null).ToListAsync();
            stopped.ForEach(channel => channel.Resume());
            return await db.SaveChangesAsync();
        });
        if (resumed > 0)
        {
            app.Services.GetRequiredService<ChannelDirectory>().Changed();
        }
    }

    private static SendFaultResult Judge(List<Message> messages, IReadOnlyCollection<GraphSend> sends, IReadOnlyCollection<string> wrong)
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
            messages.Count(message => message.Status == MessageStatus.Sent && !taken.ContainsKey($"m:{message.Id}")),
            [.. messages.Select(message => Misread(message, byMessage[$"m:{message.Id}"].MaxBy(send => send.At))).OfType<string>()],
            wrong,
            [.. GraphFault.All.Select(fault => fault.Name).Except(sends.Select(send => send.Fault?.Name).OfType<string>())]);
    }

    private static string? Misread(Message message, GraphSend? last)
    {
        if (last is null)
        {
            return $"message {message.Id} is {message.Status} and was never sent";
        }

        var (ends, code) = last.Fault is null ? (MessageStatus.Sent, null) : (last.Fault.Ends, last.Fault.Code);
        return ends == message.Status && code == message.ErrorCode ? null : $"after \"{last.Fault?.Name ?? "a right answer"}\" a message is {message.Status} {message.ErrorCode}";
    }
}
