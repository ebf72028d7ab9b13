using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Inbox.Realtime;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Website;

public sealed class IdentityTestsOnSqlite() : IdentityTests(TestDatabase.Sqlite);

public sealed class IdentityTestsOnPostgreSql() : IdentityTests(TestDatabase.PostgreSql)
{
    [Fact]
    public async Task Where_the_database_takes_Ann_and_ann_for_one_the_chat_does_not()
    {
        await App.InMany(db => db.Database.ExecuteSqlRawAsync(
            """
            CREATE COLLATION "NoCase" (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            ALTER TABLE "ContactIdentities" ALTER COLUMN "Address" TYPE character varying(200) COLLATE "NoCase";
            """,
            Cancellation));
        var (widget, secret) = await GivenSecret();
        var (upper, lower) = (await Known("Ann"), await Known("ann"));
        await Write(upper, "Hi");
        var conversation = Assert.Single(await widget.Messages()).GetProperty("conversation_id").GetInt64();
        var tenant = await App.InMany(db => db.Set<Tenant>().Where(row => row.Slug == widget.Slug).Select(row => row.Id).SingleAsync(Cancellation));

        Assert.Equal(204, (await lower.Send(HttpMethod.Put, "/api/v1/widget/visitor", """{"name": "Somebody else"}""")).Status);
        Assert.Equal(204, (await lower.Send(HttpMethod.Post, "/api/v1/widget/typing", """{"active": true}""")).Status);

        var contact = Assert.Single((await widget.Owner.Send(HttpMethod.Get, "/api/v1/contacts")).Body.GetProperty("items").EnumerateArray());
        Assert.NotEqual("Somebody else", contact.GetProperty("name").GetString());
        Assert.Empty(App.Services.GetRequiredService<Typing>().In(tenant, conversation));
        Assert.Equal(204, (await upper.Send(HttpMethod.Post, "/api/v1/widget/typing", """{"active": true}""")).Status);
        Assert.NotEmpty(App.Services.GetRequiredService<Typing>().In(tenant, conversation));

        async Task<TestApi> Known(string id)
        {
            var answer = await new TestApi(App, origin: Widget.Page).Send(
                HttpMethod.Post, $"/api/v1/widget/{widget.Slug}/sessions", JsonSerializer.Serialize(new { user_id = id, hash = Hash(secret, id) }));
            return new TestApi(App, answer.Body.GetProperty("token").GetString(), Widget.Page);
        }
    }
}

/// <summary>People of whom the site says who they are, and those who only say so.</summary>
public abstract class IdentityTests(TestDatabase database) : AppTests(database)
{
    private TestApi? _owner;

    [Fact]
    public async Task Whom_the_site_vouches_for_has_one_thread_on_every_device()
    {
        var (widget, secret) = await GivenSecret();
        var phone = await SignedIn(widget, "4711", Hash(secret, "4711"));
        await Write(phone, "From the phone");
        await App.InboundIsIdle();

        var desk = await SignedIn(widget, "4711", Hash(secret, "4711"));
        Assert.Equal(["From the phone"], await Texts(desk));
        await Write(desk, "From the desk", "key-00002");
        await App.InboundIsIdle();

        Assert.Equal(["From the desk", "From the phone"], await Texts(phone));
        Assert.Equal(2, (await widget.Messages()).Count);
        var contact = Assert.Single((await widget.Owner.Send(HttpMethod.Get, "/api/v1/contacts")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal("Ann", contact.GetProperty("name").GetString());
        Assert.Equal("4711", Assert.Single(contact.GetProperty("identities").EnumerateArray()).GetProperty("address").GetString());
    }

    [Fact]
    public async Task Who_only_says_so_never_sees_that_thread()
    {
        var (widget, secret) = await GivenSecret();
        await Write(await SignedIn(widget, "4711", Hash(secret, "4711")), "A secret");
        await App.InboundIsIdle();

        foreach (var hash in new[] { null, "", "nothing", Hash(secret, "4712"), Hash("another secret", "4711"), Hash("", "4711"), Hash(secret, "4711")[..^2], Hash(secret, "4711") + "00" })
        {
            var answer = await Session(widget, "4711", hash);
            Assert.Equal((403, "identity_not_verified", Widget.Page), (answer.Status, answer.Code, answer.Header("Access-Control-Allow-Origin")));
        }

        var stranger = await widget.Visitor();
        await stranger.Send(HttpMethod.Put, "/api/v1/widget/visitor", """{"name": "Ann", "email": "ann@example.com"}""");
        await Write(stranger, "I am Ann too");
        await App.InboundIsIdle();
        Assert.Equal(["I am Ann too"], await Texts(stranger));
    }

    [Fact]
    public async Task Two_people_of_a_site_are_two_threads()
    {
        var (widget, secret) = await GivenSecret();
        var (ann, bob) = (await SignedIn(widget, "ann:1|2", Hash(secret, "ann:1|2")), await SignedIn(widget, "bob", Hash(secret, "bob")));
        await Write(ann, "Ann's");
        await Write(bob, "Bob's");
        await App.InboundIsIdle();

        Assert.Equal(["Ann's"], await Texts(ann));
        Assert.Equal(["Bob's"], await Texts(bob));
        Assert.Equal("key-00001", (await Widget.History(ann))[0].GetProperty("client_key").GetString());
    }

    [Fact]
    public async Task Without_a_secret_the_site_vouches_for_nobody()
    {
        var widget = await Widget.Given(App);

        Assert.Equal(403, (await Session(widget, "4711", Hash("", "4711"))).Status);
        Assert.Equal(JsonValueKind.Null, (await (await Person(widget)).Send(HttpMethod.Get, $"{widget.Path}/identity-secret")).Body.GetProperty("identity_secret").ValueKind);
    }

    [Fact]
    public async Task A_new_secret_ends_what_was_begun_with_the_one_before()
    {
        var (widget, secret) = await GivenSecret();
        var (ann, visitor) = (await SignedIn(widget, "4711", Hash(secret, "4711")), await widget.Visitor());
        await Write(ann, "Before");
        await App.InboundIsIdle();

        var made = await _owner!.Send(HttpMethod.Post, $"{widget.Path}/identity-secret");

        var next = made.Body.GetProperty("identity_secret").GetString()!;
        Assert.NotEqual(secret, next);
        var ended = await ann.Send(HttpMethod.Get, "/api/v1/widget/messages");
        Assert.Equal((401, "visitor_token_invalid"), (ended.Status, ended.Code));
        Assert.Equal(403, (await Session(widget, "4711", Hash(secret, "4711"))).Status);
        Assert.Equal(200, (await visitor.Send(HttpMethod.Get, "/api/v1/widget/messages")).Status);
        Assert.Equal(["Before"], await Texts(await SignedIn(widget, "4711", Hash(next, "4711"))));
    }

    [Fact]
    public async Task A_new_secret_ends_the_streams_that_were_begun_with_the_one_before()
    {
        var (widget, secret) = await GivenSecret();
        var ann = (await Session(widget, "4711", Hash(secret, "4711"))).Body.GetProperty("token").GetString()!;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/widget/stream");
        request.Headers.Add("Origin", Widget.Page);
        request.Headers.Add("Authorization", $"Bearer {ann}");
        using var response = await App.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal(": hello", await stream.ReadLineAsync(Cancellation));

        Assert.Equal(200, (await _owner!.Send(HttpMethod.Post, $"{widget.Path}/identity-secret")).Status);

        await stream.ReadToEndAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(7), Cancellation);
    }

    [Fact]
    public async Task The_secret_is_for_people_who_may_change_channels_and_the_trail_tells_who_saw_it()
    {
        var (widget, secret) = await GivenSecret();
        var made = await widget.Owner.Send(HttpMethod.Post, "/api/v1/api-keys", """{"name": "Looks", "permissions": ["channels.read"]}""");
        var looking = new TestApi(App, made.Body.GetProperty("key").GetString());

        Assert.Equal(secret, (await _owner!.Send(HttpMethod.Get, $"{widget.Path}/identity-secret")).Body.GetProperty("identity_secret").GetString());
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            var refused = await looking.Send(method, $"{widget.Path}/identity-secret");
            Assert.Equal((403, "forbidden"), (refused.Status, refused.Code));
            var program = await widget.Owner.Send(method, $"{widget.Path}/identity-secret");
            Assert.Equal((403, "person_needed"), (program.Status, program.Code));
            var foreign = await (await Person(await Widget.Given(App))).Send(method, $"{widget.Path}/identity-secret");
            Assert.Equal((404, "channel_not_found"), (foreign.Status, foreign.Code));
        }

        var actions = (await widget.Owner.Send(HttpMethod.Get, "/api/v1/audit?action=channel.")).Body.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("action").GetString()).ToList();
        Assert.Contains("channel.identity_secret_shown", actions);
        Assert.Contains("channel.identity_secret_rotated", actions);
        Assert.DoesNotContain(secret, (await widget.Owner.Send(HttpMethod.Get, "/api/v1/audit")).Body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, (await widget.Owner.Send(HttpMethod.Get, widget.Path)).Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_chat_of_a_website_has_such_a_secret()
    {
        var widget = await Widget.Given(App);
        var number = await App.GivenWhatsApp();

        var answer = await (await Person(widget)).Send(HttpMethod.Get, $"/api/v1/channels/{number.ChannelId}/identity-secret");

        Assert.Equal((422, "unsupported_by_channel"), (answer.Status, answer.Code));
    }

    private protected async Task<(Widget Widget, string Secret)> GivenSecret()
    {
        var widget = await Widget.Given(App);
        _owner = await Person(widget);
        var made = await _owner.Send(HttpMethod.Post, $"{widget.Path}/identity-secret");
        Assert.Equal(200, made.Status);
        return (widget, made.Body.GetProperty("identity_secret").GetString()!);
    }

    /// <summary>Somebody of the business who may change channels.</summary>
    private async Task<TestApi> Person(Widget widget)
    {
        var email = $"mia@{widget.Slug}.example";
        Assert.Equal(201, (await widget.Owner.Send(HttpMethod.Post, "/api/v1/users", $$"""{"email": "{{email}}", "full_name": "Mia", "password": "{{Team.Password}}", "roles": ["owner"]}""")).Status);
        return new TestApi(App, (await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", $$"""{"email": "{{email}}", "password": "{{Team.Password}}"}""")).Body.GetProperty("access_token").GetString());
    }

    private Task<Answer> Session(Widget widget, string id, string? hash)
        => new TestApi(App, origin: Widget.Page).Send(
            HttpMethod.Post, $"/api/v1/widget/{widget.Slug}/sessions", JsonSerializer.Serialize(new { user_id = id, name = "Ann", email = "ann@example.com", hash }));

    private async Task<TestApi> SignedIn(Widget widget, string id, string hash)
    {
        var answer = await Session(widget, id, hash);
        Assert.Equal(201, answer.Status);
        return new TestApi(App, answer.Body.GetProperty("token").GetString(), Widget.Page);
    }

    protected static Task<Answer> Write(TestApi visitor, string text, string key = "key-00001")
        => visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", JsonSerializer.Serialize(new { client_key = key, text }));

    private static async Task<IReadOnlyList<string?>> Texts(TestApi visitor) => [.. (await Widget.History(visitor)).Select(message => message.GetProperty("text").GetString())];

    protected static string Hash(string secret, string id) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(id)));
}
