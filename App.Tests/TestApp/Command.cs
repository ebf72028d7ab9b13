using System.Diagnostics;

namespace Inbox.Tests;

/// <summary>Runs a program of the machine to its end.</summary>
public static class Command
{
    private static readonly TimeSpan LongestAfterwards = TimeSpan.FromSeconds(3);

    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = new Lines();
        process.OutputDataReceived += (_, line) => output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => output.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.HasExited)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        // What it wrote last may come after its end. A server that it started inherits the pipes and keeps them open.
        await output.Ended.WaitAsync(LongestAfterwards, TimeProvider.System).ContinueWith(_ => { }, TaskScheduler.Default);
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
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _open = 2;

        /// <summary>Both streams have come to their end.</summary>
        public Task Ended => _ended.Task;

        /// <param name="line">Null: a stream has ended.</param>
        public void Add(string? line)
        {
            lock (_lines)
            {
                if (line is not null)
                {
                    _lines.Add(line);
                }
                else if (--_open == 0)
                {
                    _ended.SetResult();
                }
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
