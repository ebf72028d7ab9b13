using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Inbox.Tests.Benchmarks.Load;

/// <summary>This program again, as another process.</summary>
internal static class Self
{
    public static Process Start(params IEnumerable<string> arguments)
        => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, Own(arguments)) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    // Under "dotnet Inbox.Tests.dll" the process is dotnet, and the assembly its first argument.
    private static IEnumerable<string> Own(IEnumerable<string> arguments)
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Self).Assembly.Location, .. arguments] : arguments;
}

/// <summary>A sender with its requests prepared, waiting for the word.</summary>
internal sealed class Loader : IDisposable
{
    public const string Ready = "ready";

    private readonly Process _process;

    private Loader(Process process) => _process = process;

    public static async Task<Loader> PrepareAsync(LoadOptions options)
    {
        var process = Self.Start("load", JsonSerializer.Serialize(options));
        return await process.StandardOutput.ReadLineAsync() == Ready
            ? new Loader(process)
            : throw new InvalidOperationException("The sender did not start.");
    }

    /// <summary>Sends for so long; a further call goes on where this one ended.</summary>
    /// <returns>Of all calls so far.</returns>
    public async Task<LoadResult> RunAsync(double seconds)
    {
        await _process.StandardInput.WriteLineAsync(seconds.ToString(CultureInfo.InvariantCulture));
        var line = await _process.StandardOutput.ReadLineAsync();
        return JsonSerializer.Deserialize<LoadResult>(line ?? throw new InvalidOperationException("The sender ended without a result."))!;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
