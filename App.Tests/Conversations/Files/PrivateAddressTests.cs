using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Inbox.Channels;
using Inbox.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations.Files;

public sealed class PrivateAddressTestsOnSqlite() : PrivateAddressTests(TestDatabase.Sqlite);

public sealed class PrivateAddressTestsOnPostgreSql() : PrivateAddressTests(TestDatabase.PostgreSql);

/// <summary>A customer's attachment says where it lies; where that is a place behind our walls, nobody goes there.</summary>
public abstract class PrivateAddressTests(TestDatabase database) : AppTests(database)
{
    private const string Account = "710000000000001";

    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock, Settings = new Dictionary<string, string?> { ["Inbox:Media:AtOnce"] = "64" } };

    [Theory]
    [InlineData("messenger", "page")]
    [InlineData("instagram", "instagram")]
    public async Task A_file_at_a_private_address_is_never_fetched_and_ends_with_a_reason(string kind, string platform)
    {
        using var here = new TcpListener(IPAddress.Loopback, 0);
        here.Start();
        var port = ((IPEndPoint)here.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        string[] addresses =
        [
            $"http://127.0.0.1:{port}/a.jpg", $"https://127.0.0.1:{port}/a.jpg", $"https://localhost:{port}/a.jpg", $"http://[::1]:{port}/a.jpg", $"http://[::ffff:127.0.0.1]:{port}/a.jpg", $"http://2130706433:{port}/a.jpg",
            "https://localhost/a.jpg", "http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/a.jpg", "https://192.168.1.1/a.jpg", $"{App.Address}health", "file:///etc/passwd", "/etc/passwd",
        ];
        await GivenAccount(kind);

        for (var place = 0; place < addresses.Length; place++)
        {
            var body = System.Text.Encoding.UTF8.GetBytes($$$"""
                {"object":"{{{platform}}}","entry":[{"id":"{{{Account}}}","time":1768471200000,"messaging":[{"sender":{"id":"8100000000000001"},"recipient":{"id":"{{{Account}}}"},"timestamp":1768471200000,
                "message":{"mid":"m_{{{place.ToString(CultureInfo.InvariantCulture)}}}","attachments":[{"type":"image","payload":{"url":"{{{addresses[place]}}}"}}]}}]}]}
                """);
            using var answer = await new WhatsAppNumber(App.Http, 1, 0, Account, TestApp.AppSecret).Post(body, WhatsAppNumber.Signature(body, TestApp.AppSecret), $"/webhooks/{kind}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await App.InboundIsIdle();
        // Days of attempts pass.
        var files = await Eventually.Async(
            async () =>
            {
                _clock.Advance(TimeSpan.FromHours(12));
                var all = await App.InBusiness(1, db => db.Set<MediaFile>().AsNoTracking().OrderBy(file => file.Id).ToListAsync(Cancellation));
                return all.TrueForAll(file => file.State != MediaState.Pending) ? all : null;
            },
            TimeSpan.FromSeconds(60));

        Assert.Equal(addresses, files.Select(file => file.Reference));
        Assert.All(files, file =>
        {
            Assert.True(file.State is MediaState.Failed or MediaState.Refused, $"{file.Reference} is {file.State}");
            Assert.False(string.IsNullOrEmpty(file.ErrorCode) || string.IsNullOrEmpty(file.ErrorDetail), $"{file.Reference} has no reason");
            Assert.Null(file.StorageKey);
        });
        Assert.False(here.Pending(), "somebody called an address of this machine");
    }

    private async Task GivenAccount(string kind)
    {
        await App.GivenBusiness();
        await App.InBusiness(1, async db =>
        {
            db.Add(new Channel { TenantId = 1, Kind = kind, Name = kind, ExternalId = Account, CreatedAt = _clock.UtcNow });
            await db.SaveChangesAsync(Cancellation);
            App.Services.GetRequiredService<ChannelDirectory>().Changed();
            return 0;
        });
    }
}
