using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Inbox.Tests.Access.People;

public sealed class AvatarTests : AppTests
{
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Fact]
    public async Task A_person_shows_a_picture_and_takes_it_away()
    {
        var team = await Team.In(App);
        await team.GivenPerson("eva", "agent");
        using var eva = new Door(App);
        await eva.SignIn(team.EmailOf("eva"), Team.Password);

        var shown = await Upload(eva, Png, "../../face.html", "text/html");
        Assert.Equal(HttpStatusCode.OK, shown.Status);
        var address = shown.Body.GetProperty("avatar_url").GetString()!;
        Assert.DoesNotContain("face", address, StringComparison.Ordinal);
        using var picture = await App.Http.GetAsync(address, Cancellation);
        Assert.Equal("image/png", picture.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Png, await picture.Content.ReadAsByteArrayAsync(Cancellation));

        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/profile/avatar");
        request.Headers.Add("X-CSRF-TOKEN", await eva.AntiforgeryToken());
        using var removed = await eva.Browser.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var gone = await App.Http.GetAsync(address, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_whatever_it_is_called()
    {
        var team = await Team.In(App);
        await team.GivenPerson("eva", "agent");
        using var eva = new Door(App);
        await eva.SignIn(team.EmailOf("eva"), Team.Password);

        var refused = await Upload(eva, "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray(), "face.png", "image/png");

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "unsupported_picture"), (refused.Status, refused.Body.GetProperty("code").GetString()));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Upload(Door door, byte[] bytes, string name, string type)
    {
        using var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var form = new MultipartFormDataContent { { file, "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/profile/avatar") { Content = form };
        request.Headers.Add("X-CSRF-TOKEN", await door.AntiforgeryToken());
        using var answer = await door.Browser.SendAsync(request, Cancellation);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation)));
    }
}
