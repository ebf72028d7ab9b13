using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Conversations.Files;

/// <summary>Stories end after a day, so what they show is fetched at once.</summary>
public sealed class StoryTests() : AppTests(TestDatabase.Sqlite)
{
    private const string Account = "17840000000000001";

    private static readonly byte[] Film = [0, 0, 0, 0x18, .. "ftypmp42"u8, .. new byte[32]];
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3, 4];

    private readonly int _port = FreePort.Next();

    private TestApi _shop = null!;

    private string Site => $"http://localhost:{_port}";

    protected override TestAppOptions Options(TestAppOptions options) => options with { Settings = new Dictionary<string, string?> { ["Inbox:Ssrf:Allow:0"] = $"localhost:{_port}" } };

    [Theory]
    [InlineData("""{"attachments": [{"type": "story_mention", "payload": {"url": "SITE/film"}}]}""", "story", "video")]
    [InlineData("""{"attachments": [{"type": "story_mention", "payload": {"url": "SITE/picture"}}]}""", "story", "image")]
    [InlineData("""{"attachments": [{"type": "ig_story", "payload": {"story_media_id": "1", "story_media_url": "SITE/film"}}]}""", "story", "video")]
    [InlineData("""{"text": "So good!", "reply_to": {"story": {"id": "1", "url": "SITE/picture"}}}""", "text", "image")]
    public async Task What_a_story_shows_is_kept_as_what_it_is(string message, string type, string kind)
    {
        await using var site = await Given();

        var shown = await Shown(message, "stored");

        Assert.Equal((type, kind), (shown.GetProperty("type").GetString(), shown.GetProperty("media")[0].GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task A_story_that_has_ended_says_so()
    {
        await using var site = await Given();

        var shown = await Shown("""{"text": "So good!", "reply_to": {"story": {"id": "1", "url": "SITE/ended"}}}""", "failed");

        Assert.Equal("So good!", shown.GetProperty("text_content").GetString());
    }

    private async Task<WebApplication> Given()
    {
        _shop = await TestApi.OfBusiness(App);
        await App.InBusiness(1, async db =>
        {
            db.Add(new Channel { TenantId = 1, Kind = "instagram", Name = "Shop", ExternalId = Account, CreatedAt = App.Clock.GetUtcNow().UtcDateTime });
            await db.SaveChangesAsync(Cancellation);
            return 0;
        });
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Site);
        var site = builder.Build();
        site.MapGet("/film", () => Results.Bytes(Film, "video/mp4"));
        site.MapGet("/picture", () => Results.Bytes(Png, "image/png"));
        site.MapGet("/ended", () => Results.StatusCode(StatusCodes.Status410Gone));
        await site.StartAsync(Cancellation);
        return site;
    }

    /// <summary>The message over the API, once its file has come so far.</summary>
    private async Task<JsonElement> Shown(string message, string state)
    {
        var whole = JsonElement.Parse(message.Replace("SITE", Site, StringComparison.Ordinal)).EnumerateObject().ToDictionary(part => part.Name, part => (object)part.Value);
        whole["mid"] = "m_story";
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            @object = "instagram",
            entry = new[] { new { id = Account, messaging = new[] { new { sender = new { id = "7000001" }, recipient = new { id = Account }, timestamp = App.Clock.GetUtcNow().ToUnixTimeMilliseconds(), message = whole } } } },
        });
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/instagram") { Content = content };
        request.Headers.Add("X-Hub-Signature-256", WhatsAppNumber.Signature(body, TestApp.AppSecret));
        using var response = await App.Http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await App.InboundIsIdle();
        var id = (await App.Conversations())[0].Id;
        JsonElement? shown = null;
        await Eventually.Async(
            async () =>
            {
                shown = (await _shop.Send(HttpMethod.Get, $"/api/v1/conversations/{id}/messages")).Body.GetProperty("items")[0];
                return shown.Value.GetProperty("media") is var media && media.GetArrayLength() == 1 && media[0].GetProperty("state").GetString() == state;
            },
            what: $"the story's file is {state}");
        return shown!.Value;
    }
}
