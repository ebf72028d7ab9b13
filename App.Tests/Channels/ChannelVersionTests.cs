namespace Inbox.Tests.Channels;

/// <summary>Two people edit one channel.</summary>
public sealed class ChannelVersionTests : AppTests
{
    [Fact]
    public async Task Who_saw_an_older_version_overwrites_nothing()
    {
        var shop = await TestApi.OfBusiness(App);
        var made = await shop.Send(HttpMethod.Post, "/api/v1/channels", """{"kind": "website", "name": "Shop", "settings": {"allowed_origins": ["https://shop.example"]}}""");
        var path = made.Header("Location")!;
        var seen = (await shop.Send(HttpMethod.Get, path)).Header("ETag")!;
        Assert.Equal(made.Header("ETag"), seen);

        var first = await shop.Send(HttpMethod.Put, path, """{"name": "First"}""", ("If-Match", seen));
        var second = await shop.Send(HttpMethod.Put, path, """{"name": "Second"}""", ("If-Match", seen));
        var repeated = await shop.Send(HttpMethod.Put, path, """{"name": "Third"}""", ("If-Match", first.Header("ETag")!));

        Assert.Equal((200, 412, 200), (first.Status, second.Status, repeated.Status));
        Assert.Equal("version_stale", second.Code);
        Assert.NotEqual(seen, first.Header("ETag"));
        Assert.Equal("Third", (await shop.Send(HttpMethod.Get, path)).Body.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Of_many_at_once_from_one_version_one_goes_through()
    {
        var shop = await TestApi.OfBusiness(App);
        var made = await shop.Send(HttpMethod.Post, "/api/v1/channels", """{"kind": "website", "name": "Shop", "settings": {"allowed_origins": ["https://shop.example"]}}""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            i => shop.Send(HttpMethod.Put, made.Header("Location")!, $$"""{"name": "Name {{i}}"}""", ("If-Match", made.Header("ETag")!))));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.True(answer.Code is "version_stale" or "changed_meanwhile", answer.Code));
    }
}
