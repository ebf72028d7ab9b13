using System.Diagnostics;
using System.Globalization;
using Inbox.Tests.Benchmarks.Load;

namespace Inbox.Tests.Benchmarks;

/// <summary>
/// How many signed webhooks a second are acknowledged and processed, beside a bare receiver under the same load in the
/// same run. Sender, product and baseline are processes of their own that share the machine's cores. At full speed
/// baseline and product take turns, and who has no turn is stopped: a machine's speed changes within a minute.
/// </summary>
internal sealed class WebhookBench(Arguments arguments)
{
    private const int Contacts = 20_000;
    private const int MostPerSecond = 30_000;
    private const double Turn = 2.5;

    private readonly int _seconds = arguments.Number("seconds", 20);
    private readonly int _hold = arguments.Number("hold", 60);
    private readonly int _connections = arguments.Number("connections", 256);
    private readonly int _warmUp = arguments.Number("warm-up", 8);
    private readonly Figures _figures = new();

    public static async Task<int> RunAsync(Arguments arguments) => await new WebhookBench(arguments).RunAsync();

    private async Task<int> RunAsync()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"webhooks: {_hold} s at a rate, {_seconds} s at full speed from {_connections} connections and {Contacts:#,0} contacts, {Environment.ProcessorCount} cores"));
        await using var product = await Product.StartAsync();
        await LoadAsync("warm", product.App.Port, _warmUp);
        await product.DrainedAsync();
        if (_hold > 0)
        {
            await HoldAsync(product);
            Console.WriteLine();
        }

        await FullSpeedAsync(product);
        return _figures.AllMet ? 0 : 1;
    }

    private async Task FullSpeedAsync(Product product)
    {
        await using var bare = await BareReceiver.StartAsync();
        await LoadAsync("warm", bare.Port, _warmUp);
        using var toBare = await PrepareAsync("base", bare.Port, _seconds * 2 * MostPerSecond);
        using var toProduct = await PrepareAsync("full", product.App.Port, _seconds * MostPerSecond);
        var before = product.LastDelivery();
        var (bareTime, productTime) = (bare.ProcessorTime, product.App.ProcessorTime);
        using var memory = new MemoryWatch(product.App);
        LoadResult? baseline = null;
        LoadResult? result = null;
        var stopped = TimeSpan.Zero;
        while (result is null || result.Seconds < _seconds)
        {
            var since = Stopwatch.GetTimestamp();
            await product.App.SignalAsync("STOP");
            baseline = await toBare.RunAsync(Turn);
            await product.App.SignalAsync("CONT");
            stopped += result is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(since);
            result = await toProduct.RunAsync(Turn);
        }

        (bareTime, productTime) = (bare.ProcessorTime - bareTime, product.App.ProcessorTime - productTime);
        var backlog = product.Backlog();
        await product.DrainedAsync();
        var (count, last) = product.ProcessedAfter(before);

        var bareSpeed = baseline!.Acknowledged / baseline.Seconds;
        Figures.Line("baseline acknowledged", bareSpeed, "/s");
        Figures.Line("baseline acknowledgement p50", baseline.P50, "ms");
        Figures.Line("baseline acknowledgement p99", baseline.P99, "ms");
        Figures.Line("baseline's processor time a request", bareTime.TotalMicroseconds / baseline.Acknowledged, "µs");
        Console.WriteLine();
        var acknowledged = result.Acknowledged / result.Seconds;
        var processed = count / (last - result.FirstAcknowledged - stopped).TotalSeconds;
        var wanted = Math.Min(4000, 0.35 * bareSpeed);
        Figures.Line("acknowledged", acknowledged, "/s");
        _figures.Goal("acknowledged / baseline", acknowledged / bareSpeed, "", acknowledged >= 0.6 * bareSpeed, "0.6");
        _figures.Goal("processed", processed, "/s", processed >= wanted, string.Create(CultureInfo.InvariantCulture, $"{wanted:#,0} (the lower of 4,000 and 0.35 of the baseline)"));
        Figures.Line("processed / baseline", processed / bareSpeed, "");
        Figures.Line("waiting when the load ended", backlog, "");
        Figures.Line("acknowledgement p50", result.P50, "ms");
        Figures.Line("acknowledgement p99", result.P99, "ms");
        Figures.Line("processor time a request, worker included", productTime.TotalMicroseconds / result.Acknowledged, "µs");
        Figures.Line("resident memory, most", memory.MostMegabytes, "MB");
        Lost("full", product, result);
        if (baseline.RanOut || result.RanOut)
        {
            Console.WriteLine("The prepared requests ran out before the time did: the rates are true, the phase was shorter.");
        }
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
    }

    private async Task<LoadResult> LoadAsync(string run, int port, int seconds, int rate = 0)
    {
        using var loader = await PrepareAsync(run, port, seconds * (rate == 0 ? MostPerSecond : rate), rate);
        return await loader.RunAsync(rate == 0 ? seconds : seconds + 5);
    }

    private Task<Loader> PrepareAsync(string run, int port, int count, int rate = 0)
        => Loader.PrepareAsync(new LoadOptions("127.0.0.1", port, Product.Secret, Product.PhoneNumberId, run, count, Contacts, _connections, rate));
}
