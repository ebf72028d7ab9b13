using Inbox.Data;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.Stopping;

/// <summary>
/// The order of the end: readiness says no (<see cref="Health.StoppingCheck"/>), requests are taken for a moment longer,
/// the server drains, the workers finish the item in hand, the SQLite file is made whole.
/// </summary>
internal sealed partial class GracefulStop(InboxDbSource source, IOptions<ShutdownOptions> options, TimeProvider clock, ILogger<GracefulStop> log) : IHostedLifecycleService
{
    /// <summary>For draining and workers together; after it the host ends, and nothing is lost that was acknowledged.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Runs before the server and the workers are told to stop.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var drain = TimeSpan.FromSeconds(options.Value.DrainSeconds);
        if (drain > TimeSpan.Zero)
        {
            Draining(drain.TotalSeconds);
            await Task.Delay(drain, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Runs after all of them have stopped.
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (source.Provider == DatabaseProvider.Sqlite)
        {
            Checkpoint();
        }

        Stopped();
        return Task.CompletedTask;
    }

    private void Checkpoint()
    {
        try
        {
            using var connection = new SqliteConnection(source.ConnectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
        catch (SqliteException error)
        {
            // The log file stays and is read at the next start.
            CheckpointFailed(error);
        }
    }

    [LoggerMessage(LogLevel.Information, "Stopping: not ready any more, requests are taken for {Seconds} s")]
    private partial void Draining(double seconds);

    [LoggerMessage(LogLevel.Information, "Stopped")]
    private partial void Stopped();

    [LoggerMessage(LogLevel.Warning, "The database's log could not be merged into its file")]
    private partial void CheckpointFailed(Exception error);
}
