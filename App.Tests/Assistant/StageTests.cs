using System.Text.Json;

namespace Inbox.Tests.Assistant;

public sealed class StageTestsOnSqlite() : StageTests(TestDatabase.Sqlite);

public sealed class StageTestsOnPostgreSql() : StageTests(TestDatabase.PostgreSql);

public abstract class StageTests(TestDatabase database) : AppTests(database)
{
    /// <summary>The calls of service A of the older clients, at their address.</summary>
    [Fact]
    public async Task An_older_client_makes_and_lists_stages_with_the_key_of_the_business()
    {
        var shop = await TestApi.OfBusiness(App);

        var made = await shop.Send(HttpMethod.Post, "/api/stages",
            """{"name": "Greeting", "description": "says hello", "selection_prompt": "...", "extraction_prompt": "...", "response_prompt": "...", "position": 1, "colour": "not ours"}""");
        var list = await shop.Send(HttpMethod.Get, "/api/stages");

        Assert.Equal((201, 200), (made.Status, list.Status));
        var stage = Assert.Single(list.Body.GetProperty("items").EnumerateArray());
        Assert.Equal(("Greeting", "says hello", "...", 1), (Text(stage, "name"), Text(stage, "description"), Text(stage, "response_prompt"), stage.GetProperty("position").GetInt32()));
        Assert.Equal(made.Header("Location"), $"/api/v1/stages/{stage.GetProperty("id").GetInt64()}");
        Assert.Equal("invalid_body", (await shop.Send(HttpMethod.Post, "/api/v1/stages", """{"name": "Greeting", "colour": "not ours"}""")).Code);
    }

    [Fact]
    public async Task A_stage_that_comes_between_moves_the_others_on_and_one_that_goes_leaves_no_gap()
    {
        var shop = await TestApi.OfBusiness(App);
        foreach (var json in new[] { """{"name": "A"}""", """{"name": "B"}""", """{"name": "C"}""", """{"name": "first", "position": 1}""", """{"name": "zero", "position": 0}""", """{"name": "far", "position": 900}""" })
        {
            Assert.Equal(201, (await shop.Send(HttpMethod.Post, "/api/v1/stages", json)).Status);
        }

        Assert.Equal(["1 zero", "2 first", "3 A", "4 B", "5 C", "6 far"], await Plan(shop));

        await shop.Send(HttpMethod.Put, await Address(shop, "C"), """{"position": 2}""");
        Assert.Equal(["1 zero", "2 C", "3 first", "4 A", "5 B", "6 far"], await Plan(shop));
        await shop.Send(HttpMethod.Put, await Address(shop, "zero"), """{"position": 6}""");
        Assert.Equal(["1 C", "2 first", "3 A", "4 B", "5 far", "6 zero"], await Plan(shop));
        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, await Address(shop, "A"))).Status);
        Assert.Equal(["1 C", "2 first", "3 B", "4 far", "5 zero"], await Plan(shop));
    }

    [Fact]
    public async Task Many_at_once_each_get_a_place()
    {
        var shop = await TestApi.OfBusiness(App);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => shop.Send(HttpMethod.Post, "/api/v1/stages", $$"""{"name": "Stage {{i}}", "position": 1}""")));
        Assert.All(answers, answer => Assert.Equal(201, answer.Status));

        Assert.Equal(Enumerable.Range(1, 8), (await Plan(shop)).Select(line => int.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Who_saw_an_older_version_overwrites_nothing_and_making_room_is_no_new_version()
    {
        var shop = await TestApi.OfBusiness(App);
        var made = await shop.Send(HttpMethod.Post, "/api/v1/stages", """{"name": "Greeting", "response_prompt": "Say hello."}""");
        var (path, seen) = (made.Header("Location")!, made.Header("ETag")!);
        await shop.Send(HttpMethod.Post, "/api/v1/stages", """{"name": "Before it", "position": 1}""");

        var first = await shop.Send(HttpMethod.Put, path, """{"name": "Hello"}""", ("If-Match", seen));
        var second = await shop.Send(HttpMethod.Put, path, """{"name": "Hi"}""", ("If-Match", seen));
        var removed = await shop.Send(HttpMethod.Delete, path, null, ("If-Match", seen));

        Assert.Equal((200, 412, 412, "version_stale"), (first.Status, second.Status, removed.Status, second.Code));
        var now = (await shop.Send(HttpMethod.Get, path)).Body;
        Assert.Equal(("Hello", "Say hello.", 2), (Text(now, "name"), Text(now, "response_prompt"), now.GetProperty("position").GetInt32()));
    }

    [Theory]
    [InlineData("""{"name": " "}""", "name")]
    [InlineData("""{"name": "ok", "position": -1}""", "position")]
    public async Task A_value_that_breaks_a_rule_is_refused(string json, string field)
    {
        var answer = await (await TestApi.OfBusiness(App)).Send(HttpMethod.Post, "/api/v1/stages", json);

        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Fields);
    }

    [Fact]
    public async Task A_prompt_longer_than_fits_is_refused_and_named()
    {
        var shop = await TestApi.OfBusiness(App);

        var fits = await shop.Send(HttpMethod.Post, "/api/v1/stages", $$"""{"name": "ok", "response_prompt": "{{new string('x', 8000)}}"}""");
        var refused = await shop.Send(HttpMethod.Post, "/api/v1/stages", $$"""{"name": "ok", "response_prompt": "{{new string('x', 8001)}}"}""");

        Assert.Equal((201, 422), (fits.Status, refused.Status));
        Assert.Equal(["response_prompt"], refused.Fields);
    }

    [Fact]
    public async Task A_hundred_stages_are_enough()
    {
        var shop = await TestApi.OfBusiness(App);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(201, (await shop.Send(HttpMethod.Post, "/api/v1/stages", $$"""{"name": "Stage {{i}}"}""")).Status);
        }

        var answer = await shop.Send(HttpMethod.Post, "/api/v1/stages", """{"name": "One more"}""");

        Assert.Equal((409, "too_many"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Nobody_reaches_the_stages_of_another_business()
    {
        var (ours, theirs) = (await TestApi.OfBusiness(App), await TestApi.OfBusiness(App));
        var path = (await ours.Send(HttpMethod.Post, "/api/v1/stages", """{"name": "canary"}""")).Header("Location")!;

        Assert.Equal("stage_not_found", (await theirs.Send(HttpMethod.Get, path)).Code);
        Assert.Equal("stage_not_found", (await theirs.Send(HttpMethod.Put, path, """{"name": "x"}""")).Code);
        Assert.Equal("stage_not_found", (await theirs.Send(HttpMethod.Delete, path)).Code);
        Assert.Empty(await Plan(theirs));
        Assert.Equal(["1 canary"], await Plan(ours));
    }

    private static string? Text(JsonElement stage, string field) => stage.GetProperty(field).GetString();

    private static async Task<IReadOnlyList<JsonElement>> Stages(TestApi shop) => [.. (await shop.Send(HttpMethod.Get, "/api/v1/stages")).Body.GetProperty("items").EnumerateArray()];

    private static async Task<IReadOnlyList<string>> Plan(TestApi shop) => [.. (await Stages(shop)).Select(stage => $"{stage.GetProperty("position").GetInt32()} {Text(stage, "name")}")];

    private static async Task<string> Address(TestApi shop, string name) => $"/api/v1/stages/{(await Stages(shop)).Single(stage => Text(stage, "name") == name).GetProperty("id").GetInt64()}";
}
