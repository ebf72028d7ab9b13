using System.Collections.Concurrent;
using System.Net;

namespace Inbox.Tests.Faults;

/// <param name="Number">The number that it was written to.</param>
/// <param name="From">The customer.</param>
/// <param name="Text">Names customer and sequence, so that a lost or misplaced one is seen.</param>
public sealed record SentMessage(WhatsAppNumber Number, string From, string Id, string Text, DateTimeOffset At);

/// <summary>
/// The platform under load: several connections, messages of many customers to several numbers, batches, some sent twice.
/// What was not answered 200 is sent again until it is, as platforms do. Keeps the list of what was acknowledged.
/// </summary>
public sealed class Sender(IReadOnlyList<WhatsAppNumber> numbers, int seed, int customers = 50, int connections = 8) : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _enough = new();
    private readonly ConcurrentDictionary<string, SentMessage> _acknowledged = new();
    private readonly ConcurrentDictionary<int, int> _answers = new();
    private readonly int[] _sequences = new int[customers];
    private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow().AddHours(-1);
    private Task[] _connections = [];

    public IReadOnlyDictionary<string, SentMessage> Acknowledged => _acknowledged;

    /// <summary>How often each status was answered; 0 is a connection that broke or was refused.</summary>
    public IReadOnlyDictionary<int, int> Answers => _answers;

    public void Start() => _connections = [.. Enumerable.Range(0, connections).Select(number => Task.Run(() => SendAsync(new Random(seed + number))))];

    /// <summary>Makes no new messages and returns when all that were made are acknowledged.</summary>
    public async Task FinishAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_connections).WaitAsync(TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        _enough.Dispose();
    }

    private async Task SendAsync(Random random)
    {
        while (!_enough.IsCancellationRequested)
        {
            var batch = Enumerable.Range(0, random.Next(5) == 0 ? random.Next(2, 8) : 1).Select(_ => Next(random)).ToList();
            var body = WhatsAppJson.Bytes(WhatsAppJson.Request(batch.Select(message =>
                WhatsAppJson.Messages(message.Number.PhoneNumberId, WhatsAppJson.Text(message.From, message.Text, message.Id, message.At)))));
            // One in twenty comes twice, as from a platform that did not see the first answer.
            for (var copies = random.Next(20) == 0 ? 2 : 1; copies > 0;)
            {
                var answer = await TryAsync(batch[0].Number, body);
                _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
                if (answer == (int)HttpStatusCode.OK)
                {
                    copies--;
                }
                else
                {
                    await Task.Delay(Again, TimeProvider.System);
                }
            }

            batch.ForEach(message => _acknowledged[message.Id] = message);
        }
    }

    private SentMessage Next(Random random)
    {
        var customer = random.Next(customers);
        var sequence = Interlocked.Increment(ref _sequences[customer]);
        return new SentMessage(
            numbers[customer % numbers.Count],
            $"1555030{customer:0000}",
            $"wamid.fault{seed}.{customer}.{sequence}",
            $"customer {customer} message {sequence}",
            _start.AddSeconds(sequence));
    }

    private static async Task<int> TryAsync(WhatsAppNumber number, byte[] body)
    {
        try
        {
            return (int)await number.Deliver(body);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
        {
            return 0;
        }
    }
}
