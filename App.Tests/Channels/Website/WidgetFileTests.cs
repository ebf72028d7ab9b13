using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Media;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Channels.Website;

public sealed class WidgetFileTestsOnSqlite() : WidgetFileTests(TestDatabase.Sqlite);

public sealed class WidgetFileTestsOnPostgreSql() : WidgetFileTests(TestDatabase.PostgreSql);

/// <summary>Files over the chat of a website: from the visitor into the inbox, and from there back to the visitor.</summary>
public abstract class WidgetFileTests(TestDatabase database) : AppTests(database)
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R', 0, 0, 0, 40, 0, 0, 0, 30, 8, 2, 0, 0, 0];

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Limits:Widget:FilesPerMinute"] = "8",
            ["Inbox:Limits:Widget:FileMegabytesPerHour"] = "3",
            ["Inbox:Media:LargestMegabytes"] = "1",
            ["Inbox:Media:QuotaMegabytes"] = "2",
        },
    };

    [Fact]
    public async Task A_picture_of_a_visitor_arrives_as_a_message_with_its_file()
    {
        var widget = await Widget.Given(App);
        var visitor = await widget.Visitor();

        var sent = await Widget.Attach(visitor, "key-00001", Png, "../../garden\u202E.png", "application/x-anything");

        Assert.Equal((202, "received", Widget.Page), (sent.Status, sent.Body.GetProperty("status").GetString(), sent.Header("Access-Control-Allow-Origin")));
        var message = Assert.Single(await widget.Messages());
        var file = Assert.Single(message.GetProperty("media").EnumerateArray());
        Assert.Equal(("inbound", "image"), (Word(message, "direction"), Word(message, "type")));
        Assert.Equal(("image/png", "garden_.png", "stored", (long)Png.Length), (Word(file, "mime_type"), Word(file, "file_name"), Word(file, "state"), file.GetProperty("size").GetInt64()));
        using var answer = await widget.Owner.Get($"/api/v1/media/{file.GetProperty("id")}/download");
        Assert.Equal(Png, await answer.Content.ReadAsByteArrayAsync(Cancellation));

        var shown = Assert.Single(await Widget.History(visitor));
        Assert.Equal(("key-00001", "image"), (Word(shown, "client_key"), Word(shown, "type")));
        var own = Assert.Single(shown.GetProperty("files").EnumerateArray());
        Assert.Equal((40, 30), (own.GetProperty("width").GetInt32(), own.GetProperty("height").GetInt32()));
        await IsHandedOut(own, Png, "image/png", "inline");
    }

    [Fact]
    public async Task The_same_key_is_the_same_message_however_often_its_file_comes()
    {
        var widget = await Widget.Given(App);
        var visitor = await widget.Visitor();

        Assert.Equal(202, (await Widget.Attach(visitor, "key-00001", Png, "a.png", "image/png")).Status);
        await App.InboundIsIdle();
        Assert.Equal(202, (await Widget.Attach(visitor, "key-00001", Png, "a.png", "image/png")).Status);
        Assert.Equal(202, (await Widget.Attach(visitor, "key-00002", Png, "a.png", "image/png")).Status);

        Assert.Equal(2, (await widget.Messages()).Count);
        var files = await Files();
        Assert.Equal(2, files.Count);
        Assert.All(files, file => Assert.NotNull(file.MessageId));
        Assert.Single(files.Select(file => file.StorageKey).Distinct());
    }

    [Fact]
    public async Task A_file_whose_message_never_reached_the_ledger_goes_with_the_repeat()
    {
        var widget = await Widget.Given(App);
        var visitor = await widget.Visitor();
        await Widget.Attach(visitor, "key-00001", Png, "a.png", "image/png");
        await App.InboundIsIdle();
        // As if the process had ended between the file and the message.
        await App.InMany(async db =>
        {
            await db.Set<MediaFile>().IgnoreQueryFilters([Filters.Tenant]).ExecuteUpdateAsync(set => set.SetProperty(file => file.MessageId, (long?)null), Cancellation);
            return await db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).ExecuteDeleteAsync(Cancellation);
        });

        Assert.Equal(202, (await Widget.Attach(visitor, "key-00001", Png, "a.png", "image/png")).Status);

        var message = Assert.Single(await widget.Messages());
        Assert.Single(message.GetProperty("media").EnumerateArray());
        Assert.Single(await Files());
    }

    [Theory]
    [InlineData("setup.exe", "application/pdf", "MZ and the rest of it")]
    [InlineData("page.html", "text/html", "<!doctype html><script>alert(1)</script>")]
    [InlineData("notes.txt", "text/plain", "  \n<html><script>alert(1)</script></html>")]
    [InlineData("drawing.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("drawing.png", "image/png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("run.txt", "text/plain", "#!/bin/sh\nrm -rf /")]
    [InlineData("run.bat", "text/plain", "del *")]
    [InlineData("letter.docm", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\u0003\u0004")]
    [InlineData("all.zip", "application/zip", "PK\u0003\u0004")]
    [InlineData("what.bin", "application/octet-stream", "who knows")]
    public async Task What_could_be_run_or_is_not_known_is_refused_with_a_sentence(string name, string type, string content)
    {
        var widget = await Widget.Given(App);

        var answer = await Widget.Attach(await widget.Visitor(), "key-00001", Encoding.UTF8.GetBytes(content), name, type);

        Assert.Equal((422, "media_type_refused", Widget.Page), (answer.Status, answer.Code, answer.Header("Access-Control-Allow-Origin")));
        Assert.Contains("Send a picture", answer.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await App.InboundIsIdle();
        Assert.Empty(await Files());
        Assert.Empty(StoredFiles());
    }

    [Theory]
    [InlineData(1_000_001, "key-00001", 413, "media_too_large")]
    [InlineData(0, "key-00001", 422, "invalid_value")]
    [InlineData(10, "k", 400, "invalid_value")]
    [InlineData(10, "", 400, "invalid_value")]
    public async Task A_file_too_large_empty_or_without_a_key_is_refused(int bytes, string key, int status, string code)
    {
        var widget = await Widget.Given(App);

        var answer = await Widget.Attach(await widget.Visitor(), key, [.. Enumerable.Repeat((byte)'a', bytes)], "a.txt", "text/plain");

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Empty(StoredFiles());
    }

    [Fact]
    public async Task A_picture_of_more_pixels_than_a_browser_bears_is_refused()
    {
        var widget = await Widget.Given(App);
        byte[] bomb = [.. Png[..16], 0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, .. Png[24..]];

        Assert.Equal((413, "media_too_large"), await Refusal(Widget.Attach(await widget.Visitor(), "key-00001", bomb, "a.png", "image/png")));
    }

    [Fact]
    public async Task A_visitor_sends_only_so_many_files_a_minute()
    {
        var widget = await Widget.Given(App);
        var visitor = await widget.Visitor();
        for (var sent = 0; sent < 8; sent++)
        {
            Assert.Equal(202, (await Widget.Attach(visitor, $"key-0000{sent}", Png, "a.png", "image/png")).Status);
        }

        var answer = await Widget.Attach(visitor, "key-00009", Png, "a.png", "image/png");

        Assert.Equal((429, "rate_limited"), (answer.Status, answer.Code));
        Assert.NotNull(answer.Header("Retry-After"));
        Assert.Equal(202, (await Widget.Attach(await widget.Visitor(), "key-00009", Png, "a.png", "image/png")).Status);
    }

    [Fact]
    public async Task A_business_whose_room_is_used_up_takes_no_more_files_and_goes_on_with_text()
    {
        var widget = await Widget.Given(App);
        var visitor = await widget.Visitor();
        foreach (var letter in "ab")
        {
            Assert.Equal(202, (await Widget.Attach(visitor, $"key-0000{letter}", [.. Enumerable.Repeat((byte)letter, 1_000_000)], "a.txt", "text/plain")).Status);
            await App.InboundIsIdle();
        }

        Assert.Equal((409, "quota_reached"), await Refusal(Widget.Attach(visitor, "key-0000c", Png, "a.png", "image/png")));
        Assert.Equal(202, (await visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", """{"client_key": "key-0000d", "text": "Hi"}""")).Status);
    }

    [Fact]
    public async Task Files_whose_message_has_not_arrived_leave_room_for_all_others()
    {
        var widget = await Widget.Given(App);
        var visitor = await widget.Visitor();
        Assert.Equal(202, (await Widget.Attach(visitor, "key-00001", [.. Enumerable.Repeat((byte)'a', 1_000_000)], "a.txt", "text/plain")).Status);
        await App.InboundIsIdle();
        Assert.Equal(202, (await Widget.Attach(visitor, "key-00002", Png, "a.png", "image/png")).Status);
        await App.InboundIsIdle();
        await App.InMany(db => db.Set<MediaFile>().IgnoreQueryFilters([Inbox.Data.Filters.Tenant]).ExecuteUpdateAsync(set => set.SetProperty(file => file.MessageId, (long?)null), Cancellation));

        Assert.Equal((409, "quota_reached"), await Refusal(Widget.Attach(visitor, "key-00003", Png, "a.png", "image/png")));
        using var content = new ByteArrayContent(Png) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var form = new MultipartFormDataContent { { content, "file", "a.png" } };
        Assert.Equal(201, (await widget.Owner.Send("/api/v1/media/upload", form)).Status);
    }

    [Fact]
    public async Task A_network_brings_only_so_many_bytes_to_a_channel_in_an_hour()
    {
        var (widget, other) = (await Widget.Given(App), await Widget.Given(App));
        var large = new byte[1_000_001];
        for (var sent = 0; sent < 3; sent++)
        {
            Assert.Equal((413, "media_too_large"), await Refusal(Widget.Attach(await widget.Visitor(), "key-00001", large, "a.txt", "text/plain")));
        }

        Assert.Equal((429, "rate_limited"), await Refusal(Widget.Attach(await widget.Visitor(), "key-00001", large, "a.txt", "text/plain")));
        Assert.Equal((413, "media_too_large"), await Refusal(Widget.Attach(await other.Visitor(), "key-00001", large, "a.txt", "text/plain")));
    }

    [Fact]
    public async Task What_an_agent_sends_is_shown_to_its_visitor_and_to_nobody_else()
    {
        var widget = await Widget.Given(App);
        var visitor = await widget.Visitor();
        await visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", """{"client_key": "key-00001", "text": "May I have the list?"}""");
        var conversation = Assert.Single(await widget.Messages()).GetProperty("conversation_id");
        var pdf = "%PDF-1.7 prices"u8.ToArray();
        using var content = new ByteArrayContent(pdf) { Headers = { ContentType = new MediaTypeHeaderValue("application/pdf") } };
        using var form = new MultipartFormDataContent { { content, "file", "prices.pdf" } };
        var media = (await widget.Owner.Send("/api/v1/media/upload", form)).Body.GetProperty("id");

        var sent = await widget.Owner.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""{"media_id": {{media}}, "text_content": "Here it is"}""");

        Assert.Equal(201, sent.Status);
        JsonElement shown = default;
        await Eventually.Async(async () => (shown = (await Widget.History(visitor))[0]).GetProperty("direction").GetString() == "outbound");
        var file = Assert.Single(shown.GetProperty("files").EnumerateArray());
        Assert.Equal(("Here it is", "prices.pdf", "document"), (Word(shown, "text"), Word(file, "file_name"), Word(file, "kind")));
        await IsHandedOut(file, pdf, "application/octet-stream", "attachment");

        var again = await visitor.Send(HttpMethod.Get, $"/api/v1/widget/files/{file.GetProperty("id")}");
        Assert.Equal(200, again.Status);
        await IsHandedOut(again.Body, pdf, "application/octet-stream", "attachment");
        var other = await (await widget.Visitor()).Send(HttpMethod.Get, $"/api/v1/widget/files/{file.GetProperty("id")}");
        Assert.Equal((404, "media_not_found"), (other.Status, other.Code));
    }

    [Fact]
    public async Task The_widget_knows_what_files_it_may_send()
    {
        var widget = await Widget.Given(App);

        var files = (await widget.Settings()).GetProperty("files");

        Assert.Equal(25_000_000, files.GetProperty("image").GetProperty("bytes").GetInt64());
        Assert.Contains("application/pdf", files.GetProperty("document").GetProperty("types").EnumerateArray().Select(type => type.GetString()));
    }

    private async Task IsHandedOut(JsonElement file, byte[] bytes, string type, string disposition)
    {
        // As a picture of the page loads it: without a token of the visitor.
        using var answer = await App.Http.GetAsync(file.GetProperty("url").GetString(), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal((type, disposition), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    private static async Task<(int, string?)> Refusal(Task<Answer> sending) => await sending is var answer ? (answer.Status, answer.Code) : default;

    private Task<List<MediaFile>> Files() => App.InMany(db => db.Set<MediaFile>().AsNoTracking().IgnoreQueryFilters([Inbox.Data.Filters.Tenant]).ToListAsync(Cancellation));

    private IEnumerable<string> StoredFiles()
        => Path.Combine(App.Storage.DataDirectory, "media") is var media && Directory.Exists(media) ? Directory.EnumerateFiles(media, "*", SearchOption.AllDirectories) : [];

    private static string? Word(JsonElement json, string name) => json.GetProperty(name).GetString();
}
