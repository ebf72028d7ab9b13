using System.Diagnostics;
using System.Globalization;
using Inbox.Tests.Benchmarks.Load;

namespace Inbox.Tests.Benchmarks;

/// <summary>
/// Webhooks of every kind that a number gets beside texts alone: the product twice, each with a ledger of its own, under
/// the same load in turns. Who has no turn is stopped, for a machine's speed changes within a minute.
/// </summary>
internal sealed class MixBench(Arguments arguments)
{
    private const int Contacts = 20_000;
    private const int MostPerSecond = 30_000;
    private const double Turn = 2.5;
    private const double Share = 0.75;

    private readonly int _seconds = arguments.Number("seconds", 20);
    private readonly int _connections = arguments.Number("connections", 256);
    private readonly int _warmUp = arguments.Number("warm-up", 8);
    private readonly Figures _figures = new();

    public static Task<int> RunAsync(Arguments arguments) => new MixBench(arguments).RunAsync();

    private async Task<int> RunAsync()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"webhooks --mix: {_seconds} s at full speed of texts and of all kinds in turns, {_connections} connections, {Contacts:#,0} contacts, {Environment.ProcessorCount} cores"));
        await using var texts = await Side.StartAsync(Prepare, LoadKind.Text, _seconds, _warmUp);
        await using var mix = await Side.StartAsync(Prepare, LoadKind.Mix, _seconds, _warmUp);
        while (texts.Result is null || texts.Result.Seconds < _seconds)
        {
            await texts.TurnAsync();
            await mix.TurnAsync();
        }

        var (text, all) = (await texts.EndAsync(), await mix.EndAsync());
        Figures.Line("texts acknowledged", text.Acknowledged, "/s");
        Figures.Line("all kinds acknowledged", all.Acknowledged, "/s");
        _figures.Goal("all kinds / texts, acknowledged", all.Acknowledged / text.Acknowledged, "", all.Acknowledged >= Share * text.Acknowledged, "0.75");
        Figures.Line("texts processed", text.Processed, "/s");
        Figures.Line("all kinds processed", all.Processed, "/s");
        _figures.Goal("all kinds / texts, processed", all.Processed / text.Processed, "", all.Processed >= Share * text.Processed, "0.75");
        _figures.Goal("texts lost", text.Lost, "", text.Lost == 0, "0");
        _figures.Goal("of all kinds lost", all.Lost, "", all.Lost == 0, "0");
        return _figures.AllMet ? 0 : 1;
    }

    private Task<Loader> Prepare(Product product, string run, LoadKind kind, int count)
        => Loader.PrepareAsync(new LoadOptions("127.0.0.1", product.App.Port, Product.Secret, Product.PhoneNumberId, run, count, Contacts, _connections, Rate: 0, kind));

    private sealed record Outcome(double Acknowledged, double Processed, long Lost);

    private delegate Task<Loader> PrepareLoad(Product product, string run, LoadKind kind, int count);

    /// <summary>One product and its sender; stopped but for its turns.</summary>
    private sealed class Side : IAsyncDisposable
    {
        private const string Run = "full";

        private readonly Product _product;
        private readonly Loader _loader;
        private readonly long _before;
        private long _ended;
        private TimeSpan _stopped;

        private Side(Product product, Loader loader) => (_product, _loader, _before) = (product, loader, product.LastDelivery());

        /// <summary>Of all turns so far.</summary>
        public LoadResult? Result { get; private set; }

        public static async Task<Side> StartAsync(PrepareLoad prepare, LoadKind kind, int seconds, int warmUp)
        {
            var product = await Product.StartAsync();
            using (var echoes = await prepare(product, WebhookMix.EchoRun, LoadKind.Echo, WebhookMix.Echoes))
            {
                await echoes.RunAsync(120);
            }

            using (var warm = await prepare(product, "warm", kind, warmUp * MostPerSecond))
            {
                await warm.RunAsync(warmUp);
            }

            await product.DrainedAsync();
            var side = new Side(product, await prepare(product, Run, kind, seconds * MostPerSecond));
            await side.StopAsync();
            return side;
        }

        public async Task TurnAsync()
        {
            await GoOnAsync();
            Result = await _loader.RunAsync(Turn);
            await StopAsync();
        }

        public async Task<Outcome> EndAsync()
        {
            await GoOnAsync();
            await _product.DrainedAsync();
            await StopAsync();
            var (count, last) = _product.ProcessedAfter(_before);
            var lost = Math.Max(0, Result!.Acknowledged - _product.Items(Run));
            return new Outcome(Result.Acknowledged / Result.Seconds, count / (last - Result.FirstAcknowledged - _stopped).TotalSeconds, lost);
        }

        public async ValueTask DisposeAsync()
        {
            await _product.App.SignalAsync("CONT");
            _loader.Dispose();
            await _product.DisposeAsync();
        }

        private async Task StopAsync()
        {
            await _product.App.SignalAsync("STOP");
            _ended = Stopwatch.GetTimestamp();
        }

        private async Task GoOnAsync()
        {
            _stopped += Result is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_ended);
            await _product.App.SignalAsync("CONT");
        }
    }
}
