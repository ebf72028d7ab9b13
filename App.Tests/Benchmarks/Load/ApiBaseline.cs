using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Benchmarks.Load;

/// <summary>
/// The least that a list of conversations costs: Kestrel, one prepared statement over the product's own file, JSON. It asks
/// nobody who is calling.
/// </summary>
internal static class ApiBaseline
{
    private const string Newest = """
        SELECT c.Id, c.ChannelId, c.ContactId, p.Name, p.Phone, p.Email, c.Status, c.Priority, c.AssigneeId, c.DepartmentId, c.LastMessageAt, c.CreatedAt, c.UpdatedAt, c.ClosedAt
        FROM Conversations c JOIN Contacts p ON p.Id = c.ContactId
        WHERE c.TenantId = 1 ORDER BY c.LastMessageAt DESC, c.Id DESC LIMIT 51
        """;

    public static async Task<int> MainAsync(string[] arguments)
    {
        var (file, port) = (arguments[0], arguments[1]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        app.MapGet("/health/ready", () => "ready");
        app.MapGet("/api/v1/conversations", async (HttpContext http) =>
        {
            using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = Newest;
            using var row = command.ExecuteReader();
            http.Response.ContentType = "application/json";
            await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
            json.WriteStartObject();
            json.WriteStartArray("items");
            while (row.Read())
            {
                json.WriteStartObject();
                for (var column = 0; column < row.FieldCount; column++)
                {
                    if (row.IsDBNull(column))
                    {
                        json.WriteNull(row.GetName(column));
                    }
                    else
                    {
                        json.WriteString(row.GetName(column), row.GetString(column));
                    }
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
        await app.RunAsync();
        return 0;
    }
}
