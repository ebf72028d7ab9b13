using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests;

public sealed record LogLine(LogLevel Level, string Category, string Text, Exception? Error)
{
    public override string ToString() => $"{Level} {Category}: {Text}{(Error is null ? "" : Environment.NewLine + Error)}";
}

/// <summary>What the app logged. A test fails when there is an error that it did not expect.</summary>
public sealed class CapturedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();
    private readonly ConcurrentQueue<string> _expected = new();

    public IReadOnlyCollection<LogLine> Lines => _lines;

    public IEnumerable<LogLine> Unexpected
        => _lines.Where(line => line.Level >= LogLevel.Error && !_expected.Any(text => line.ToString().Contains(text, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Errors whose line holds the text belong to this test.</summary>
    public void Expect(string text) => _expected.Enqueue(text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => logs._lines.Enqueue(new LogLine(logLevel, category, formatter(state, exception), exception));
    }
}
