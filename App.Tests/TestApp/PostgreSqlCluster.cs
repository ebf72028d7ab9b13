using System.Globalization;
using Npgsql;

[assembly: AssemblyFixture(typeof(Inbox.Tests.PostgreSqlCluster))]

namespace Inbox.Tests;

/// <summary>A PostgreSQL server of this test run: started at the first test that wants one, gone with the run.</summary>
public sealed class PostgreSqlCluster : IAsyncDisposable
{
    private const string Missing = "PostgreSQL is not installed: install the package 'postgresql' (initdb and pg_ctl are needed) and the tests start a server themselves.";

    private static readonly Lock Starting = new();
    private static readonly string Folders = Path.Combine(Path.GetTempPath(), "inbox-tests-postgresql");
    private static Task<PostgreSqlCluster>? _started;

    private string _folder = "";
    private int _port;

    public static Task<PostgreSqlCluster> StartedAsync()
    {
        Requirement.Need(Program("initdb") is not null, Missing);
        lock (Starting)
        {
            return _started ??= StartAsync();
        }
    }

    public string ConnectionString(string database)
        => $"Host=127.0.0.1;Port={_port.ToString(CultureInfo.InvariantCulture)};Username=inbox;Database={database};Maximum Pool Size=30;Include Error Detail=true";

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // written by the tests
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsCompletedSuccessfully: true } started)
        {
            await StopAsync((await started)._folder);
        }
    }

    private static async Task<PostgreSqlCluster> StartAsync()
    {
        await StopForgottenAsync();
        var cluster = new PostgreSqlCluster
        {
            _folder = Path.Combine(Folders, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)),
            _port = FreePort.Next(),
        };
        Directory.CreateDirectory(cluster._folder);
        if (Environment.IsPrivilegedProcess)
        {
            await Command.RunAsync("chown", "-R", "postgres", cluster._folder);
        }

        await AsServerAsync("initdb", "-D", cluster._folder, "-A", "trust", "-U", "inbox", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        await AsServerAsync(
            "pg_ctl", "-D", cluster._folder, "-w", "-t", "60", "-l", Path.Combine(cluster._folder, "log"),
            "-o", $"-p {cluster._port} -k {cluster._folder} -h 127.0.0.1 -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=300",
            "start");
        return cluster;
    }

    /// <summary>Servers of runs that were killed.</summary>
    private static async Task StopForgottenAsync()
    {
        Directory.CreateDirectory(Folders);
        foreach (var folder in Directory.GetDirectories(Folders))
        {
            if (!Directory.Exists($"/proc/{Path.GetFileName(folder)}"))
            {
                await StopAsync(folder);
            }
        }
    }

    private static async Task StopAsync(string folder)
    {
        if (File.Exists(Path.Combine(folder, "postmaster.pid")))
        {
            try
            {
                await AsServerAsync("pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop");
            }
            catch (InvalidOperationException)
            {
                // it had ended by itself and left its file
            }
        }

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // another run sweeps at the same moment
        }
    }

    /// <summary>The server refuses to run as root.</summary>
    private static Task<string> AsServerAsync(string program, params string[] arguments)
        => Environment.IsPrivilegedProcess
            ? Command.RunAsync("runuser", ["-u", "postgres", "--", Program(program)!, .. arguments])
            : Command.RunAsync(Program(program)!, arguments);

    private static string? Program(string name)
        => Command.Find(name, Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin"))
            : []);
}
