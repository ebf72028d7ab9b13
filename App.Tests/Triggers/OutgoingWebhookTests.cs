using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Inbox.Audit;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Inbox.Tests.Architecture;
using Inbox.Triggers.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Triggers;

public sealed class OutgoingWebhookTestsOnSqlite() : OutgoingWebhookTests(TestDatabase.Sqlite);

public sealed class OutgoingWebhookTestsOnPostgreSql() : OutgoingWebhookTests(TestDatabase.PostgreSql);

public abstract class OutgoingWebhookTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();
    private readonly int _port = FreePort.Next();
    private readonly MailServer _mail = new();

    private string Address => $"http://localhost:{_port}/hook";

    protected override TestAppOptions Options(TestAppOptions options)
        => options with
        {
            Clock = _clock,
            Settings = new Dictionary<string, string?>
            {
                ["Inbox:Ssrf:Allow:0"] = $"localhost:{_port}",
                ["Inbox:Email:Server"] = "127.0.0.1",
                ["Inbox:Email:Port"] = $"{_mail.Port}",
                ["Inbox:Email:From"] = "inbox@example.com",
                ["Inbox:PublicBaseUrl"] = "https://inbox.example.com",
            }
        };

    [Fact]
    public async Task An_event_is_sent_signed_and_once_and_others_are_not()
    {
        await using var receiver = await Receiver.StartAsync(_port);
        var api = await TestApi.OfBusiness(App);
        var (id, secret) = await Subscribe(api, "channel_connected");

        await Connect(api, "1001");
        await Connect(api, "1002");
        await Eventually(() => receiver.Calls.Count == 2);
        await api.Send(HttpMethod.Delete, "/api/v1/channels/1");
        await Delivered(api, id, 2);

        var call = receiver.Calls.First();
        Assert.Equal(Sign(secret, call), call.Signature);
        Assert.StartsWith("evt_1_", call.Id, StringComparison.Ordinal);
        Assert.InRange(_clock.GetUtcNow().ToUnixTimeSeconds() - long.Parse(call.Timestamp, CultureInfo.InvariantCulture), 0, 120);
        var body = JsonElement.Parse(call.Body);
        Assert.Equal("channel_connected", body.GetProperty("type").GetString());
        Assert.Equal("Shop", body.GetProperty("data").GetProperty("name").GetString());
        Assert.Equal(2, receiver.Calls.Count);
        Assert.Equal(2, receiver.Calls.Select(one => one.Id).Distinct().Count());
    }

    [Fact]
    public async Task What_fails_is_tried_again_on_the_published_schedule()
    {
        await using var receiver = await Receiver.StartAsync(_port);
        receiver.Status = 500;
        var api = await TestApi.OfBusiness(App);
        var (id, _) = await Subscribe(api, "channel_connected");
        await Connect(api, "1001");
        await Attempts(api, id, 1);

        foreach (var (delay, attempt) in new[] { (5, 2), (5 * 60, 3), (30 * 60, 4), (2 * 3600, 5) })
        {
            if (delay > 60)
            {
                // The clock runs on while we look, so a minute is left for looking.
                _clock.Advance(TimeSpan.FromSeconds(delay - 60));
                Assert.Equal(attempt - 1, (await Deliveries(api, id))[0].GetProperty("attempts").GetInt32());
            }

            _clock.Advance(TimeSpan.FromSeconds(Math.Min(delay, 60)));
            await Attempts(api, id, attempt);
        }

        receiver.Status = 204;
        _clock.Advance(TimeSpan.FromHours(5) + TimeSpan.FromSeconds(1));
        await Delivered(api, id, 1);
        Assert.Single(receiver.Calls.Select(call => call.Id).Distinct());
        Assert.Equal(JsonValueKind.Null, (await api.Send(HttpMethod.Get, $"/api/v1/webhooks/{id}")).Body.GetProperty("failing_since").ValueKind);
    }

    [Fact]
    public void The_schedule_is_the_one_of_the_documentation()
    {
        TimeSpan?[] delays = [.. Enumerable.Range(0, 11).Select(WebhookSchedule.After)];
        Assert.Equal(
            ["00:00:00", "00:00:05", "00:05:00", "00:30:00", "02:00:00", "05:00:00", "10:00:00", "14:00:00", "20:00:00", "1.00:00:00", null],
            delays.Select(delay => delay?.ToString()));
    }

    [Fact]
    public void Every_type_that_is_offered_is_one_that_happens_and_has_words()
    {
        var written = string.Join('\n', Sources.Of("App", ".cs").Where(file => file.Name != "OutgoingWebhooks.cs").Select(file => file.Text));
        var words = System.Xml.Linq.XDocument.Load(Repository.PathOf("App/Triggers/Webhooks/WebhooksPage.resx")).Root!.Elements("data").Select(entry => (string)entry.Attribute("name")!).ToHashSet();

        Assert.All(OutgoingWebhooks.KnownTypes, type => Assert.Contains($"\"{type}\"", written, StringComparison.Ordinal));
        Assert.All(OutgoingWebhooks.KnownTypes, type => Assert.Contains($"type {type}", words));
        Assert.Equal(OutgoingWebhooks.KnownTypes.Order(StringComparer.Ordinal), OutgoingWebhooks.KnownTypes);
    }

    [Fact]
    public async Task It_is_changed_by_whoever_read_it_last_and_the_trail_tells_what_was_before()
    {
        var api = await TestApi.OfBusiness(App);
        var (id, _) = await Subscribe(api, "channel_connected");
        var read = (await api.Send(HttpMethod.Get, $"/api/v1/webhooks/{id}")).Header("ETag")!;

        var changed = await api.Send(HttpMethod.Put, $"/api/v1/webhooks/{id}", """{"description": "Till", "event_types": ["message_received", "note_added"], "is_active": false}""", ("If-Match", read));
        var late = await api.Send(HttpMethod.Put, $"/api/v1/webhooks/{id}", """{"description": "Kitchen"}""", ("If-Match", read));
        var again = await api.Send(HttpMethod.Put, $"/api/v1/webhooks/{id}", """{"description": "", "url": "https://shop.example/inbox", "is_active": true}""", ("If-Match", changed.Header("ETag")!));

        Assert.Equal((200, "Till", false), (changed.Status, changed.Body.GetProperty("description").GetString(), changed.Body.GetProperty("is_active").GetBoolean()));
        Assert.Equal(["message_received", "note_added"], changed.Body.GetProperty("event_types").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal((412, "version_stale"), (late.Status, late.Code));
        Assert.Equal(("", "https://shop.example/inbox", true), (again.Body.GetProperty("description").GetString(), again.Body.GetProperty("url").GetString(), again.Body.GetProperty("is_active").GetBoolean()));
        var rows = (await api.Send(HttpMethod.Get, "/api/v1/audit?action=webhook.changed")).Body.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, rows.Count);
        Assert.Contains("Till", rows[0].GetProperty("before").ToString(), StringComparison.Ordinal);
        Assert.Contains("https://shop.example/inbox", rows[0].GetProperty("after").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(410, "gone")]
    [InlineData(302, null)]
    public async Task A_receiver_that_is_gone_switches_the_webhook_off_and_a_redirect_is_a_failure(int status, string? reason)
    {
        await using var receiver = await Receiver.StartAsync(_port);
        receiver.Status = status;
        var api = await TestApi.OfBusiness(App);
        var (id, _) = await Subscribe(api, "*");
        await Connect(api, "1001");
        await Attempts(api, id, 1);

        var webhook = (await api.Send(HttpMethod.Get, $"/api/v1/webhooks/{id}")).Body;
        Assert.Equal((reason is null, reason), (webhook.GetProperty("is_active").GetBoolean(), webhook.GetProperty("disabled_reason").GetString()));
        Assert.Equal(reason is null ? 0 : 1, await App.InBusiness(1, db => db.Set<AuditEvent>().CountAsync(row => row.Action == "webhook.disabled", Cancellation)));
        Assert.Equal(reason is null ? 0 : 1, await App.InBusiness(1, db => db.Set<DomainEvent>().CountAsync(row => row.Type == "webhook_disabled", Cancellation)));
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task Those_who_can_do_something_about_it_are_mailed_once_when_it_is_switched_off()
    {
        await using var mail = _mail;
        await using var receiver = await Receiver.StartAsync(_port);
        receiver.Status = 410;
        var team = await Team.In(App, "Flowers");
        await team.GivenPerson("agent", "agent");
        await Subscribe(team.Api, "channel_connected");
        await Connect(team.Api, "1001");
        await Eventually(() => !mail.Mails.IsEmpty);

        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(Assert.Single(mail.Mails)));
        using var message = await MimeKit.MimeMessage.LoadAsync(bytes, Cancellation);
        Assert.Equal(team.EmailOf("owner"), Assert.Single(message.GetRecipients()).Address);
        Assert.Equal("A webhook of Flowers was switched off", message.Subject);
        Assert.Contains(Address, message.TextBody, StringComparison.Ordinal);
        Assert.Contains("410", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("https://inbox.example.com/outgoing-webhooks", message.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_that_takes_its_time_holds_up_nobody_who_writes()
    {
        await using var mail = _mail;
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        mail.Opens = open.Task;
        await using var receiver = await Receiver.StartAsync(_port);
        receiver.Status = 410;
        var team = await Team.In(App, "Flowers");
        await Subscribe(team.Api, "channel_connected");
        await Connect(team.Api, "1001");
        await mail.Came.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        Assert.Equal(201, (await team.Api.Send(HttpMethod.Post, "/api/v1/departments", """{"name": "Sales"}""").WaitAsync(TimeSpan.FromSeconds(10), Cancellation)).Status);

        Assert.Empty(mail.Mails);
        open.SetResult();
        await Eventually(() => !mail.Mails.IsEmpty);
    }

    [Fact]
    public async Task While_the_installation_sends_nothing_webhooks_wait_and_nothing_of_them_is_lost()
    {
        await using var receiver = await Receiver.StartAsync(_port);
        var master = new TestApi(App, TestApp.MasterKey);
        var api = await TestApi.OfBusiness(App);
        var (id, _) = await Subscribe(api, "channel_connected");
        await master.Send(HttpMethod.Put, "/api/v1/installation/sends", """{"stopped": true}""");

        await Connect(api, "1001");
        await Eventually(async () => (await Deliveries(api, id)).Count == 1);
        await using (var scope = App.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
            Assert.Empty(await scope.ServiceProvider.GetRequiredService<WebhookSends>().ClaimAsync(Cancellation));
        }

        Assert.Empty(receiver.Calls);
        Assert.Equal(0, (await Deliveries(api, id))[0].GetProperty("attempts").GetInt32());
        await master.Send(HttpMethod.Put, "/api/v1/installation/sends", """{"stopped": false}""");
        await Delivered(api, id, 1);
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task Three_days_without_a_success_switch_it_off_and_replaying_goes_on_when_it_is_on_again()
    {
        await using var receiver = await Receiver.StartAsync(_port);
        receiver.Status = 503;
        var api = await TestApi.OfBusiness(App);
        var (id, _) = await Subscribe(api, "channel_connected");
        await Connect(api, "1001");
        await Attempts(api, id, 1);
        _clock.Advance(TimeSpan.FromDays(3));
        await Attempts(api, id, 2);
        Assert.Equal("failing", (await api.Send(HttpMethod.Get, $"/api/v1/webhooks/{id}")).Body.GetProperty("disabled_reason").GetString());
        Assert.Equal(409, (await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{id}/ping")).Status);

        receiver.Status = 200;
        await api.Send(HttpMethod.Put, $"/api/v1/webhooks/{id}", """{"is_active": true}""");
        _clock.Advance(TimeSpan.FromHours(1));
        await Delivered(api, id, 1);
        var delivery = (await Deliveries(api, id))[0].GetProperty("id").GetInt64();
        Assert.Equal(202, (await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{id}/deliveries/{delivery}/replay")).Status);
        await Eventually(() => receiver.Calls.Count == 4);
        Assert.Single(receiver.Calls.Select(call => call.Id).Distinct());
        Assert.Equal(404, (await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{id}/deliveries/4711/replay")).Status);
    }

    [Fact]
    public async Task After_429_the_webhook_rests_as_long_as_it_is_asked()
    {
        await using var receiver = await Receiver.StartAsync(_port);
        (receiver.Status, receiver.RetryAfter) = (429, "600");
        var api = await TestApi.OfBusiness(App);
        var (id, _) = await Subscribe(api, "channel_connected");
        await Connect(api, "1001");
        await Attempts(api, id, 1);
        receiver.Status = 200;

        _clock.Advance(TimeSpan.FromSeconds(480));
        Assert.Equal(202, (await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{id}/ping")).Status);
        await using (var scope = App.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
            Assert.Empty(await scope.ServiceProvider.GetRequiredService<WebhookSends>().ClaimAsync(Cancellation));
        }

        Assert.Single(receiver.Calls);
        _clock.Advance(TimeSpan.FromSeconds(121));
        await Delivered(api, id, 2);
    }

    [Fact]
    public async Task During_rotation_both_secrets_sign_and_no_answer_shows_one_again()
    {
        await using var receiver = await Receiver.StartAsync(_port);
        var api = await TestApi.OfBusiness(App);
        var (id, old) = await Subscribe(api, "channel_connected");
        var fresh = (await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{id}/rotate-secret")).Body.GetProperty("secret").GetString()!;

        await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{id}/ping");
        await Delivered(api, id, 1);
        _clock.Advance(TimeSpan.FromHours(25));
        await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{id}/ping");
        await Delivered(api, id, 2);

        var (first, second) = (receiver.Calls.First(), receiver.Calls.Last());
        Assert.Equal($"{Sign(fresh, first)} {Sign(old, first)}", first.Signature);
        Assert.Equal(Sign(fresh, second), second.Signature);
        var shown = await api.Text($"/api/v1/webhooks/{id}") + await api.Text("/api/v1/webhooks") + await api.Text("/api/v1/audit");
        Assert.DoesNotContain("whsec_", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://169.254.169.254/latest")]
    public async Task An_address_of_ours_is_never_called_and_the_log_does_not_say_why(string address)
    {
        await using var receiver = await Receiver.StartAsync(_port);
        var api = await TestApi.OfBusiness(App);
        var (id, _) = await Subscribe(api, "channel_connected", string.Format(CultureInfo.InvariantCulture, address, _port));

        await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{id}/ping");
        await Attempts(api, id, 1);

        Assert.Equal("unreachable", (await Deliveries(api, id))[0].GetProperty("last_result").GetString());
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task Wrong_values_are_refused_and_another_business_has_no_such_webhook()
    {
        var api = await TestApi.OfBusiness(App);
        var other = await TestApi.OfBusiness(App);
        var (id, _) = await Subscribe(api, "channel_connected");

        Assert.Equal(["url"], (await api.Send(HttpMethod.Post, "/api/v1/webhooks", """{"url": "ftp://example.org", "event_types": ["*"]}""")).Fields);
        Assert.Equal(["event_types"], (await api.Send(HttpMethod.Post, "/api/v1/webhooks", """{"url": "https://example.org", "event_types": []}""")).Fields);
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Get, "", null), (HttpMethod.Put, "", "{}"), (HttpMethod.Delete, "", null), (HttpMethod.Get, "/deliveries", null), (HttpMethod.Post, "/ping", null),
            (HttpMethod.Post, "/rotate-secret", null), (HttpMethod.Post, "/replay", null), (HttpMethod.Post, "/deliveries/1/replay", (string?)null),
        })
        {
            Assert.Equal((404, "webhook_not_found"), await other.Send(method, $"/api/v1/webhooks/{id}{path}", body) is var answer ? (answer.Status, answer.Code) : default);
        }

        Assert.Empty((await other.Send(HttpMethod.Get, "/api/v1/webhooks")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal(204, (await api.Send(HttpMethod.Delete, $"/api/v1/webhooks/{id}")).Status);
        Assert.Equal(404, (await api.Send(HttpMethod.Get, $"/api/v1/webhooks/{id}")).Status);
    }

    [Fact]
    public async Task The_log_is_kept_for_90_days()
    {
        await using var receiver = await Receiver.StartAsync(_port);
        var api = await TestApi.OfBusiness(App);
        var (id, _) = await Subscribe(api, "channel_connected");
        await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{id}/ping");
        await Delivered(api, id, 1);

        await Expire();
        Assert.Single(await Deliveries(api, id));
        _clock.Advance(TimeSpan.FromDays(91));
        await Expire();

        Assert.Empty(await Deliveries(api, id));
        Assert.Equal(0, await App.InBusiness(1, db => db.Set<WebhookAttempt>().CountAsync(Cancellation)));

        async Task Expire()
        {
            await using var scope = App.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
            await scope.ServiceProvider.GetRequiredService<Inbox.Operations.Retention.Expiry>().RunAsync(Cancellation);
        }
    }

    [Fact]
    public void A_body_stays_below_20_kB()
    {
        var happened = new DomainEvent { TenantId = 1, Type = "message_received", At = DateTime.UnixEpoch, MessageId = 7, Data = JsonSerializer.Serialize(new { text = new string('ä', 15_000) }) };

        var body = WebhookBody.Of(happened);

        Assert.True(Encoding.UTF8.GetByteCount(body) < 20_000);
        Assert.Equal(7, JsonElement.Parse(body).GetProperty("data").GetProperty("message_id").GetInt64());
    }

    private async Task<(long Id, string Secret)> Subscribe(TestApi api, string type, string? address = null)
    {
        var made = await api.Send(HttpMethod.Post, "/api/v1/webhooks", JsonSerializer.Serialize(new { url = address ?? Address, event_types = new[] { type } }));
        Assert.Equal(201, made.Status);
        return (made.Body.GetProperty("id").GetInt64(), made.Body.GetProperty("secret").GetString()!);
    }

    private static Task<Answer> Connect(TestApi api, string number) => api.Send(HttpMethod.Post, "/api/v1/channels", $$$"""
        {"kind": "whatsapp", "name": "Shop", "external_id": "{{{number}}}", "credentials": {"access_token": "a"}}
        """);

    private static async Task<List<JsonElement>> Deliveries(TestApi api, long id)
        => [.. (await api.Send(HttpMethod.Get, $"/api/v1/webhooks/{id}/deliveries")).Body.GetProperty("items").EnumerateArray()];

    private static Task Attempts(TestApi api, long id, int count)
        => Eventually(async () => await Deliveries(api, id) is [var first, ..] && first.GetProperty("attempts").GetInt32() == count);

    private static Task Delivered(TestApi api, long id, int count)
        => Eventually(async () => (await Deliveries(api, id)).Count(delivery => delivery.GetProperty("state").GetString() == "delivered") == count);

    private static Task Eventually(Func<bool> holds) => Tests.Eventually.Async(holds, TimeSpan.FromSeconds(60));

    private static Task Eventually(Func<Task<bool>> holds) => Tests.Eventually.Async(holds, TimeSpan.FromSeconds(60));

    private static string Sign(string secret, Call call)
        => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{call.Id}.{call.Timestamp}.{call.Body}")))}";

    private sealed record Call(string Id, string Timestamp, string Signature, string Body);

    /// <summary>Somebody's software that receives webhooks.</summary>
    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        public ConcurrentQueue<Call> Calls { get; } = new();

        public int Status { get; set; } = 200;

        public string? RetryAfter { get; set; }

        public static async Task<Receiver> StartAsync(int port)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls($"http://localhost:{port}");
            var app = builder.Build();
            var receiver = new Receiver(app);
            app.Run(receiver.TakeAsync);
            await app.StartAsync();
            return receiver;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task TakeAsync(HttpContext http)
        {
            using var reader = new StreamReader(http.Request.Body);
            var body = await reader.ReadToEndAsync();
            Calls.Enqueue(new Call(http.Request.Headers["webhook-id"]!, http.Request.Headers["webhook-timestamp"]!, http.Request.Headers["webhook-signature"]!, body));
            http.Response.StatusCode = Status;
            http.Response.Headers.RetryAfter = RetryAfter;
            http.Response.Headers.Location = Status == 302 ? "http://localhost/else" : (string?)null;
        }
    }
}
