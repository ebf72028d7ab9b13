using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inbox.Access;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations.Files;

public sealed class QuotaTestsOnSqlite() : QuotaTests(TestDatabase.Sqlite);

public sealed class QuotaTestsOnPostgreSql() : QuotaTests(TestDatabase.PostgreSql);

/// <summary>Each business has its own room for files.</summary>
public abstract class QuotaTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();
    private readonly GraphFiles _graph = new();

    private TestApi _api = null!;

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Clock = _clock,
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Meta:GraphUrl"] = _graph.Start(),
            ["Inbox:Media:LargestMegabytes"] = "1",
            ["Inbox:Media:QuotaMegabytes"] = "2",
        },
    };

    [Fact]
    public async Task What_people_choose_and_do_not_send_leaves_room_for_what_customers_send()
    {
        _api = await TestApi.OfBusiness(App);
        var number = await App.GivenWhatsApp();
        Assert.Equal(201, (await Upload(900_000)).Status);
        Assert.Equal(201, (await Upload(900_000)).Status);

        var third = await Upload(10);
        Assert.Equal((409, "quota_reached"), (third.Status, third.Code));

        Assert.Equal(MediaState.Stored, (await Fetched(number, "880001", 500_000)).State);
        var over = await Fetched(number, "880002", 10);
        Assert.Equal((MediaState.Refused, "quota_reached"), (over.State, over.ErrorCode));
        Assert.Equal(new StorageUse(2_300_000, 2_000_000), await Use(1));
    }

    [Fact]
    public async Task Another_business_has_room_of_its_own()
    {
        _api = await TestApi.OfBusiness(App);
        await Upload(1_000_000);
        Assert.Equal((409, "quota_reached"), ((await Upload(10)).Status, (await Upload(10)).Code));
        _api = await TestApi.OfBusiness(App);

        Assert.Equal(201, (await Upload(10)).Status);
        Assert.Equal((1_000_000L, 10L), ((await Use(1)).Used, (await Use(2)).Used));
    }

    [Fact]
    public async Task Who_may_not_see_the_business_does_not_see_its_room()
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(1);

        await Assert.ThrowsAsync<ForbiddenException>(() => scope.ServiceProvider.GetRequiredService<Storage>().UseAsync(Caller.Nobody with { TenantId = 1 }, Cancellation));
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(1_799_999, false, false)]
    [InlineData(1_800_000, true, false)]
    [InlineData(2_000_000, true, true)]
    public void It_is_said_before_it_is_full(long used, bool nearly, bool full)
    {
        var use = new StorageUse(used, 2_000_000);

        Assert.Equal((nearly, full), (use.IsNearlyFull, use.IsFull));
        Assert.False(new StorageUse(used, null).IsNearlyFull);
    }

    private async Task<StorageUse> Use(long tenant)
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenant);
        var caller = Caller.Nobody with { TenantId = tenant, Rights = new Dictionary<string, PermissionScope> { [BusinessPermissions.Read] = PermissionScope.All } };
        return await scope.ServiceProvider.GetRequiredService<Storage>().UseAsync(caller, Cancellation);
    }

    private async Task<Answer> Upload(int bytes)
    {
        using var content = new ByteArrayContent(RandomNumberGenerator.GetBytes(bytes)) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var form = new MultipartFormDataContent();
        form.Add(content, "file", "a.bin");
        return await _api.Send("/api/v1/media/upload", form);
    }

    private async Task<MediaFile> Fetched(WhatsAppNumber number, string id, int bytes)
    {
        _graph.Files[id] = new("application/pdf", RandomNumberGenerator.GetBytes(bytes));
        await number.DeliverMessage(WhatsAppJson.Message("15550100142", "document", new JsonObject { ["id"] = id, ["mime_type"] = "application/pdf" }));
        await App.InboundIsIdle();
        await Eventually.Async(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            return await Row(id) is { State: not MediaState.Pending };
        });
        return (await Row(id))!;
    }

    private Task<MediaFile?> Row(string id) => App.InBusiness(1, db => db.Set<MediaFile>().AsNoTracking().SingleOrDefaultAsync(file => file.Reference == id, Cancellation));
}
