using System.Net.Http.Headers;
using System.Text.Json;

namespace Inbox.Tests.Channels.Website;

/// <summary>A business with a chat on a page, as its visitors and its people meet it over the API.</summary>
internal sealed record Widget(TestApp App, TestApi Owner, string Path, string Slug)
{
    public const string Page = "https://shop.example";

    public static async Task<Widget> Given(TestApp app, string settings = "")
    {
        var made = await new TestApi(app, TestApp.MasterKey).Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "Shop"}""");
        var owner = new TestApi(app, made.Body.GetProperty("internal_api_key").GetString());
        var connected = await owner.Send(HttpMethod.Post, "/api/v1/channels", $$"""{"kind": "website", "name": "Chat", "settings": {"allowed_origins": ["{{Page}}"]{{settings}} } }""");
        Assert.Equal(201, connected.Status);
        return new Widget(app, owner, $"/api/v1/channels/{connected.Body.GetProperty("id").GetInt64()}", made.Body.GetProperty("slug").GetString()!);
    }

    public async Task<string> Token()
        => (await new TestApi(App, origin: Page).Send(HttpMethod.Post, $"/api/v1/widget/{Slug}/sessions")).Body.GetProperty("token").GetString()!;

    public async Task<TestApi> Visitor() => new(App, await Token(), Page);

    /// <summary>What the widget reads before it is opened.</summary>
    public async Task<JsonElement> Settings(string? token = null)
    {
        var answer = await new TestApi(App, token, Page).Send(HttpMethod.Get, $"/api/v1/widget/{Slug}/settings");
        Assert.Equal(200, answer.Status);
        return answer.Body;
    }

    /// <summary>Sends a file as the page does.</summary>
    public static async Task<Answer> Attach(TestApi visitor, string key, byte[] bytes, string name, string type, string? answers = null)
    {
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var form = new MultipartFormDataContent();
        if (answers is not null)
        {
            form.Add(new StringContent(answers), "answers");
        }

        form.Add(content, "file", name);
        return await visitor.Send($"/api/v1/widget/attachments?client_key={key}", form, ("Origin", Page));
    }

    public static async Task<IReadOnlyList<JsonElement>> History(TestApi visitor)
        => [.. (await visitor.Send(HttpMethod.Get, "/api/v1/widget/messages")).Body.GetProperty("items").EnumerateArray()];

    /// <summary>What the agents see, oldest first, of the only conversation.</summary>
    public async Task<IReadOnlyList<JsonElement>> Messages()
    {
        await App.InboundIsIdle();
        var conversations = (await Owner.Send(HttpMethod.Get, "/api/v1/conversations")).Body.GetProperty("items");
        Assert.Equal(1, conversations.GetArrayLength());
        var messages = await Owner.Send(HttpMethod.Get, $"/api/v1/conversations/{conversations[0].GetProperty("id")}/messages");
        return [.. messages.Body.GetProperty("items").EnumerateArray().OrderBy(message => message.GetProperty("id").GetInt64())];
    }
}
