using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Conversations.Files;

public sealed class FetchedFileTestsOnSqlite() : FetchedFileTests(TestDatabase.Sqlite);

public sealed class FetchedFileTestsOnPostgreSql() : FetchedFileTests(TestDatabase.PostgreSql);

/// <summary>Files that a program names by an address, fetched from a site on loopback.</summary>
public abstract class FetchedFileTests(TestDatabase database) : SandboxConversation(database)
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3, 4];

    private readonly int _port = FreePort.Next();

    private string Site => $"http://localhost:{_port}";

    protected override TestAppOptions Options(TestAppOptions options)
    {
        var usual = base.Options(options);
        return usual with { Settings = new Dictionary<string, string?>(usual.Settings) { ["Inbox:Ssrf:Allow:0"] = $"localhost:{_port}" } };
    }

    [Fact]
    public async Task A_file_at_an_address_is_fetched_and_sent_with_its_caption()
    {
        await Given();
        await using var site = await StartSite();

        var sent = await Send(Ann, "image", $"{Site}/prices%20of%20May.png", "Our prices");

        Assert.Equal(200, sent.Status);
        var message = sent.Body.GetProperty("message");
        Assert.Equal(("image", "Our prices", "prices of May.png", "image/png"), (
            message.GetProperty("type").GetString(), message.GetProperty("text_content").GetString(),
            message.GetProperty("media")[0].GetProperty("file_name").GetString(), message.GetProperty("media")[0].GetProperty("mime_type").GetString()));
        Assert.Equal("[image] Our prices", Assert.Single(Taken).Text);
    }

    [Fact]
    public async Task A_file_without_a_text_begins_anew_where_the_window_is_open_and_reaches_no_stranger()
    {
        var id = await Given();
        await using var site = await StartSite();
        Assert.Equal(204, (await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/close")).Status);

        var sent = await Send(Ann, "image", $"{Site}/prices%20of%20May.png", null);
        var stranger = await Send("4930987654", "image", $"{Site}/prices%20of%20May.png", null);

        Assert.Equal(200, sent.Status);
        Assert.NotEqual(id, sent.Body.GetProperty("message").GetProperty("conversation_id").GetInt64());
        Assert.Equal((409, "window_closed"), (stranger.Status, stranger.Code));
        Assert.Equal("[image]", Assert.Single(Taken).Text);
    }

    [Theory]
    [InlineData("still.webp", 90_000, null)]
    [InlineData("still.webp", 150_000, "media_too_large")]
    [InlineData("moving.webp", 150_000, null)]
    [InlineData("moving.webp", 600_000, "media_too_large")]
    public async Task A_sticker_that_moves_may_be_larger(string name, int size, string? code)
    {
        await Given();
        await using var site = await StartSite();

        Assert.Equal(code, (await Send(Ann, "sticker", $"{Site}/{name}?size={size}", null)).Code);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/a.png", "media_unreachable")]
    [InlineData("http://127.0.0.1:8080/a.png", "media_unreachable")]
    [InlineData("SITE/missing.png", "media_unreachable")]
    [InlineData("SITE/elsewhere.png", "media_unreachable")]
    [InlineData("SITE/empty.png", "invalid_value")]
    [InlineData("SITE/page.html", "media_type_refused")]
    [InlineData("SITE/large.png", "media_too_large")]
    [InlineData("file:///etc/passwd", "invalid_value")]
    [InlineData("ftp://example.com/a.png", "invalid_value")]
    public async Task What_is_not_there_or_nothing_to_send_is_refused_and_not_kept(string address, string code)
    {
        await Given();
        await using var site = await StartSite();

        var answer = await Send(Ann, "image", address.Replace("SITE", Site, StringComparison.Ordinal), null);

        Assert.Equal(code, answer.Code);
        Assert.Empty(Taken);
    }

    [Fact]
    public async Task The_newest_messages_over_WhatsApp_are_listed_for_older_clients()
    {
        var id = await Given();
        await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", """{"text_content": "Hello"}""");
        await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/notes", """{"text_content": "For us"}""");

        var all = await Api.Send(HttpMethod.Get, "/whatsapp/messages/1?limit=10");
        var one = await Api.Send(HttpMethod.Get, "/whatsapp/messages/1?limit=1");

        Assert.Equal(["Hello", "Hi"], all.Body.GetProperty("items").EnumerateArray().Select(message => message.GetProperty("text_content").GetString()));
        Assert.Equal("Hello", Assert.Single(one.Body.GetProperty("items").EnumerateArray()).GetProperty("text_content").GetString());
    }

    private static byte[] Sticker(byte flags, int size)
    {
        var bytes = new byte[size];
        byte[] head = [.. "RIFF"u8, 1, 1, 1, 1, .. "WEBPVP8X"u8, 10, 0, 0, 0, flags];
        head.CopyTo(bytes, 0);
        return bytes;
    }

    private Task<Answer> Send(string to, string type, string url, string? caption)
        => Api.Send(HttpMethod.Post, "/whatsapp/send/media?bot_id=1", JsonSerializer.Serialize(new { to, media_type = type, media_url = url, caption }));

    private async Task<WebApplication> StartSite()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Site);
        var site = builder.Build();
        site.MapGet("/prices of May.png", () => Results.Bytes(Png, "image/png"));
        site.MapGet("/elsewhere.png", () => Results.Redirect("/prices%20of%20May.png"));
        site.MapGet("/empty.png", () => Results.Bytes([], "image/png"));
        site.MapGet("/page.html", () => Results.Text("<html><script>alert(1)</script></html>", "image/png"));
        site.MapGet("/large.png", () => Results.Bytes([.. Png, .. new byte[3_000_000]], "image/png"));
        site.MapGet("/still.webp", (int size) => Results.Bytes(Sticker(flags: 0b10000, size), "image/webp"));
        site.MapGet("/moving.webp", (int size) => Results.Bytes(Sticker(flags: 0b10010, size), "image/webp"));
        await site.StartAsync(Cancellation);
        return site;
    }
}
