using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Inbox.Tests.Benchmarks.Load;

/// <param name="Request">The whole request as it goes over the socket, again and again.</param>
internal sealed record ApiLoadOptions(int Port, string Request, int Connections, double Seconds);

/// <param name="Bytes">Of the bodies.</param>
internal sealed record ApiLoadResult(int Answered, int Refused, double Seconds, double P50, double P99, long Bytes)
{
    public double PerSecond => Answered / Seconds;
}

/// <summary>The sender of API requests: a process of its own that does as little as possible but send and wait.</summary>
internal static class ApiLoad
{
    private const int LargestAnswer = 1024 * 1024;

    /// <summary>In another process.</summary>
    public static async Task<ApiLoadResult> RunAsync(ApiLoadOptions options)
    {
        using var process = Self.Start("api-load", JsonSerializer.Serialize(options));
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sender ended without a result.");
        await process.WaitForExitAsync();
        return JsonSerializer.Deserialize<ApiLoadResult>(line)!;
    }

    public static async Task<int> MainAsync(string[] arguments)
    {
        var options = JsonSerializer.Deserialize<ApiLoadOptions>(arguments[0])!;
        var started = Stopwatch.GetTimestamp();
        var connections = await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Task.Run(() => ConnectionAsync(options, started))));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var times = connections.SelectMany(connection => connection.Times).Order().ToList();
        Console.WriteLine(JsonSerializer.Serialize(new ApiLoadResult(
            times.Count, connections.Sum(connection => connection.Refused), seconds,
            Figures.Percentile(times, 0.5), Figures.Percentile(times, 0.99), connections.Sum(connection => connection.Bytes))));
        return 0;
    }

    private static async Task<(List<double> Times, int Refused, long Bytes)> ConnectionAsync(ApiLoadOptions options, long started)
    {
        var request = Encoding.ASCII.GetBytes(options.Request);
        var buffer = new byte[LargestAnswer];
        var times = new List<double>();
        var (refused, bytes) = (0, 0L);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", options.Port);
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < options.Seconds)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            var (status, length) = await AnswerAsync(socket, buffer);
            if (status == 200)
            {
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                bytes += length;
            }
            else
            {
                refused++;
            }
        }

        return (times, refused, bytes);
    }

    /// <summary>Reads one answer to its end: a stated length, or chunks up to the empty one.</summary>
    private static async Task<(int Status, int BodyLength)> AnswerAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0)
            {
                throw new InvalidOperationException("The connection was closed in the middle of an answer.");
            }

            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0 && IsWhole(buffer.AsSpan(0, end), buffer.AsSpan(end + 4, length - end - 4)))
            {
                return (((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + buffer[11] - '0', length - end - 4);
            }
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return body.EndsWith("0\r\n\r\n"u8);
        }

        var length = 0;
        for (var i = at + 16; i < head.Length && char.IsAsciiDigit((char)head[i]); i++)
        {
            length = (length * 10) + head[i] - '0';
        }

        return body.Length >= length;
    }
}
