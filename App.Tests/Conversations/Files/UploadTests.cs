using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Conversations;
using Inbox.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations.Files;

public sealed class UploadTestsOnSqlite() : UploadTests(TestDatabase.Sqlite);

public sealed class UploadTestsOnPostgreSql() : UploadTests(TestDatabase.PostgreSql);

/// <summary>Files that we send: taken, kept for their message, handed to the platform.</summary>
public abstract class UploadTests(TestDatabase database) : SandboxConversation(database)
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3, 4];

    [Fact]
    public async Task An_uploaded_picture_goes_out_with_its_text_and_can_be_sent_again()
    {
        var id = await Given();
        var file = await Uploaded(Png, "..\\photo.exe", "image/jpeg");
        Assert.Equal(("image", "image/png", "photo.exe", 12L), (Word(file, "kind"), Word(file, "mime_type"), Word(file, "file_name"), file.GetProperty("size").GetInt64()));

        foreach (var caption in new[] { "Look", "Look again" })
        {
            var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"media_id": {{file.GetProperty("id")}}, "text_content": "{{caption}}"}""");
            Assert.Equal((201, "image", "image/png"), (sent.Status, sent.Body.GetProperty("type").GetString(), sent.Body.GetProperty("media")[0].GetProperty("mime_type").GetString()));
            await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), MessageStatus.Read);
        }

        Assert.Equal(["[image] Look", "[image] Look again"], Taken.Select(send => send.Text));
        var files = await App.InBusiness(Channel.TenantId, db => db.Set<MediaFile>().AsNoTracking().ToListAsync(Cancellation));
        Assert.Equal(2, files.Count);
        Assert.Single(files.Select(one => one.StorageKey).Distinct());
    }

    [Fact]
    public async Task A_repeated_key_with_another_file_is_refused()
    {
        var id = await Given();
        var (one, other) = (await Uploaded(Png, "a.png", "image/png"), await Uploaded([.. Png, 5], "b.png", "image/png"));

        var sent = await Send(one);
        var again = await Send(one);
        var reused = await Send(other);

        Assert.Equal((201, 201), (sent.Status, again.Status));
        Assert.Equal(sent.Body.GetProperty("id").GetInt64(), again.Body.GetProperty("id").GetInt64());
        Assert.Equal((422, "idempotency_key_reused"), (reused.Status, reused.Code));

        Task<Answer> Send(JsonElement file)
            => Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"media_id": {{file.GetProperty("id")}}}""", ("Idempotency-Key", "key-1"));
    }

    [Fact]
    public async Task A_file_that_theChannel_does_not_take_is_refused_and_kept()
    {
        var id = await Given();
        var file = await Uploaded([.. "GIF89a"u8, 1, 0, 1, 0, 0], "a.gif", "image/gif");

        var answer = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"media_id": {{file.GetProperty("id")}}}""");

        Assert.Equal((422, "media_type_refused"), (answer.Status, answer.Code));
        Assert.Equal(200, (await Api.Send(HttpMethod.Get, $"/api/v1/media/{file.GetProperty("id")}")).Status);
        var other = await TestApi.OfBusiness(App);
        Assert.Equal(404, (await other.Send(HttpMethod.Get, $"/api/v1/media/{file.GetProperty("id")}")).Status);
    }

    [Theory]
    [InlineData(2_000_001, "file", 413, "media_too_large")]
    [InlineData(0, "file", 422, "invalid_value")]
    [InlineData(10, "picture", 400, "invalid_body")]
    public async Task A_form_without_a_file_to_keep_is_refused(int bytes, string name, int status, string code)
    {
        await Given();
        var answer = await Upload(new byte[bytes], "a.bin", "application/octet-stream", name);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(0, await App.InBusiness(Channel.TenantId, db => db.Set<MediaFile>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task A_form_that_breaks_off_is_the_senders_mistake()
    {
        await Given();
        using var body = new StringContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf of it");
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");

        var answer = await Api.Send("/api/v1/media/upload", body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(0, await App.InBusiness(Channel.TenantId, db => db.Set<MediaFile>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task An_upload_larger_than_other_bodies_is_taken_with_a_key_too()
    {
        var id = await Given();
        using var content = new ByteArrayContent([.. Png, .. new byte[1_500_000]]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var form = new MultipartFormDataContent();
        form.Add(content, "file", "large.png");

        var answer = await Api.Send("/api/v1/media/upload", form, ("Idempotency-Key", "key-1"));

        Assert.Equal(201, answer.Status);
        Assert.Equal(201, (await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"type": "image", "media_id": {{answer.Body.GetProperty("id")}}}""")).Status);
        Assert.Equal((422, "invalid_value"), await Refusal($$"""{"type": "text", "media_id": {{answer.Body.GetProperty("id")}}}"""));

        async Task<(int, string?)> Refusal(string body)
        {
            var refused = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", body);
            return (refused.Status, refused.Code);
        }
    }

    [Fact]
    public async Task An_upload_belongs_to_the_key_that_made_it()
    {
        await Given();
        var file = await Uploaded(Png, "a.png", "image/png");
        var made = await Api.Send(HttpMethod.Post, "/api/v1/api-keys", """{"name": "Other", "permissions": ["conversations.read", "conversations.reply"]}""");
        Assert.Equal(201, made.Status);
        var other = new TestApi(App, made.Body.GetProperty("key").GetString());

        Assert.Equal(404, (await other.Send(HttpMethod.Get, $"/api/v1/media/{file.GetProperty("id")}")).Status);
    }

    [Fact]
    public async Task A_link_hands_out_its_file_to_whoever_holds_it()
    {
        await Given();
        var file = (await Uploaded(Png, "photo.png", "image/png")).GetProperty("id").GetInt64();
        var path = App.Services.GetRequiredService<MediaLinks>().PathOf(1, file);

        using var answer = await App.Http.GetAsync(path, Cancellation);
        Assert.Equal(Png, await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        using var forged = await App.Http.GetAsync($"{path}x", Cancellation);
        using var others = await App.Http.GetAsync(App.Services.GetRequiredService<MediaLinks>().PathOf(2, file), Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (forged.StatusCode, others.StatusCode));
    }

    private async Task<JsonElement> Uploaded(byte[] bytes, string name, string type)
    {
        var answer = await Upload(bytes, name, type);
        Assert.Equal((201, $"/api/v1/media/{answer.Body.GetProperty("id")}"), (answer.Status, answer.Header("Location")));
        Assert.Equal(200, (await Api.Send(HttpMethod.Get, answer.Header("Location")!)).Status);
        return answer.Body;
    }

    private async Task<Answer> Upload(byte[] bytes, string name, string type, string part = "file")
    {
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var form = new MultipartFormDataContent();
        form.Add(content, part, name);
        return await Api.Send("/api/v1/media/upload", form);
    }

    private static string? Word(JsonElement json, string name) => json.GetProperty(name).GetString();
}
