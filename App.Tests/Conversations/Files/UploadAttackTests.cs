using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using Inbox.Media;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Conversations.Files;

public sealed class UploadAttackTestsOnSqlite() : UploadAttackTests(TestDatabase.Sqlite);

public sealed class UploadAttackTestsOnPostgreSql() : UploadAttackTests(TestDatabase.PostgreSql);

/// <summary>Files that are not what they say, or are meant to do harm where they are shown.</summary>
public abstract class UploadAttackTests(TestDatabase database) : SandboxConversation(database)
{
    private const string Svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>";
    private const string Html = "<!doctype html><script>alert(document.cookie)</script>";

    [Theory]
    [InlineData(Svg, "photo.svg", "image/svg+xml")]
    [InlineData(Svg, "photo.png", "image/png")]
    [InlineData("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>", "a.xml", "application/xhtml+xml")]
    [InlineData(Html, "photo.jpg", "image/jpeg")]
    [InlineData(Html, "x.php.jpg", "")]
    [InlineData(Html, "note.txt", "text/plain")]
    [InlineData("%PDF-1.7\n" + Html, "price.pdf", "image/png")]
    [InlineData("PK\u0003\u0004" + Html, "a.docx", "text/html")]
    public async Task What_a_browser_could_run_is_never_shown_and_goes_to_no_customer_as_a_picture(string content, string name, string type)
    {
        var id = await Given();
        var file = await Uploaded(Encoding.Latin1.GetBytes(content), name, type, kind: "image");

        using var shown = await Api.Get($"/api/v1/media/{file}/download");
        Assert.Equal(("application/octet-stream", "attachment"), (shown.Content.Headers.ContentType!.MediaType, shown.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Equal("nosniff", shown.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", shown.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"media_id": {{file}}}""");
        Assert.Equal((422, "media_type_refused"), (sent.Status, sent.Code));
        Assert.Empty(Taken);
    }

    [Theory]
    [InlineData("GIF89a/*" + Html + "*/=alert(1)//", "text/html", "image/gif")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0" + Html, "text/html", "image/jpeg")]
    [InlineData("\u0089PNG\r\n\u001a\n" + Svg, "image/svg+xml", "image/png")]
    [InlineData("RIFF\u0001\u0001\u0001\u0001WEBP" + Html, "application/javascript", "image/webp")]
    public async Task What_is_two_things_at_once_is_handed_out_as_the_harmless_one(string content, string said, string type)
    {
        await Given();
        var file = await Uploaded(Encoding.Latin1.GetBytes(content), "page.html", said);

        using var shown = await Api.Get($"/api/v1/media/{file}/download");

        Assert.Equal(type, shown.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", shown.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("default-src 'none'", shown.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("sandbox", shown.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../etc/passwd", "passwd")]
    [InlineData("C:\\Windows\\win.ini", "win.ini")]
    [InlineData("a/..", "document.bin")]
    [InlineData("...", "document.bin")]
    [InlineData("\u202Efdp.exe", "_fdp.exe")]
    [InlineData("a\tb\u0001c\u007f.txt", "a_b_c_.txt")]
    [InlineData("a\u2028b\u200b.txt", "a_b_.txt")]
    [InlineData("what? <b>|*.txt", "what_ _b___.txt")]
    public async Task A_name_is_saved_without_what_file_systems_and_terminals_act_on(string name, string saved)
    {
        await Given();
        var file = await Uploaded([1, 2, 3], name, "application/octet-stream");

        using var shown = await Api.Get($"/api/v1/media/{file}/download");

        var disposition = shown.Content.Headers.ContentDisposition!;
        Assert.Equal(saved, disposition.FileNameStar ?? disposition.FileName!.Trim('"'));
        Assert.Matches("^[0-9a-f]{32}$", await App.InBusiness(Channel.TenantId, db => db.Set<MediaFile>().Select(row => row.StorageKey!).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task A_name_without_end_is_cut_and_keeps_its_ending()
    {
        await Given();
        var file = await Uploaded([1, 2, 3], $"{new string('a', 5000)}.txt", "text/plain");

        using var shown = await Api.Get($"/api/v1/media/{file}/download");

        Assert.Equal($"{new string('a', 116)}.txt", shown.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
    }

    [Theory]
    [InlineData(20_000, 20_000, false)]
    [InlineData(10_000, 10_001, false)]
    [InlineData(10_000, 10_000, true)]
    public async Task A_picture_of_more_than_a_hundred_megapixels_is_refused_however_small_its_file(int width, int height, bool isTaken)
    {
        await Given();

        var answer = await Upload(Png(width, height), "map.png", "image/png", null);

        Assert.Equal(isTaken ? (201, null) : (413, "media_too_large"), (answer.Status, answer.Code));
        Assert.Equal(isTaken ? [(width, height)] : [], await App.InBusiness(Channel.TenantId, db => db.Set<MediaFile>().Select(row => new ValueTuple<int, int>(row.Width!.Value, row.Height!.Value)).ToListAsync(Cancellation)));
        Assert.Equal(isTaken ? 1 : 0, Directory.EnumerateFiles(Path.Combine(App.Storage.DataDirectory, "media"), "*", SearchOption.AllDirectories).Count());
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/mixed; boundary=b")]
    [InlineData("application/json")]
    [InlineData("image/png")]
    public async Task A_body_that_is_no_form_is_refused(string type)
    {
        await Given();
        using var body = new ByteArrayContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\na\r\n--b--\r\n"u8.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await Api.Send("/api/v1/media/upload", body);

        Assert.Equal((415, "unsupported_media_type"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("--other\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\na\r\n--other--\r\n")]
    [InlineData("")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nno file\r\n--b--\r\n")]
    public async Task A_form_whose_parts_are_none_is_refused(string form)
    {
        await Given();
        using var body = new StringContent(form);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");

        var answer = await Api.Send("/api/v1/media/upload", body);

        Assert.Equal((400, "invalid_body"), (answer.Status, answer.Code));
    }

    private static byte[] Png(int width, int height)
    {
        var png = Convert.FromHexString("89504E470D0A1A0A0000000D4948445200000000000000000806000000");
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        return png;
    }

    private async Task<long> Uploaded(byte[] bytes, string name, string type, string? kind = null)
    {
        var answer = await Upload(bytes, name, type, kind);
        Assert.Equal(201, answer.Status);
        return answer.Body.GetProperty("id").GetInt64();
    }

    /// <summary>Writes the form itself: a correct client would clean these names.</summary>
    private async Task<Answer> Upload(byte[] bytes, string name, string type, string? kind)
    {
        var head = $"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name.Replace("\"", "\\\"", StringComparison.Ordinal)}\"\r\n{(type.Length > 0 ? $"Content-Type: {type}\r\n" : "")}\r\n";
        using var body = new ByteArrayContent([.. Encoding.UTF8.GetBytes(head), .. bytes, .. "\r\n--b--\r\n"u8]);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        return await Api.Send($"/api/v1/media/upload{(kind is null ? "" : $"?kind={kind}")}", body);
    }
}
