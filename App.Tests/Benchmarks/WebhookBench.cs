using System.Globalization;
using Inbox.Tests.Benchmarks.Load;

namespace Inbox.Tests.Benchmarks;

/// <summary>
/// How many signed webhooks a second are acknowledged and processed, beside a bare receiver under the same load in the
/// same run. Sender, product and baseline are processes of their own that share the machine's cores.
/// </summary>
internal sealed class WebhookBench(Arguments arguments)
{
    private const int Contacts = 20_000;
    private const int MostPerSecond = 25_000;

    private readonly int _seconds = arguments.Number("seconds", 20);
    private readonly int _hold = arguments.Number("hold", 60);
    private readonly int _connections = arguments.Number("connections", 256);
    private readonly int _warmUp = arguments.Number("warm-up", 5);
    private readonly Figures _figures = new();

    public static async Task<int> RunAsync(Arguments arguments) => await new WebhookBench(arguments).RunAsync();

    private async Task<int> RunAsync()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"webhooks: {_seconds} s at full speed from {_connections} connections and {Contacts:#,0} contacts, {Environment.ProcessorCount} cores"));
        var baseline = await BaselineAsync();
        Console.WriteLine();
        await using var product = await Product.StartAsync();
        await LoadAsync("warm", product.App.Port, _warmUp);
        await product.DrainedAsync();
        await FullSpeedAsync(product, baseline);
        if (_hold > 0)
        {
            Console.WriteLine();
            await HoldAsync(product);
        }

        return _figures.AllMet ? 0 : 1;
    }

    private async Task<double> BaselineAsync()
    {
        using var folder = new TempFolder();
        var port = FreePort.Next();
        using var process = Self.Start("baseline", folder.File("ledger.db"), port.ToString(CultureInfo.InvariantCulture), Product.Secret);
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.Async(async () => await AnswersAsync(http), TimeSpan.FromSeconds(30));
            await LoadAsync("warm", port, _warmUp);
            var result = await LoadAsync("base", port, _seconds);
            var perSecond = result.Acknowledged / result.Seconds;
            Figures.Line("baseline acknowledged", perSecond, "/s");
            Figures.Line("baseline acknowledgement p50", result.P50, "ms");
            Figures.Line("baseline acknowledgement p99", result.P99, "ms");
            return perSecond;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private async Task FullSpeedAsync(Product product, double baseline)
    {
        var before = product.LastDelivery();
        using var memory = new MemoryWatch(product.App);
        var result = await LoadAsync("full", product.App.Port, _seconds);
        var backlog = product.Backlog();
        await product.DrainedAsync();
        var (count, last) = product.ProcessedAfter(before);

        var acknowledged = result.Acknowledged / result.Seconds;
        var processed = count / (last - result.FirstAcknowledged).TotalSeconds;
        var wanted = Math.Min(4000, 0.35 * baseline);
        Figures.Line("acknowledged", acknowledged, "/s");
        _figures.Goal("acknowledged / baseline", acknowledged / baseline, "", acknowledged >= 0.6 * baseline, "0.6");
        _figures.Goal("processed", processed, "/s", processed >= wanted, string.Create(CultureInfo.InvariantCulture, $"{wanted:#,0} (the lower of 4,000 and 0.35 of the baseline)"));
        Figures.Line("processed / baseline", processed / baseline, "");
        Figures.Line("waiting when the load ended", backlog, "");
        Figures.Line("acknowledgement p50", result.P50, "ms");
        Figures.Line("acknowledgement p99", result.P99, "ms");
        Figures.Line("resident memory, most", memory.MostMegabytes, "MB");
        Lost("full", product, result);
    }

    private async Task HoldAsync(Product product)
    {
        const int Rate = 500;
        using var memory = new MemoryWatch(product.App);
        var result = await LoadAsync("hold", product.App.Port, _hold, Rate);
        await product.DrainedAsync();
        _figures.Goal($"held for {_hold} s", result.Acknowledged / result.Seconds, "/s", result.Acknowledged >= 0.99 * Rate * _hold, "500");
        Figures.Line("acknowledgement p50 at 500/s", result.P50, "ms");
        _figures.Goal("acknowledgement p99 at 500/s", result.P99, "ms", result.P99 <= 150, "150");
        Figures.Line("acknowledgement longest at 500/s", result.Longest, "ms");
        _figures.Goal("resident memory at 500/s, most", memory.MostMegabytes, "MB", memory.MostMegabytes <= 350, "350");
        Lost("hold", product, result);
    }

    private void Lost(string run, Product product, LoadResult result)
    {
        var (messages, different) = product.Messages(run);
        var lost = Math.Max(0, result.Acknowledged - different);
        _figures.Goal("lost", lost, "", lost == 0, "0");
        _figures.Goal("doubled", messages - different, "", messages == different, "0");
        Figures.Line("refused, broken", result.Refused + result.Broken, "");
        if (result.RanOut && run == "full")
        {
            Console.WriteLine("The prepared requests ran out before the time did: the rates are true, the phase was shorter.");
        }
    }

    private async Task<LoadResult> LoadAsync(string run, int port, int seconds, int rate = 0)
    {
        using var loader = await Loader.PrepareAsync(new LoadOptions(
            "127.0.0.1", port, Product.Secret, Product.PhoneNumberId, run, seconds * (rate == 0 ? MostPerSecond : rate), Contacts, _connections, rate == 0 ? seconds : seconds + 5, rate));
        return await loader.RunAsync();
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync("/health/ready")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
