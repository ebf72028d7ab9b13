using System.Security.Cryptography;
using System.Text.Json;
using Inbox.Access;
using Inbox.Access.Keys;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Data;
using Inbox.Operations.Installation;
using Inbox.Tenancy;
using Inbox.Triggers.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access;

public sealed class BusinessKeyTestsOnSqlite() : BusinessKeyTests(TestDatabase.Sqlite);

public sealed class BusinessKeyTestsOnPostgreSql() : BusinessKeyTests(TestDatabase.PostgreSql);

/// <summary>Each business has a key of its own for its secrets, closed with the key-encryption key.</summary>
public abstract class BusinessKeyTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();

    private BusinessSecrets Secrets => App.Services.GetRequiredService<BusinessSecrets>();

    private DataKeyRotation Rotation => App.Services.GetRequiredService<DataKeyRotation>();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task The_secrets_of_each_business_are_closed_with_a_key_of_its_own()
    {
        var (ours, theirs) = (await App.GivenWhatsApp(tenant: 1), await App.GivenWhatsApp(tenant: 2));
        var (our, their) = (await Channel(ours), await Channel(theirs));

        Assert.Equal(Assert.Single(await Keys(tenant: 1)).Id, BusinessSecrets.KeyOf(our.Credentials!));
        Assert.Equal(Assert.Single(await Keys(tenant: 2)).Id, BusinessSecrets.KeyOf(their.Credentials!));
        Assert.NotEqual(BusinessSecrets.KeyOf(our.Credentials!), BusinessSecrets.KeyOf(their.Credentials!));
        Assert.StartsWith("token of", Read(our)!.AccessToken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_is_copied_to_another_row_column_or_business_does_not_open_there()
    {
        var blob = (await Channel(await App.GivenWhatsApp(tenant: 1))).Credentials!;
        var place = ChannelCredentials.Place(await Channel(await App.GivenWhatsApp(tenant: 1)));
        var first = place with { Row = place.Row - 1 };
        var other = await Channel(await App.GivenWhatsApp(tenant: 2));

        Assert.Contains("token of", Secrets.Unprotect(blob, first), StringComparison.Ordinal);
        foreach (var elsewhere in (SecretPlace[])[place, first with { Column = "Settings" }, first with { Table = "OutgoingWebhooks" }, first with { TenantId = 2 }, ChannelCredentials.Place(other)])
        {
            Assert.ThrowsAny<CryptographicException>(() => Secrets.Unprotect(blob, elsewhere));
        }
    }

    [Fact]
    public void What_nobody_encrypted_is_refused()
    {
        var place = new SecretPlace(1, "Channels", "Credentials", 1);
        foreach (var blob in (byte[][])[[], [1], [2], new byte[100], [2, .. new byte[100]], [1, .. new byte[100]]])
        {
            Assert.ThrowsAny<CryptographicException>(() => Secrets.Unprotect(blob, place));
        }
    }

    [Fact]
    public async Task A_business_has_its_key_from_the_start_and_its_first_secret_can_come_in_the_same_commit()
    {
        using var door = new Door(App);
        await door.SetUp(sampleData: true);

        var business = await App.InMany(db => db.Set<Tenant>().Select(tenant => tenant.Id).SingleAsync(Cancellation));
        var key = Assert.Single(await Keys(business));
        var sandbox = await App.InBusiness(business, db => db.Set<Channel>().FirstAsync(channel => channel.IsSandbox && channel.Kind == "whatsapp", Cancellation));
        Assert.Equal(key.Id, BusinessSecrets.KeyOf(sandbox.Credentials!));
        Assert.StartsWith("SANDBOX", Read(sandbox)!.AccessToken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_make_the_first_key_at_once_end_with_one()
    {
        var (one, two) = (await App.GivenBusiness(), await App.GivenBusiness());
        var nodes = Enumerable.Range(0, 8).Select(_ => Node()).ToList();

        var made = await Task.WhenAll(nodes.SelectMany(node => new[] { one, two }.Select(business => Task.Run(() => (Business: business, node.Newest(business).Id)))));

        foreach (var business in (long[])[one, two])
        {
            var key = Assert.Single(await Keys(business));
            Assert.All(made.Where(each => each.Business == business), each => Assert.Equal(key.Id, each.Id));
        }
    }

    [Fact]
    public async Task Opening_asks_the_database_for_a_key_once_and_a_removed_key_is_let_go()
    {
        var channel = await Channel(await App.GivenWhatsApp(tenant: 1));
        var place = ChannelCredentials.Place(channel);
        var keys = Node();
        var secrets = new BusinessSecrets(keys, App.Services.GetRequiredService<SecretBox>());
        var opened = secrets.Unprotect(channel.Credentials!, place);
        await App.InBusiness(1, db => db.Set<DataKey>().ExecuteDeleteAsync(Cancellation));

        Assert.Equal(opened, secrets.Unprotect(channel.Credentials!, place));
        await keys.ForgetRemovedAsync(Cancellation);
        Assert.ThrowsAny<CryptographicException>(() => secrets.Unprotect(channel.Credentials!, place));
    }

    [Fact]
    public async Task A_new_key_reaches_every_secret_of_its_business_and_what_the_earlier_one_closed_opens_too()
    {
        var (ours, theirs) = (await App.GivenWhatsApp(tenant: 1, ownSecret: "a secret of ours"), await App.GivenWhatsApp(tenant: 2));
        var webhook = await GivenWebhook();
        var (before, other) = (await Channel(ours), await Channel(theirs));

        var rotated = await Rotation.RunAsync(1, again: true, Cancellation);

        Assert.Equal((2, 3), (rotated.Number, rotated.Encrypted));
        var (earlier, newest) = (await Keys(tenant: 1)) is [var first, var second] ? (first, second) : throw new InvalidOperationException("Two keys were expected.");
        Assert.NotNull(earlier.RetiredAt);
        Assert.Null(newest.RetiredAt);
        var after = await Channel(ours);
        Assert.Equal((earlier.Id, newest.Id), (BusinessSecrets.KeyOf(before.Credentials!), BusinessSecrets.KeyOf(after.Credentials!)));
        Assert.Equal(Read(before), Read(after));
        Assert.Equal(other.Credentials, (await Channel(theirs)).Credentials);
        var changed = await App.InBusiness(1, db => db.Set<OutgoingWebhook>().AsNoTracking().SingleAsync(Cancellation));
        Assert.Equal((newest.Id, newest.Id), (BusinessSecrets.KeyOf(changed.Secret), BusinessSecrets.KeyOf(changed.PreviousSecret!)));
        Assert.Equal(Secrets.Unprotect(webhook.Secret, WebhookSecret.Place(webhook)), Secrets.Unprotect(changed.Secret, WebhookSecret.Place(changed)));
        Assert.Equal(Secrets.Unprotect(webhook.PreviousSecret!, WebhookSecret.PreviousPlace(webhook)), Secrets.Unprotect(changed.PreviousSecret!, WebhookSecret.PreviousPlace(changed)));
        Assert.Equal(System.Net.HttpStatusCode.OK, await ours.DeliverText("15550100142", "still verified"));
        Assert.True(await App.InBusiness(1, db => db.Set<AuditEvent>().AnyAsync(row => row.Action == "data_key.rotated", Cancellation)));
    }

    [Fact]
    public async Task A_rotation_that_was_cut_off_goes_on_with_the_key_that_it_had_made()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        var before = (await Channel(number)).Credentials!;
        await Rotation.RunAsync(1, again: true, Cancellation);
        await Put(number, before);   // as if it had not come so far

        Assert.Equal(new RotatedKey(2, 1), await Rotation.RunAsync(1, again: false, Cancellation));
        Assert.Equal(new RotatedKey(2, 0), await Rotation.RunAsync(1, again: false, Cancellation));
        _clock.Advance(DataKeyRotation.NewFor + TimeSpan.FromMinutes(1));
        Assert.Equal(new RotatedKey(3, 1), await Rotation.RunAsync(1, again: false, Cancellation));
    }

    [Fact]
    public async Task Nodes_that_rotate_at_once_leave_everything_readable_and_one_key_that_encrypts()
    {
        var number = await App.GivenWhatsApp(tenant: 1);
        var was = Read(await Channel(number));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Rotation.RunAsync(1, again: true, Cancellation))));

        var keys = await Keys(tenant: 1);
        Assert.Equal(Enumerable.Range(1, keys.Count), keys.Select(key => key.Number));
        Assert.Single(keys, key => key.RetiredAt is null);
        Assert.Equal(was, Read(await Channel(number)));
    }

    [Fact]
    public async Task What_the_key_encryption_key_closed_before_businesses_had_keys_is_read_and_encrypted_again()
    {
        var number = await App.GivenWhatsApp(tenant: 1, ownSecret: "a secret of ours");
        var box = App.Services.GetRequiredService<SecretBox>();
        var channel = await Channel(number);
        await Put(number, box.Protect(JsonSerializer.Serialize(Read(channel)), ChannelCredentials.Place(channel).ToString()));
        var webhook = await GivenWebhook();
        var earlier = box.Protect(Secrets.Unprotect(webhook.Secret, WebhookSecret.Place(webhook)), $"webhook|1|{webhook.Id}");
        await App.InBusiness(1, db => db.Set<OutgoingWebhook>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Secret, earlier).SetProperty(row => row.PreviousSecret, earlier), Cancellation));

        Assert.Equal(System.Net.HttpStatusCode.OK, await number.DeliverText("15550100142", "verified with the old form"));
        Assert.Equal(new RotatedKey(1, 3), await Rotation.RunAsync(1, again: false, Cancellation));

        var key = Assert.Single(await Keys(tenant: 1));
        Assert.Equal(key.Id, BusinessSecrets.KeyOf((await Channel(number)).Credentials!));
        Assert.Equal(Read(channel), Read(await Channel(number)));
        var changed = await App.InBusiness(1, db => db.Set<OutgoingWebhook>().AsNoTracking().SingleAsync(Cancellation));
        Assert.StartsWith("whsec_", Secrets.Unprotect(changed.Secret, WebhookSecret.Place(changed)), StringComparison.Ordinal);
        Assert.StartsWith("whsec_", Secrets.Unprotect(changed.PreviousSecret!, WebhookSecret.PreviousPlace(changed)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_secrets_of_a_removed_business_can_be_read_by_nobody_who_kept_them()
    {
        var (ours, theirs) = (await App.GivenWhatsApp(tenant: 1), await App.GivenWhatsApp(tenant: 2));
        var (kept, other) = (await Channel(ours), await Channel(theirs));
        Assert.NotNull(Read(kept));
        await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Delete, "/api/v1/businesses/1");
        _clock.Advance(TimeSpan.FromDays(31));

        await Eventually.Async(async () =>
        {
            await App.Services.GetRequiredService<BusinessRemoval>().RunAsync(Cancellation);
            return !await App.InMany(db => db.Set<Tenant>().AnyAsync(tenant => tenant.Id == 1, Cancellation));
        }, what: "the business is gone");
        await App.Services.GetRequiredService<DataKeys>().ForgetRemovedAsync(Cancellation);

        Assert.Empty(await Keys(tenant: 1));
        Assert.ThrowsAny<CryptographicException>(() => Secrets.Unprotect(kept.Credentials!, ChannelCredentials.Place(kept)));
        Assert.NotNull(Read(other));
    }

    [Fact]
    public async Task With_another_key_encryption_key_a_start_is_refused_and_one_damaged_key_stops_nobody()
    {
        await App.GivenWhatsApp(tenant: 1);
        await App.GivenWhatsApp(tenant: 2);
        await App.InMany(db => db.Set<DataProtectionKey>().ExecuteDeleteAsync(Cancellation));
        using var folder = new TempFolder();
        var box = new SecretBox(new KeyRing(Microsoft.Extensions.Options.Options.Create(new KeyOptions()), new DataDirectory(Microsoft.Extensions.Options.Options.Create(new DataDirectoryOptions { DataDirectory = folder.Path }))));
        var scopes = App.Services.GetRequiredService<IServiceScopeFactory>();

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => new KeysAtStart(scopes, box, new DataKeys(scopes, box, _clock)).CheckAsync(Cancellation));
        Assert.Contains("encrypted with another key", refused.Message, StringComparison.Ordinal);

        byte[] damaged = [1, 2, 3];
        await App.InBusiness(1, db => db.Set<DataKey>().ExecuteUpdateAsync(set => set.SetProperty(key => key.Wrapped, damaged), Cancellation));
        var ours = App.Services.GetRequiredService<SecretBox>();
        await new KeysAtStart(scopes, ours, Node()).CheckAsync(Cancellation);
    }

    /// <summary>Another process at the same database.</summary>
    private DataKeys Node() => new(App.Services.GetRequiredService<IServiceScopeFactory>(), App.Services.GetRequiredService<SecretBox>(), _clock);

    private MetaCredentials? Read(Channel channel) => App.Services.GetRequiredService<ChannelCredentials>().Read<MetaCredentials>(channel);

    private Task<Channel> Channel(WhatsAppNumber number)
        => App.InBusiness(number.Tenant, db => db.Set<Channel>().AsNoTracking().SingleAsync(channel => channel.Id == number.ChannelId, Cancellation));

    private Task<List<DataKey>> Keys(long tenant) => App.InBusiness(tenant, db => db.Set<DataKey>().AsNoTracking().OrderBy(key => key.Number).ToListAsync(Cancellation));

    private async Task Put(WhatsAppNumber number, byte[] credentials)
    {
        await App.InBusiness(number.Tenant, db => db.Set<Channel>().Where(channel => channel.Id == number.ChannelId).ExecuteUpdateAsync(set => set.SetProperty(channel => channel.Credentials, credentials), Cancellation));
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
    }

    /// <summary>One of the first business, with a secret from before.</summary>
    private async Task<OutgoingWebhook> GivenWebhook()
    {
        var api = new TestApi(App, (await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, "/api/v1/businesses/1/rotate-key")).Body.GetProperty("internal_api_key").GetString());
        var made = await api.Send(HttpMethod.Post, "/api/v1/webhooks", """{"url": "https://example.com/hook", "event_types": ["never_happens"]}""");
        Assert.Equal(201, made.Status);
        Assert.Equal(200, (await api.Send(HttpMethod.Post, $"/api/v1/webhooks/{made.Body.GetProperty("id").GetInt64()}/rotate-secret")).Status);
        return await App.InBusiness(1, db => db.Set<OutgoingWebhook>().AsNoTracking().SingleAsync(Cancellation));
    }
}
