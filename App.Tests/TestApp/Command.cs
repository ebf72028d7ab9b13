using System.Diagnostics;

namespace Inbox.Tests;

/// <summary>Runs a program of the machine to its end.</summary>
public static class Command
{
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // A server that the command starts inherits these pipes and keeps them open: the end of the command decides, not theirs.
        var output = new Lines();
        process.OutputDataReceived += (_, line) => output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => output.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.HasExited)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        return process.ExitCode == 0
            ? output.ToString()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
    }

    public static string? Find(string program, params IEnumerable<string> folders)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(folders)
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private sealed class Lines
    {
        private readonly List<string> _lines = [];

        public void Add(string? line)
        {
            lock (_lines)
            {
                _lines.Add(line ?? "");
            }
        }

        public override string ToString()
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }
}
