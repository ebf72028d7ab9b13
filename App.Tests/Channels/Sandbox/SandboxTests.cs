using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Inbox.Channels.Sandbox;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tenancy;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Sandbox;

public sealed class SandboxTestsOnSqlite() : SandboxTests(TestDatabase.Sqlite);

public sealed class SandboxTestsOnPostgreSql() : SandboxTests(TestDatabase.PostgreSql);

public abstract class SandboxTests(TestDatabase database) : AppTests(database)
{
    private const string Customer = "491701110001";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private Outgoing Out => new(App);

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Sandbox:Control"] = "true",
            ["Inbox:Sandbox:SentMilliseconds"] = "20",
            ["Inbox:Sandbox:DeliveredMilliseconds"] = "20",
            ["Inbox:Sandbox:ReadMilliseconds"] = "20",
            ["Inbox:Outbound:PollSeconds"] = "0.2",
        },
    };

    [Fact]
    public async Task A_customer_writes_and_the_answer_is_sent_delivered_and_read()
    {
        var channel = await GivenSandbox();
        var conversation = await CustomerWrites(channel, "Hello 👋 <b>ä</b>");
        Assert.Equal("Hello 👋 <b>ä</b>", conversation.LastMessagePreview);

        var message = await Out.Write(conversation, "Good morning 🌞");

        await Out.Reaches(message, MessageStatus.Read);
        var send = Assert.Single(App.Services.GetRequiredService<SandboxSends>().Of(channel.Id));
        Assert.Equal((Customer, "Good morning 🌞", $"m:{message}"), (send.To, send.Text, send.CallbackData));
        Assert.Equal(send.Id, (await Out.Message(message)).ExternalId);
        await Eventually.Async(() => send.Status == "read");
    }

    [Fact]
    public async Task Statuses_that_overtake_the_answer_count()
    {
        var channel = await GivenSandbox();
        var conversation = await CustomerWrites(channel, "Hi");
        await Misbehave(channel, new SandboxFault(SandboxFaultKind.StatusesFirst));
        await Out.Reaches(await Out.Write(conversation, "fast"), MessageStatus.Read);
    }

    [Theory]
    [InlineData(SandboxFaultKind.Garbage)]
    [InlineData(SandboxFaultKind.Close)]
    [InlineData(SandboxFaultKind.Html)]
    public async Task A_broken_answer_is_maybe_sent_until_the_platforms_status_settles_it(SandboxFaultKind kind)
    {
        var channel = await GivenSandbox();
        var conversation = await CustomerWrites(channel, "Hi");
        await Misbehave(channel, new SandboxFault(kind));
        var lost = await Out.Write(conversation, "lost?");
        await Out.Reaches(lost, MessageStatus.Unknown);
        Assert.Empty(App.Services.GetRequiredService<SandboxSends>().Of(channel.Id));

        await Misbehave(channel, new SandboxFault(kind, Accept: true));
        var taken = await Out.Write(conversation, "taken");
        await Out.Reaches(taken, MessageStatus.Read);
        Assert.Equal(MessageStatus.Unknown, (await Out.Message(lost)).Status);
    }

    [Fact]
    public async Task An_error_of_the_platform_is_shown_in_plain_words()
    {
        var channel = await GivenSandbox();
        var conversation = await CustomerWrites(channel, "Hi");
        await Misbehave(channel, new SandboxFault(SandboxFaultKind.Error, Code: 131047));
        var message = await Out.Write(conversation, "too late");
        await Out.Reaches(message, MessageStatus.Failed);
        var failed = await Out.Message(message);
        Assert.Equal("131047", failed.ErrorCode);
        Assert.StartsWith("The customer's last message is more than 24 hours old.", failed.ErrorDetail, StringComparison.Ordinal);
        await Out.Retry(conversation, message);
        await Out.Reaches(message, MessageStatus.Read);
    }

    [Fact]
    public async Task Too_many_requests_go_back_to_the_queue()
    {
        var channel = await GivenSandbox();
        var conversation = await CustomerWrites(channel, "Hi");
        await Misbehave(channel, new SandboxFault(SandboxFaultKind.Html, Status: 429, RetryAfter: 40));
        var message = await Out.Write(conversation, "wait");
        await Eventually.Async(async () => await Out.Item(message) is { Attempts: 1, State: OutboxState.Queued });
        Assert.InRange((await Out.Item(message)).DueAt - App.Clock.GetUtcNow().UtcDateTime, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(41));
    }

    [Fact]
    public async Task A_token_that_ended_stops_the_channel()
    {
        App.Logs.Expect("sends nothing more");
        var channel = await GivenSandbox();
        var conversation = await CustomerWrites(channel, "Hi");
        await Misbehave(channel, new SandboxFault(SandboxFaultKind.Error, Code: 190, Status: 401));
        await Out.Reaches(await Out.Write(conversation, "no"), MessageStatus.Failed);
        Assert.NotNull((await Out.Channel(channel.Id)).StoppedAt);
    }

    [Theory]
    [InlineData("{", 100)]
    [InlineData("[]", 100)]
    [InlineData("""{"messaging_product":"whatsapp","to":"491701110001","type":"text","text":{"body":"a"},"extra":1}""", 100)]
    [InlineData("""{"messaging_product":"whatsapp","to":"491701110001","type":"text","text":{"body":"a","font":"b"}}""", 100)]
    [InlineData("""{"to":"491701110001","type":"text","text":{"body":"a"}}""", 131008)]
    [InlineData("""{"messaging_product":"whatsapp","type":"text","text":{"body":"a"}}""", 131008)]
    [InlineData("""{"messaging_product":"whatsapp","to":"Anna","type":"text","text":{"body":"a"}}""", 131009)]
    [InlineData("""{"messaging_product":"whatsapp","to":491701110001,"type":"text","text":{"body":"a"}}""", 131008)]
    [InlineData("""{"messaging_product":"whatsapp","to":"491701110001","type":"image","text":{"body":"a"}}""", 100)]
    [InlineData("""{"messaging_product":"whatsapp","to":"491701110001","type":"hologram","hologram":{}}""", 131009)]
    [InlineData("""{"messaging_product":"whatsapp","to":"491701110001","type":"image","image":{"id":"1","link":"https://example.com"}}""", 131008)]
    [InlineData("""{"messaging_product":"whatsapp","to":"491701110001","type":"text","text":{"body":""}}""", 131009)]
    [InlineData("""{"messaging_product":"whatsapp","to":"491701110001","type":"text"}""", 131008)]
    [InlineData("""{"messaging_product":"whatsapp","to":"491701110001","type":"text","text":{"body":"a"},"context":{}}""", 131008)]
    public async Task A_wrong_request_is_refused_as_the_platform_would(string body, int code)
    {
        var channel = await GivenSandbox();
        using var answer = await Call(channel, body, Token(channel));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Only_the_channels_own_token_opens_the_stand_in_and_only_for_sandbox_channels()
    {
        const string Body = """{"messaging_product":"whatsapp","to":"491701110001","type":"text","text":{"body":"a"}}""";
        var (one, two) = (await GivenSandbox(), await GivenSandbox());
        var real = await Out.GivenChannel("whatsapp");
        using (var right = await Call(one, Body, Token(one)))
        {
            Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        }

        foreach (var (channel, token) in new[] { (one, Token(two)), (one, ""), (one, Token(one) + "x"), (real, Token(one)) })
        {
            using var wrong = await Call(channel, Body, token);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }
    }

    [Fact]
    public async Task The_address_is_checked_by_token_and_a_body_by_its_signature()
    {
        var channel = await GivenSandbox();
        var credentials = App.Services.GetRequiredService<ChannelCredentials>().Read<MetaCredentials>(channel)!;
        async Task<(HttpStatusCode, string)> Get(string query)
        {
            using var answer = await App.Http.GetAsync(new Uri($"/webhooks/whatsapp?{query}", UriKind.Relative), Cancellation);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        }

        Assert.Equal((HttpStatusCode.OK, "1158201444"), await Get($"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={credentials.VerifyToken}"));
        Assert.Equal((HttpStatusCode.OK, "7"), await Get($"hub.challenge=7&hub.verify_token={TestApp.VerifyToken}"));
        Assert.Equal(HttpStatusCode.Forbidden, (await Get("hub.mode=subscribe&hub.challenge=7&hub.verify_token=wrong")).Item1);
        Assert.Equal(HttpStatusCode.Forbidden, (await Get("hub.mode=subscribe&hub.challenge=7")).Item1);
        Assert.Equal(HttpStatusCode.Forbidden, (await Get($"hub.mode=unsubscribe&hub.challenge=7&hub.verify_token={TestApp.VerifyToken}")).Item1);

        var signature = App.Services.GetRequiredService<MetaSignature>();
        var body = "{}"u8.ToArray();
        VerifiedBy? Verify(string? header)
        {
            var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
            if (header is not null)
            {
                headers[MetaSignature.Header] = header;
            }

            return signature.Verify(headers, body, [channel]);
        }

        var right = MetaSignature.Of(body, credentials.AppSecret!);
        Assert.Equal([channel.Id], Verify(right)!.ChannelIds);
        Assert.False(Verify(right)!.Installation);
        Assert.True(Verify(MetaSignature.Of(body, TestApp.AppSecret))!.Installation);
        Assert.Empty(Verify(MetaSignature.Of(body, TestApp.AppSecret))!.ChannelIds);
        foreach (var wrong in new[] { null, "", "sha256=", "sha256=zz", right[..^1], right + "0", right.Replace("sha256", "sha1", StringComparison.Ordinal), right[..^2] + "zz", MetaSignature.Of("{} "u8, credentials.AppSecret!) })
        {
            Assert.Null(Verify(wrong));
        }
    }

    [Fact]
    public async Task A_platform_that_cannot_be_reached_keeps_the_message_in_the_queue()
    {
        var sandbox = await GivenSandbox();
        var conversation = await CustomerWrites(sandbox, "Hi");
        await Out.ForMany(db => db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).Where(channel => channel.Id == sandbox.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(channel => channel.IsSandbox, false), Cancellation));
        var message = await Out.Write(conversation, "out");
        await Eventually.Async(async () => (await Out.Message(message)).ErrorCode == "no_connection");
        Assert.Equal(MessageStatus.Queued, (await Out.Message(message)).Status);
    }

    private async Task<Channel> GivenSandbox()
    {
        var tenant = (await Out.GivenChannel()).TenantId;
        return await App.InBusiness(tenant, db => App.Services.GetRequiredService<SandboxChannels>().AddAsync(db, tenant, "WhatsApp", Cancellation));
    }

    private async Task<Conversation> CustomerWrites(Channel channel, string text)
    {
        await App.Services.GetRequiredService<MetaSandbox>().WriteAsync(channel, Customer, "Mara", text, Cancellation);
        return await Eventually.Async(() => App.InBusiness(channel.TenantId, db => db.Set<Conversation>().AsNoTracking().SingleOrDefaultAsync(Cancellation)));
    }

    private async Task Misbehave(Channel channel, SandboxFault fault)
    {
        using var answer = await App.Http.PostAsJsonAsync(new Uri($"/sandbox/control/{channel.ExternalId}/faults", UriKind.Relative), fault, Json, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private string Token(Channel channel) => App.Services.GetRequiredService<ChannelCredentials>().Read<MetaCredentials>(channel)!.AccessToken!;

    private async Task<HttpResponseMessage> Call(Channel channel, string body, string token)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sandbox/graph/v25.0/{channel.ExternalId}/messages") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await App.Http.SendAsync(request, Cancellation);
    }
}
