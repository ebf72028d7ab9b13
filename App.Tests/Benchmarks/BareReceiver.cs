using System.Diagnostics;
using System.Globalization;
using Inbox.Tests.Benchmarks.Load;

namespace Inbox.Tests.Benchmarks;

/// <summary>The baseline as its own process on a fresh file.</summary>
internal sealed class BareReceiver : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly Process _process;

    private BareReceiver(TempFolder folder, Process process, int port) => (_folder, _process, Port) = (folder, process, port);

    public int Port { get; }

    /// <summary>What it has used of all cores so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<BareReceiver> StartAsync()
    {
        var folder = new TempFolder();
        var port = FreePort.Next();
        var receiver = new BareReceiver(folder, Self.Start("baseline", folder.File("ledger.db"), port.ToString(CultureInfo.InvariantCulture), Product.Secret), port);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.Async(async () => await AnswersAsync(http), TimeSpan.FromSeconds(30));
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
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
