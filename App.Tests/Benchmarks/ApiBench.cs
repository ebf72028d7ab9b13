using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Inbox.Access;
using Inbox.Tests.Benchmarks.Load;
using Inbox.Tests.Journeys;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Benchmarks;

/// <summary>
/// The list of conversations and the sign-in of programs under load, beside a bare server over the same file and beside
/// the same product that checks nobody. Sender, product and baseline share the cores; all are measured in turns, and the
/// median of the rounds counts.
/// </summary>
internal sealed class ApiBench(Arguments arguments)
{
    private const string List = "/api/v1/conversations";
    private const int HashIterations = 220_000;

    // More at once of one account is an attack, and refused.
    private const int SignInConnections = 3;

    private readonly int _conversations = arguments.Number("conversations", 10_000);
    private readonly int _seconds = arguments.Number("seconds", 10);
    private readonly int _rounds = arguments.Number("rounds", 3);
    private readonly int _connections = arguments.Number("connections", 16);
    private readonly int _warmUp = arguments.Number("warm-up", 5);
    private readonly Figures _figures = new();

    public static Task<int> RunAsync(Arguments arguments) => new ApiBench(arguments).RunAsync();

    private async Task<int> RunAsync()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"api: {_conversations:#,0} conversations, {_rounds} rounds of {_seconds} s from {_connections} connections, {Environment.ProcessorCount} cores"));
        using var folder = new TempFolder();
        var (port, barePort) = (FreePort.Next(), FreePort.Next());
        using var product = Self.Start("api-host", folder.Path, Text(port), Text(_conversations));
        using var bare = Self.Start("api-baseline", folder.File("inbox.db"), Text(barePort));
        try
        {
            while (await product.StandardOutput.ReadLineAsync() is { } line && line != "ready")
            {
            }

            // Its log goes on, and who logs waits for room in the pipe.
            _ = product.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            var token = await TokenAsync(port);
            await ListsAsync(port, barePort, token);
            Console.WriteLine();
            await SignInsAsync(port);
            return _figures.AllMet ? 0 : 1;
        }
        finally
        {
            product.Kill();
            bare.Kill();
            await Task.WhenAll(product.WaitForExitAsync(), bare.WaitForExitAsync());
        }
    }

    private async Task ListsAsync(int port, int barePort, string token)
    {
        var get = Get(port, $"Authorization: Bearer {token}\r\n");
        var free = Get(port, $"{ApiHost.Unchecked}: 1\r\n");
        var naked = Get(barePort, "");
        foreach (var (to, request) in new[] { (barePort, naked), (port, get), (port, free) })
        {
            await ApiLoad.RunAsync(new ApiLoadOptions(to, request, _connections, _warmUp));
        }

        var (bare, with, without) = (new List<ApiLoadResult>(), new List<ApiLoadResult>(), new List<ApiLoadResult>());
        for (var round = 0; round < _rounds; round++)
        {
            bare.Add(await LoadAsync(barePort, naked));
            // Who goes first changes, so that neither has the warmer machine.
            var (first, second) = round % 2 == 0 ? (with, without) : (without, with);
            first.Add(await LoadAsync(port, first == with ? get : free));
            second.Add(await LoadAsync(port, second == with ? get : free));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  round {round + 1}: bare {bare[^1].PerSecond:#,0}/s, checked {with[^1].PerSecond:#,0}/s, unchecked {without[^1].PerSecond:#,0}/s"));
        }

        var shares = with.Zip(without, (one, other) => one.PerSecond / other.PerSecond).Order().ToList();
        Tell($"GET {List}, bare server", bare);
        Tell($"GET {List}", with);
        Tell("the same, nobody checked", without);
        Figures.Line("one answer", with[0].Bytes / (double)Math.Max(1, with[0].Answered), "bytes");
        Figures.Line("list / bare server", Median(with) / Median(bare), "");
        _figures.Goal("price of the checks", (1 - shares[shares.Count / 2]) * 100, "%", shares[shares.Count / 2] >= 0.85, "15 % of the requests/s at most");
        var refused = bare.Concat(with).Concat(without).Sum(result => result.Refused);
        _figures.Goal("refused", refused, "", refused == 0, "0");
    }

    private async Task SignInsAsync(int port)
    {
        var post = SignIn(port);
        await ApiLoad.RunAsync(new ApiLoadOptions(port, post, SignInConnections, 2));
        var results = new List<ApiLoadResult>();
        var hashes = new List<double>();
        for (var round = 0; round < _rounds; round++)
        {
            hashes.Add(HashesPerSecond());
            results.Add(await ApiLoad.RunAsync(new ApiLoadOptions(port, post, SignInConnections, _seconds)));
        }

        hashes.Sort();
        Tell("POST /api/v1/auth/token", results);
        Figures.Line("bare password hashes on all cores", hashes[hashes.Count / 2], "/s");
        Figures.Line("one password hash", Environment.ProcessorCount * 1000 / hashes[hashes.Count / 2], "ms");
        Figures.Line("sign-ins / bare hashes", Median(results) / hashes[hashes.Count / 2], "");
        _figures.Goal("refused", results.Sum(result => result.Refused), "", results.TrueForAll(result => result.Refused == 0), "0");
    }

    /// <summary>What the machine can do of the one thing that a sign-in must cost.</summary>
    private double HashesPerSecond()
    {
        var hasher = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = HashIterations }));
        var hash = hasher.HashPassword(null!, Owner.Password);
        var (count, started) = (0, Stopwatch.GetTimestamp());
        Parallel.For(0, Environment.ProcessorCount, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, _ =>
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < Math.Max(1, _seconds / 2))
            {
                hasher.VerifyHashedPassword(null!, hash, Owner.Password);
                Interlocked.Increment(ref count);
            }
        });
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private Task<ApiLoadResult> LoadAsync(int port, string request) => ApiLoad.RunAsync(new ApiLoadOptions(port, request, _connections, _seconds));

    private static async Task<string> TokenAsync(int port)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = Owner.Email, ["password"] = Owner.Password });
        using var response = await http.PostAsync("/api/v1/auth/token", form);
        return JsonElement.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("access_token").GetString()!;
    }

    private static void Tell(string what, List<ApiLoadResult> results)
    {
        Figures.Line(what, Median(results), "/s");
        Figures.Line("  p50", results.Select(result => result.P50).Order().ElementAt(results.Count / 2), "ms");
        Figures.Line("  p99", results.Select(result => result.P99).Order().ElementAt(results.Count / 2), "ms");
    }

    private static double Median(List<ApiLoadResult> results) => results.Select(result => result.PerSecond).Order().ElementAt(results.Count / 2);

    private static string Get(int port, string headers) => $"GET {List} HTTP/1.1\r\nHost: 127.0.0.1:{Text(port)}\r\nAccept: application/json\r\n{headers}\r\n";

    private static string SignIn(int port)
    {
        var body = $"username={Uri.EscapeDataString(Owner.Email)}&password={Uri.EscapeDataString(Owner.Password)}";
        return $"POST /api/v1/auth/token HTTP/1.1\r\nHost: 127.0.0.1:{Text(port)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {Text(body.Length)}\r\n\r\n{body}";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
