using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Inbox.Tests;

public sealed record AppProcessOptions
{
    public required string DataDirectory { get; init; }

    /// <summary>Configuration keys and values, given as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Development: static files of packages are found in the build output. Production: as published, for figures.</summary>
    public string Environment { get; init; } = "Development";

    /// <summary>0: any free one. A restart keeps it.</summary>
    public int Port { get; init; }
}

/// <summary>The real program, built as the tests are, as a process of its own that can be killed.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly AppProcessOptions _options;
    private readonly Queue<string?> _output = new();
    private Process? _process;

    private AppProcess(AppProcessOptions options)
    {
        _options = options;
        Port = options.Port == 0 ? FreePort.Next() : options.Port;
        Address = new Uri($"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}");
#pragma warning disable CA2000 // the client disposes it
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
#pragma warning restore CA2000
    }

    public int Port { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public int Id => _process!.Id;

    public bool HasExited => _process?.HasExited ?? true;

    /// <summary>The last lines that the program wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join(Environment.NewLine, _output);
            }
        }
    }

    /// <summary>Bytes of memory that are in use now.</summary>
    public long Resident
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>What it has used of all cores so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<AppProcess> StartAsync(AppProcessOptions options)
    {
        var app = new AppProcess(options);
        await app.StartAsync();
        return app;
    }

    /// <summary>Starts it, or starts it again, and returns when it is ready.</summary>
    public async Task StartAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo(Repository.PathOf($"App/bin/{configuration}/net10.0/Inbox"))
        {
            WorkingDirectory = Repository.PathOf("App"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = _options.Environment,
                ["Urls"] = Address.ToString(),
                ["Inbox__DataDirectory"] = _options.DataDirectory,
            },
        };
        foreach (var (key, value) in _options.Settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var process = _process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.Async(async () => process.HasExited ? throw await EndedAsync(process) : await IsReadyAsync(), StartsWithin, "the program is ready");
    }

    /// <summary>SIGKILL: no handler of the program runs.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        await _process!.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <param name="signal">Its name without SIG (POSIX).</param>
    public Task SignalAsync(string signal) => Command.RunAsync("kill", $"-{signal}", Id.ToString(CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            await KillAsync();
        }

        Http.Dispose();
        _process?.Dispose();
    }

    private async Task<InvalidOperationException> EndedAsync(Process process)
    {
        await process.WaitForExitAsync();   // its last lines may still be on their way
        return new InvalidOperationException($"The program ended with {process.ExitCode} before it was ready:{Environment.NewLine}{Output}");
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Http.GetAsync("/health/ready");
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Note(string? line)
    {
        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > 1000)
            {
                _output.Dequeue();
            }
        }
    }
}
