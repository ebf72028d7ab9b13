using System.Text;
using Microsoft.Data.Sqlite;

namespace Inbox.Tests.Access;

/// <summary>A secret is written down nowhere: not in the database, not in a log.</summary>
public sealed class SecretsTests : AppTests
{
    [Fact]
    public async Task No_secret_stands_in_the_database_or_in_a_log()
    {
        using var door = new Door(App);
        await door.SetUp();
        var internalKey = await Key("/api/v1/businesses/flowers/rotate-key");
        var shop = new TestApi(App, internalKey);
        var connected = await shop.Send(HttpMethod.Post, "/api/v1/channels", """
            {"kind": "whatsapp", "name": "Orders", "external_id": "100200300", "credentials": {"access_token": "canary-access-token-1", "app_secret": "canary-app-secret-2", "verify_token": "canary-verify-token-3"}, "settings": {"business_account_id": "400500"}}
            """);
        Assert.Equal(201, connected.Status);
        var apiKey = (await shop.Send(HttpMethod.Post, "/api/v1/api-keys", """{"name": "Till", "permissions": ["conversations.read"]}""")) is { Status: 201 } made
            ? made.Body.EnumerateObject().Select(property => property.Value).Where(value => value.ValueKind == System.Text.Json.JsonValueKind.String).Select(value => value.GetString()!).Single(text => text.StartsWith("ibk_", StringComparison.Ordinal) && text.Length > 30)
            : null;
        await App.Http.GetAsync("/api/v1/conversations?access_token=canary-query-token-4", Cancellation);
        await new TestApi(App, "canary-bearer-5").Send(HttpMethod.Get, "/api/v1/conversations");
        await door.SignIn(password: "canary-wrong-password-6");
        string[] secrets =
        [
            Door.Password, TestApp.MasterKey, TestApp.AppSecret, internalKey, "canary-access-token-1", "canary-app-secret-2", "canary-verify-token-3", "canary-query-token-4",
            "canary-bearer-5", "canary-wrong-password-6", .. apiKey is null ? (string[])[] : [apiKey],
        ];

        SqliteConnection.ClearAllPools();
        var files = Directory.EnumerateFiles(App.Storage.DataDirectory, "*", SearchOption.AllDirectories).Where(file => !file.Contains("keys", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        var found =
            from secret in secrets
            from place in files.Where(file => Holds(file, secret)).Select(Path.GetFileName).Concat(App.Logs.Lines.Any(line => line.ToString()!.Contains(secret, StringComparison.Ordinal)) ? ["the log"] : [])
            select $"{secret[..Math.Min(12, secret.Length)]}… in {place}";
        Assert.Empty(found);
    }

    private static bool Holds(string file, string secret)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0;
    }

    private async Task<string> Key(string path)
        => (await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, path)).Body.GetProperty("internal_api_key").GetString()!;
}
