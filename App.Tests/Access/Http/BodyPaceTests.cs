using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Inbox.Tests.Access.Http;

/// <summary>Over HTTP/2, where the server lets no request change its pace.</summary>
public sealed class BodyPaceTests() : AppTests(TestDatabase.Sqlite)
{
    protected override TestAppOptions Options(TestAppOptions options)
        => options with { Settings = new Dictionary<string, string?> { ["Kestrel:EndpointDefaults:Protocols"] = "Http2" } };

    [Fact]
    public async Task A_large_webhook_and_an_upload_are_answered_as_over_the_older_protocol()
    {
        using var business = await Post("/api/v1/businesses", JsonContent.Create(new { business_name = "Shop" }), TestApp.MasterKey);
        var key = (await business.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("internal_api_key").GetString()!;

        using var webhook = await Post("/webhooks/whatsapp", new ByteArrayContent(new byte[500_000]), null);
        using var upload = await Post("/api/v1/media/upload", new MultipartFormDataContent { { new ByteArrayContent(new byte[100]), "file", "note.txt" } }, key);

        Assert.Equal((HttpVersion.Version20, HttpStatusCode.Unauthorized), (webhook.Version, webhook.StatusCode));
        Assert.True(upload.IsSuccessStatusCode, await upload.Content.ReadAsStringAsync(Cancellation));
    }

    private async Task<HttpResponseMessage> Post(string path, HttpContent content, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await App.Http.SendAsync(request, Cancellation);
    }
}
