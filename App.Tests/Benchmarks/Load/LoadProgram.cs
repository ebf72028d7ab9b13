using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace Inbox.Tests.Benchmarks.Load;

/// <param name="Run">Part of each message id, so that two runs never send the same one.</param>
/// <param name="Count">Requests that are prepared; the load ends when all are sent.</param>
/// <param name="Rate">Requests a second; 0: as fast as the connections allow.</param>
/// <param name="Kind">What the requests tell.</param>
internal sealed record LoadOptions(
    string Host, int Port, string Secret, string PhoneNumberId, string Run, int Count, int Contacts, int Connections, int Rate, LoadKind Kind = LoadKind.Text);

internal enum LoadKind
{
    /// <summary>A text of a customer.</summary>
    Text,

    /// <summary>What a business wrote on its phone: the messages whose statuses <see cref="Mix"/> tells.</summary>
    Echo,

    /// <summary>Every kind that customers send, and statuses, in the shares of <see cref="WebhookMix"/>.</summary>
    Mix,
}

/// <summary>Of all parts so far.</summary>
/// <param name="FirstAcknowledged">UTC.</param>
/// <param name="LatencyMilliseconds">p50, p99 and the longest; at a rate counted from the moment the request was due.</param>
internal sealed record LoadResult(
    int Acknowledged, int Refused, int Broken, double Seconds, DateTime FirstAcknowledged, double P50, double P99, double Longest, bool RanOut);

/// <summary>The sender: a process of its own that does as little as possible but send and wait.</summary>
internal static class LoadProgram
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = JsonSerializer.Deserialize<LoadOptions>(arguments[0])!;
        var run = new Run(options, new Requests(options));
        Console.WriteLine(Loader.Ready);
        while (await Console.In.ReadLineAsync() is { } seconds)
        {
            await run.PartAsync(double.Parse(seconds, CultureInfo.InvariantCulture));
            Console.WriteLine(JsonSerializer.Serialize(run.Result()));
        }

        return 0;
    }

    private sealed class Run(LoadOptions options, Requests requests)
    {
        private readonly Lock _lock = new();
        private readonly List<double> _latencies = new(options.Count);
        private long _started;
        private TimeSpan _length;
        private TimeSpan _before;
        private int _next = -1;
        private int _refused;
        private int _broken;
        private DateTime? _first;

        /// <summary>Sends for so long, beginning where the part before ended, over connections of its own.</summary>
        public async Task PartAsync(double seconds)
        {
            (_started, _length) = (Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(seconds));
            await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Task.Run(ConnectionAsync)));
            _before += Stopwatch.GetElapsedTime(_started);
        }

        private async Task ConnectionAsync()
        {
            var own = new List<double>();
            var buffer = new byte[4096];
            Socket? socket = null;
            while (Take() is { } index)
            {
                var due = options.Rate > 0 ? _started + (long)((double)index / options.Rate * Stopwatch.Frequency) : Stopwatch.GetTimestamp();
                if (options.Rate > 0 && Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } early)
                {
                    await Task.Delay(early, TimeProvider.System);
                }

                try
                {
                    socket ??= await ConnectAsync();
                    await socket.SendAsync(requests[index]);
                    var status = await AnswerAsync(socket, buffer);
                    if (status == 200)
                    {
                        _first ??= TimeProvider.System.GetUtcNow().UtcDateTime;
                        own.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
                    }
                    else
                    {
                        Interlocked.Increment(ref _refused);
                    }
                }
                catch (SocketException)
                {
                    Interlocked.Increment(ref _broken);
                    socket?.Dispose();
                    socket = null;
                }
            }

            socket?.Dispose();
            lock (_lock)
            {
                _latencies.AddRange(own);
            }
        }

        public LoadResult Result()
        {
            _latencies.Sort();
            return new LoadResult(
                _latencies.Count, _refused, _broken, _before.TotalSeconds, _first ?? default,
                Figures.Percentile(_latencies, 0.5), Figures.Percentile(_latencies, 0.99), _latencies.LastOrDefault(), _next >= requests.Count);
        }

        private int? Take()
            => Stopwatch.GetElapsedTime(_started) < _length && Interlocked.Increment(ref _next) is var index && index < requests.Count
                ? index
                : null;

        private async Task<Socket> ConnectAsync()
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(options.Host, options.Port);
            return socket;
        }

        /// <summary>Reads one answer to its end. All of them state their length.</summary>
        private static async Task<int> AnswerAsync(Socket socket, byte[] buffer)
        {
            var length = 0;
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(length));
                if (read == 0)
                {
                    throw new SocketException((int)SocketError.ConnectionReset);
                }

                length += read;
                var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                if (end >= 0 && length >= end + 4 + BodyLength(buffer.AsSpan(0, end)))
                {
                    return ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + buffer[11] - '0';
                }
            }
        }

        private static int BodyLength(ReadOnlySpan<byte> head)
        {
            var at = head.IndexOf("Content-Length: "u8);
            var length = 0;
            for (var i = at + 16; at >= 0 && i < head.Length && char.IsAsciiDigit((char)head[i]); i++)
            {
                length = (length * 10) + head[i] - '0';
            }

            return length;
        }
    }
}
