using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inbox.Media;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Conversations.Files;

public sealed class FileTestsOnSqlite() : FileTests(TestDatabase.Sqlite);

public sealed class FileTestsOnPostgreSql() : FileTests(TestDatabase.PostgreSql);

/// <summary>Files that customers send: fetched from the platform, found out what they are, handed to whoever sees the conversation.</summary>
public abstract class FileTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";

    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, .. RandomNumberGenerator.GetBytes(3000)];

    private readonly TestClock _clock = new();
    private readonly GraphFiles _graph = new();

    private TestApi _api = null!;

    protected override TestAppOptions Options(TestAppOptions options)
        => options with { Clock = _clock, Settings = new Dictionary<string, string?> { ["Inbox:Meta:GraphUrl"] = _graph.Start(), ["Inbox:Media:LargestMegabytes"] = "1" } };

    [Fact]
    public async Task A_photo_is_fetched_with_the_token_and_shown()
    {
        _graph.Files["880001"] = new("image/jpeg", Jpeg);
        var number = await Given("image", "880001", "image/jpeg");

        var file = await Settled();

        Assert.Equal((MediaState.Stored, "image/jpeg", (long?)Jpeg.Length), (file.State, file.MimeType, file.Size));
        Assert.All(_graph.Tokens, token => Assert.Equal($"Bearer token of {number.PhoneNumberId}", token));
        using var answer = await _api.Get($"/api/v1/media/{file.Id}/download");
        Assert.Equal(Jpeg, await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("inline", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_a_file_is_handed_out_when_it_is_asked_for()
    {
        _graph.Files["880001"] = new("image/jpeg", Jpeg);
        await Given("image", "880001", "image/jpeg");
        var file = await Settled();

        using var answer = await _api.Get($"/api/v1/media/{file.Id}/download", request => request.Headers.Range = new RangeHeaderValue(10, 19));

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(Jpeg[10..20], await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml")]
    [InlineData("<html><script>alert(1)</script></html>", "text/html")]
    [InlineData("<html><script>alert(1)</script></html>", "image/jpeg")]
    public async Task What_a_browser_would_run_is_handed_out_for_saving_only(string content, string said)
    {
        _graph.Files["880001"] = new(said, System.Text.Encoding.UTF8.GetBytes(content));
        await Given("document", "880001", said);
        var file = await Settled();

        using var answer = await _api.Get($"/api/v1/media/{file.Id}/download");

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_name_with_a_path_is_saved_by_its_last_part()
    {
        _graph.Files["880001"] = new("application/pdf", "%PDF-1.7"u8.ToArray());
        await Given("document", "880001", "application/pdf", "../../etc/\u202Efdp.invoice\r\n.pdf");
        var file = await Settled();

        using var answer = await _api.Get($"/api/v1/media/{file.Id}/download");

        Assert.Equal("_fdp.invoice__.pdf", answer.Content.Headers.ContentDisposition!.FileNameStar ?? answer.Content.Headers.ContentDisposition.FileName!.Trim('"'));
    }

    [Fact]
    public async Task What_cannot_be_fetched_now_is_fetched_later()
    {
        _graph.Broken = true;
        _graph.Files["880001"] = new("image/jpeg", Jpeg);
        await Given("image", "880001", "image/jpeg");
        await Eventually.Async(async () => (await Row()).Attempts == 1);
        Assert.Equal(MediaState.Pending, (await Row()).State);

        _graph.Broken = false;
        await Eventually.Async(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(20));
            return (await Row()).State == MediaState.Stored;
        });
    }

    [Fact]
    public async Task A_file_that_the_platform_no_longer_has_says_so_and_may_be_tried_again()
    {
        await Given("image", "880001", "image/jpeg");
        var file = await Settled();
        Assert.Equal((MediaState.Failed, "gone"), (file.State, file.ErrorCode));

        _graph.Files["880001"] = new("image/jpeg", Jpeg);
        await _api.Send(HttpMethod.Post, $"/api/v1/media/{file.Id}/retry");

        Assert.Equal(MediaState.Stored, (await Settled()).State);
    }

    [Fact]
    public async Task A_file_that_is_too_large_stays_where_it_is()
    {
        _graph.Files["880001"] = new("image/jpeg", new byte[1_000_001]);
        await Given("image", "880001", "image/jpeg");

        var file = await Settled();

        Assert.Equal((MediaState.Refused, "too_large", (string?)null), (file.State, file.ErrorCode, file.StorageKey));
    }

    [Fact]
    public async Task A_picture_that_would_burden_every_browser_is_not_taken()
    {
        _graph.Files["880001"] = new("image/png", Convert.FromHexString("89504E470D0A1A0A0000000D4948445200004E2000004E200806000000"));
        await Given("image", "880001", "image/png");

        var file = await Settled();

        Assert.Equal((MediaState.Refused, "media_too_large", (string?)null), (file.State, file.ErrorCode, file.StorageKey));
        Assert.Contains("100 megapixels", file.ErrorDetail, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(App.Storage.DataDirectory, "media"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_same_photo_sent_twice_is_kept_once()
    {
        _graph.Files["880001"] = _graph.Files["880002"] = new("image/jpeg", Jpeg);
        var number = await Given("image", "880001", "image/jpeg");
        await Settled();

        await number.DeliverMessage(WhatsAppJson.Message(Ann, "image", new JsonObject { ["id"] = "880002", ["mime_type"] = "image/jpeg" }));
        await App.InboundIsIdle();
        await Eventually.Async(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            return (await App.InBusiness(1, db => db.Set<MediaFile>().CountAsync(file => file.State == MediaState.Stored, Cancellation))) == 2;
        });

        Assert.Single(Directory.EnumerateFiles(Path.Combine(App.Storage.DataDirectory, "media"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_file_lying_somewhere_else_gets_no_token()
    {
        _graph.Elsewhere = "https://files.example.net/steal";
        _graph.Files["880001"] = new("image/jpeg", Jpeg);
        await Given("image", "880001", "image/jpeg");

        Assert.Equal("wrong_address", (await Settled()).ErrorCode);
    }

    [Fact]
    public async Task Whoever_may_not_see_the_conversation_may_not_see_its_files()
    {
        _graph.Files["880001"] = new("image/jpeg", Jpeg);
        await Given("image", "880001", "image/jpeg");
        var file = await Settled();

        var other = await TestApi.OfBusiness(App);
        using var answer = await other.Get($"/api/v1/media/{file.Id}/download");
        using var nobody = await App.Http.GetAsync($"/api/v1/media/{file.Id}/download", Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    private async Task<WhatsAppNumber> Given(string type, string id, string mime, string? name = null)
    {
        _api = await TestApi.OfBusiness(App);
        var number = await App.GivenWhatsApp();
        var file = new JsonObject { ["id"] = id, ["mime_type"] = mime };
        if (name is not null)
        {
            file["filename"] = name;
        }

        await number.DeliverMessage(WhatsAppJson.Message(Ann, type, file));
        await App.InboundIsIdle();
        return number;
    }

    private Task<MediaFile> Row() => App.InBusiness(1, db => db.Set<MediaFile>().AsNoTracking().SingleAsync(Cancellation));

    private async Task<MediaFile> Settled()
    {
        await Eventually.Async(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            return (await Row()) is { State: not MediaState.Pending };
        });
        return await Row();
    }
}
