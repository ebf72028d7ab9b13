using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Benchmarks.Load;

/// <summary>
/// The least that a receiver can do without losing anything: Kestrel, the HMAC check, the raw body in SQLite with a full
/// sync, committed in groups. What the product does beside this is its price.
/// </summary>
internal static class Baseline
{
    private const int MostPerCommit = 512;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (file, port, secret) = (arguments[0], arguments[1], Encoding.UTF8.GetBytes(arguments[2]));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(4096) { SingleReader = true });
        var writer = Task.Run(() => WriteAsync(file, queue.Reader));

        app.MapGet("/health/ready", () => "ready");
        app.MapPost("/webhooks/whatsapp", async (HttpContext context) =>
        {
            var body = new byte[(int)context.Request.ContentLength!.Value];
            await context.Request.Body.ReadExactlyAsync(body);
            var given = context.Request.Headers["X-Hub-Signature-256"].ToString();
            if (given.Length != 71 || !CryptographicOperations.FixedTimeEquals(Convert.FromHexString(given.AsSpan(7)), HMACSHA256.HashData(secret, body)))
            {
                context.Response.StatusCode = 401;
                return;
            }

            var waiting = new Waiting(body);
            await queue.Writer.WriteAsync(waiting);
            await waiting.Task;
        });

        await app.RunAsync();
        queue.Writer.Complete();
        await writer;
        return 0;
    }

    private static async Task WriteAsync(string file, ChannelReader<Waiting> queue)
    {
        using var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE Ledger (Id INTEGER PRIMARY KEY, ReceivedAt INTEGER, Body BLOB);");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO Ledger (ReceivedAt, Body) VALUES (@at, @body)";
        var at = insert.Parameters.Add("@at", SqliteType.Integer);
        var body = insert.Parameters.Add("@body", SqliteType.Blob);
        var batch = new List<Waiting>(MostPerCommit);
        while (await queue.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MostPerCommit && queue.TryRead(out var next))
            {
                batch.Add(next);
            }

            using (var transaction = connection.BeginTransaction())
            {
                insert.Transaction = transaction;
                foreach (var waiting in batch)
                {
                    at.Value = TimeProvider.System.GetUtcNow().Ticks;
                    body.Value = waiting.Body;
                    insert.ExecuteNonQuery();
                }

                transaction.Commit();
            }

            batch.ForEach(waiting => waiting.SetResult());
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a constant of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed class Waiting(byte[] body) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public byte[] Body => body;
    }
}
