using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Inbox.Channels.Outbound;
using Inbox.Conversations;
using Inbox.Media;
using Inbox.Tests.Conversations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Media.S3;

public sealed class BucketTestsOnSqlite() : BucketTests(TestDatabase.Sqlite);

public sealed class BucketTestsOnPostgreSql() : BucketTests(TestDatabase.PostgreSql);

/// <summary>Files of messages in a bucket instead of the disk.</summary>
public abstract class BucketTests(TestDatabase database) : SandboxConversation(database), IAsyncDisposable
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, .. RandomNumberGenerator.GetBytes(300_000)];

    private readonly S3StandIn _store = S3StandIn.Start();

    protected override TestAppOptions Options(TestAppOptions options)
    {
        var usual = base.Options(options);
        return usual with { Settings = new Dictionary<string, string?>([.. usual.Settings, .. _store.Settings]) };
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _store.DisposeAsync();
        Assert.Empty(_store.Wrong);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_upload_lies_in_the_bucket_under_a_random_name_and_nothing_stays_on_the_disk()
    {
        await Given();
        var file = await Uploaded();

        var (name, content) = Assert.Single(_store.Objects);
        Assert.Matches("^messages/1/files/[0-9a-f]{2}/[0-9a-f]{32}$", name);
        Assert.Equal(Png, content);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(App.Storage.DataDirectory, "media"), "*", SearchOption.AllDirectories));
        using var whole = await Api.Get($"/api/v1/media/{file}/download");
        Assert.Equal(Png, await whole.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_part_is_read_as_a_part()
    {
        await Given();
        var file = await Uploaded();

        using var part = await Api.Get($"/api/v1/media/{file}/download", request => request.Headers.Range = new RangeHeaderValue(200_000, 200_099));

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal($"bytes 200000-200099/{Png.Length}", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal(Png[200_000..200_100], await part.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_file_that_breaks_off_is_read_on_from_there()
    {
        await Given();
        var file = await Uploaded();
        _store.CutOff(answers: 2);

        using var answer = await Api.Get($"/api/v1/media/{file}/download");

        Assert.Equal(Png, await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(3, _store.Asked.Count(asked => asked.StartsWith("GET /inbox-files/messages/1/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_the_store_uploads_and_views_are_put_off_with_a_sentence()
    {
        await Given();
        App.Logs.Expect("failed, request");
        var file = await Uploaded();
        _store.IsDown = true;

        var upload = await Upload();
        using var view = await Api.Get($"/api/v1/media/{file}/download");

        Assert.Equal((503, "storage_unavailable"), (upload.Status, upload.Code));
        Assert.Equal("10", upload.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, view.StatusCode);
        Assert.Equal(1, await App.InBusiness(1, db => db.Set<MediaFile>().CountAsync(Cancellation)));

        _store.IsDown = false;
        Assert.Equal(201, (await Upload()).Status);
    }

    [Fact]
    public async Task A_message_waits_for_the_store_and_goes_out_once()
    {
        var id = await Given();
        App.Logs.Expect("failed inside this program");
        var file = await Uploaded();
        _store.IsDown = true;
        var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"media_id": {{file}}, "text_content": "Look"}""");
        await Eventually.Async(() => App.InBusiness(1, db => db.Set<SendAttempt>().AnyAsync(Cancellation)));
        Assert.Empty(Taken);

        _store.IsDown = false;
        // Its next attempt is in half a minute.
        await App.InBusiness(1, db => db.Set<OutboxItem>().ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, App.Clock.GetUtcNow().UtcDateTime), Cancellation));
        await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), MessageStatus.Read);

        Assert.Equal("[image] Look", Assert.Single(Taken).Text);
    }

    [Fact]
    public async Task A_missing_object_is_said_to_be_missing_and_a_missing_bucket_is_not()
    {
        await Given();
        var file = await Uploaded();
        var store = App.Services.GetRequiredService<MediaStore>();
        var key = await App.InBusiness(1, db => db.Set<MediaFile>().Select(row => row.StorageKey!).SingleAsync(Cancellation));
        _store.Objects.Clear();

        using var gone = await Api.Get($"/api/v1/media/{file}/download");
        Assert.Equal(HttpStatusCode.Conflict, gone.StatusCode);
        Assert.False(await store.HasAsync(1, key, Cancellation));

        _store.Forbids = true;
        await Assert.ThrowsAsync<MediaUnavailableException>(() => store.HasAsync(1, key, Cancellation));
    }

    [Fact]
    public async Task The_same_content_of_another_message_is_kept_once()
    {
        var id = await Given();
        foreach (var _ in new[] { 1, 2 })
        {
            var file = await Uploaded();
            var sent = await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"media_id": {{file}}}""");
            await Out.Reaches(sent.Body.GetProperty("id").GetInt64(), MessageStatus.Read);
        }

        Assert.Single(_store.Objects);
        Assert.Equal(2, Taken.Count);
    }

    [Fact]
    public async Task An_export_holds_the_files_and_a_removal_empties_the_bucket_of_them()
    {
        await Given();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await Uploaded();
        }

        _store.Objects["messages/2/files/aa/other"] = [1];
        using var export = await new TestApi(App, TestApp.MasterKey).Get("/api/v1/businesses/1/export");
        using var output = new MemoryStream(await export.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancellation));
        using var archive = new ZipArchive(output);
        Assert.Equal(3, archive.Entries.Count(entry => entry.FullName.StartsWith("files/files/", StringComparison.Ordinal) && entry.Length == Png.Length));

        await App.Services.GetRequiredService<MediaStore>().DeleteAllAsync(1, Cancellation);
        Assert.Equal("messages/2/files/aa/other", Assert.Single(_store.Objects).Key);
    }

    private async Task<long> Uploaded()
    {
        var answer = await Upload();
        Assert.Equal(201, answer.Status);
        return answer.Body.GetProperty("id").GetInt64();
    }

    private async Task<Answer> Upload()
    {
        using var content = new ByteArrayContent(Png) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var form = new MultipartFormDataContent();
        form.Add(content, "file", "photo.png");
        return await Api.Send("/api/v1/media/upload", form);
    }
}
