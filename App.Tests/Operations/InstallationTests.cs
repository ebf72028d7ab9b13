using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Inbox.Access.Rights;
using Inbox.Channels;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Operations.Installation;
using Inbox.Tenancy;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Operations;

public sealed class InstallationOnSqlite() : InstallationTests(TestDatabase.Sqlite);

public sealed class InstallationOnPostgreSql() : InstallationTests(TestDatabase.PostgreSql);

public abstract class InstallationTests(TestDatabase database) : AppTests(database)
{
    private const string Secret = "canary-of-a-secret-4711";

    private readonly ScriptedChannel _platform = new();
    private readonly TestClock _clock = new();

    private TestApi Master => new(App, TestApp.MasterKey);

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Clock = _clock,
        Services = services => services.AddSingleton<IChannel>(_platform),
        Settings = new Dictionary<string, string?> { ["Inbox:Outbound:PollSeconds"] = "0.1" },
    };

    [Fact]
    public async Task One_switch_stops_everything_that_goes_out_and_lets_it_go_again()
    {
        var outgoing = new Outgoing(App);
        var conversation = await outgoing.GivenConversation(await outgoing.GivenChannel(), "ann");

        Assert.True((await Master.Send(HttpMethod.Put, "/api/v1/installation/sends", """{"stopped": true}""")).Body.GetProperty("stopped").GetBoolean());
        var held = await outgoing.Write(conversation, "held");
        await App.Rounds("outbound");

        Assert.Equal(MessageStatus.Queued, (await outgoing.Message(held)).Status);
        Assert.Equal("Master key", (await Master.Send(HttpMethod.Get, "/api/v1/installation/sends")).Body.GetProperty("by").GetString());
        await Master.Send(HttpMethod.Put, "/api/v1/installation/sends", """{"stopped": false}""");
        await outgoing.Reaches(held, MessageStatus.Sent);
        Assert.Equal(["sends.resumed", "sends.stopped"], await App.InMany(db => db.Set<AuditEvent>().IgnoreQueryFilters([Filters.Tenant])
            .Where(row => row.TenantId == 0).Select(row => row.Action).OrderBy(action => action).ToListAsync(Cancellation)));
    }

    [Fact]
    public async Task Only_who_runs_the_installation_sees_and_switches_it()
    {
        var shop = await TestApi.OfBusiness(App);

        foreach (var (method, path, body) in ((HttpMethod, string, string?)[])
            [
                (HttpMethod.Get, "/api/v1/installation/usage", null), (HttpMethod.Get, "/api/v1/installation/sends", null),
                (HttpMethod.Put, "/api/v1/installation/sends", """{"stopped": true}"""), (HttpMethod.Get, "/api/v1/businesses/shop/export", null),
            ])
        {
            Assert.Equal((403, path), ((await shop.Send(method, path, body)).Status, path));
            Assert.Equal((401, path), ((await new TestApi(App).Send(method, path, body)).Status, path));
        }
    }

    [Fact]
    public async Task The_usage_of_each_business_is_its_own()
    {
        var (ours, theirs) = (await App.GivenWhatsApp(tenant: 1), await App.GivenWhatsApp(tenant: 2));
        await ours.DeliverText("15550100142", "one");
        await ours.DeliverText("15550100143", "two");
        await theirs.DeliverText("15550100142", "three");
        await App.InboundIsIdle();

        var items = (await Master.Send(HttpMethod.Get, "/api/v1/installation/usage")).Body.GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("business").GetProperty("business_id").GetInt64());

        Assert.Equal((1, 2, 2), (items[1].GetProperty("channels").GetInt32(), items[1].GetProperty("conversations").GetInt32(), items[1].GetProperty("messages").GetInt32()));
        Assert.Equal((1, 1, 1), (items[2].GetProperty("channels").GetInt32(), items[2].GetProperty("conversations").GetInt32(), items[2].GetProperty("messages").GetInt32()));
    }

    [Fact]
    public async Task The_messages_are_counted_again_after_ten_minutes_and_not_for_every_look()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        await number.DeliverText("15550100142", "one");
        await App.InboundIsIdle();
        Assert.Equal(1, await Messages());
        await number.DeliverText("15550100142", "two");
        await App.InboundIsIdle();

        Assert.Equal(1, await Messages());
        _clock.Advance(UsageCounts.Kept + TimeSpan.FromSeconds(1));
        Assert.Equal(2, await Messages());

        async Task<int> Messages()
            => (await Master.Send(HttpMethod.Get, "/api/v1/installation/usage")).Body.GetProperty("items").EnumerateArray()
                .Single(item => item.GetProperty("business").GetProperty("business_id").GetInt64() == 1).GetProperty("messages").GetInt32();
    }

    [Fact]
    public async Task An_export_holds_all_of_one_business_and_no_secret()
    {
        var (ours, theirs) = (await App.GivenWhatsApp(tenant: 1, ownSecret: Secret), await App.GivenWhatsApp(tenant: 2));
        await ours.DeliverText("15550100142", "a message of ours");
        await theirs.DeliverText("15550100142", "a message of theirs");
        await App.InboundIsIdle();
        var key = (await Master.Send(HttpMethod.Post, "/api/v1/businesses/1/rotate-key")).Body.GetProperty("internal_api_key").GetString()!;
        await UploadLogo(key);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/businesses/1/export");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestApp.MasterKey);
        using var response = await App.Http.SendAsync(request, Cancellation);
        await using var archive = await ZipArchive.CreateAsync(await response.Content.ReadAsStreamAsync(Cancellation), ZipArchiveMode.Read, leaveOpen: false, null, Cancellation);
        var files = archive.Entries.ToDictionary(entry => entry.FullName, Read);

        Assert.Equal("application/zip", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("a message of ours", files["Messages.jsonl"], StringComparison.Ordinal);
        Assert.Contains("\"channel_id\"", files["Conversations.jsonl"], StringComparison.Ordinal);
        Assert.Single(files.Keys, name => name.StartsWith("files/pictures/", StringComparison.Ordinal));
        Assert.All(files, file => Assert.DoesNotContain("a message of theirs", file.Value, StringComparison.Ordinal));
        Assert.All(files, file => Assert.DoesNotContain(Secret, file.Value, StringComparison.Ordinal));
        Assert.All(files, file => Assert.DoesNotContain(key, file.Value, StringComparison.Ordinal));
        Assert.DoesNotContain("internal_key_hash", files["Tenants.jsonl"], StringComparison.Ordinal);
        Assert.All(files, file => Assert.DoesNotContain(InternalKey.Hash(key), file.Value, StringComparison.Ordinal));
        Assert.True(await App.InMany(db => db.Set<AuditEvent>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(row => row.TenantId == 1 && row.Action == "business.exported", Cancellation)));
    }

    [Fact]
    public async Task A_business_is_removed_with_all_it_had_when_its_grace_is_over_and_the_others_stay()
    {
        var (ours, theirs) = (await App.GivenWhatsApp(tenant: 1), await App.GivenWhatsApp(tenant: 2));
        await ours.DeliverText("15550100142", "of ours");
        await theirs.DeliverText("15550100142", "of theirs");
        await App.InboundIsIdle();
        var key = (await Master.Send(HttpMethod.Post, "/api/v1/businesses/1/rotate-key")).Body.GetProperty("internal_api_key").GetString()!;
        await UploadLogo(key);
        var shop = new TestApi(App, key);
        await shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "refund"}""");
        await shop.Send(HttpMethod.Post, "/api/v1/canned-replies", """{"shortcut": "thanks", "text": "Thanks"}""");
        await Master.Send(HttpMethod.Delete, "/api/v1/businesses/1");
        var removal = App.Services.GetRequiredService<BusinessRemoval>();

        Assert.Equal(0, await removal.RunAsync(Cancellation));
        Assert.NotEmpty(await App.Conversations(tenant: 1));
        _clock.Advance(TimeSpan.FromDays(31));
        await Eventually.Async(async () =>
        {
            await removal.RunAsync(Cancellation);
            return (await Master.Send(HttpMethod.Get, "/api/v1/businesses/1")).Status == 404;
        }, what: "the business is gone");

        await App.InBusiness(1, async db =>
        {
            foreach (var type in db.Model.GetEntityTypes().Where(type => type.ClrType.IsAssignableTo(typeof(ITenantOwned)) && type.ClrType != typeof(AuditEvent) && type.ClrType != typeof(AuditTip)))
            {
                Assert.Equal((type.GetTableName(), 0), (type.GetTableName(), await Count(db, type.ClrType)));
            }

            Assert.All(await db.Set<AuditEvent>().ToListAsync(Cancellation), row => Assert.Equal((null, null, null), (row.ActorName, row.ObjectName, row.After)));
            return 0;
        });
        Assert.False(Directory.Exists(Path.Combine(App.Storage.DataDirectory, "media", "1")));
        Assert.Equal("of theirs", Assert.Single(Assert.Single(await App.Conversations(tenant: 2)).Messages).Text);
    }

    private static Task<int> Count(InboxDb db, Type type)
        => (Task<int>)typeof(InstallationTests).GetMethod(nameof(CountOf), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [db])!;

    private static Task<int> CountOf<T>(InboxDb db) where T : class => db.Set<T>().IgnoreQueryFilters([Filters.Deleted]).CountAsync();

    private static string Read(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private async Task UploadLogo(string key)
    {
        using var file = new ByteArrayContent(Access.Pictures.Png(8, 8));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var form = new MultipartFormDataContent { { file, "file", "logo.png" } };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/company-profile/logo") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await App.Http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
