using System.Text.Json;
using Inbox.Access;
using Inbox.Access.Factors;
using Inbox.Access.Keys;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Data;
using Inbox.Tests.Access;
using Inbox.Triggers.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Operations;

public sealed class KeyRotationTestsOnSqlite() : KeyRotationTests(TestDatabase.Sqlite);

public sealed class KeyRotationTestsOnPostgreSql() : KeyRotationTests(TestDatabase.PostgreSql);

/// <summary>A new key-encryption key by the real command: everything that was closed opens with it alone.</summary>
public abstract class KeyRotationTests(TestDatabase database)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_rotation_nothing_needs_the_earlier_key_any_more()
    {
        await using var storage = await TestStorage.CreateAsync(database);
        string refresh;
        uint earlier;
        await using (var app = await TestApp.StartAsync(Settings, storage))
        {
            await app.GivenWhatsApp();
            refresh = await GivenSecretsAsync(app);
            earlier = app.Services.GetRequiredService<KeyRing>().Current.Id;
            Assert.NotEmpty(await ClosedByAsync(app, earlier));
        }

        var said = await RotateAsync(storage);
        var file = Path.Combine(storage.DataDirectory, "keys", $"kek.{earlier}");
        Assert.True(File.Exists(file), said);
        File.Delete(file);   // so that what still needs it is seen

        await using var again = await TestApp.StartAsync(Settings, storage);
        Assert.NotEqual(earlier, again.Services.GetRequiredService<KeyRing>().Current.Id);
        Assert.Empty(await ClosedByAsync(again, earlier));
        Assert.NotEmpty(await ClosedByAsync(again, again.Services.GetRequiredService<KeyRing>().Current.Id));
        await again.InBusiness(1, async db =>
        {
            var channel = await db.Set<Channel>().SingleAsync(row => row.Kind == "whatsapp", Cancellation);
            Assert.StartsWith("token of", again.Services.GetRequiredService<ChannelCredentials>().Read<MetaCredentials>(channel)!.AccessToken, StringComparison.Ordinal);
            return 0;
        });
        Assert.Equal(200, (await new TestApi(again).Send(HttpMethod.Post, "/api/v1/auth/refresh", JsonSerializer.Serialize(new { refresh_token = refresh }))).Status);
    }

    [Fact]
    public async Task A_damaged_value_is_named_and_holds_up_no_other()
    {
        await using var storage = await TestStorage.CreateAsync(database);
        uint earlier;
        byte[] damaged;
        await using (var app = await TestApp.StartAsync(Settings, storage))
        {
            await app.GivenWhatsApp();
            await GivenSecretsAsync(app);
            earlier = app.Services.GetRequiredService<KeyRing>().Current.Id;
            damaged = await app.InMany(async db =>
            {
                var row = await db.Set<Authenticator>().SingleAsync(Cancellation);
                row.Secret = [.. row.Secret[..^1], (byte)(row.Secret[^1] ^ 1)];
                await db.SaveChangesAsync(Cancellation);
                return row.Secret;
            });
        }

        var said = await RotateAsync(storage);

        Assert.Contains("Authenticators.Secret: 1 cannot be decrypted and stay as they are.", said, StringComparison.Ordinal);
        await using var again = await TestApp.StartAsync(Settings, storage);
        Assert.Equal(["Authenticators.Secret"], await ClosedByAsync(again, earlier));
        Assert.Equal(damaged, await again.InMany(db => db.Set<Authenticator>().Select(row => row.Secret).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task With_a_key_from_the_configuration_only_what_an_earlier_one_closed_is_closed_again()
    {
        await using var storage = await TestStorage.CreateAsync(database);
        await using (var app = await TestApp.StartAsync(Settings, storage))
        {
            await app.GivenWhatsApp();
            await GivenSecretsAsync(app);
        }

        var earlier = await File.ReadAllTextAsync(Path.Combine(storage.DataDirectory, "keys", "kek"), Cancellation);
        var next = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        File.Delete(Path.Combine(storage.DataDirectory, "keys", "kek"));

        await RotateAsync(storage, $"--Inbox:Keys:KeyEncryptionKey={next}", $"--Inbox:Keys:PreviousKeys:0={earlier}");

        await using var again = await TestApp.StartAsync(Settings with { Settings = new Dictionary<string, string?>(Settings.Settings) { ["Inbox:Keys:KeyEncryptionKey"] = next } }, storage);
        Assert.Empty(await ClosedByAsync(again, EncryptionKey.Of(Convert.FromBase64String(earlier)).Id));
    }

    [Fact]
    public async Task What_is_older_than_the_keys_of_the_businesses_needs_the_earlier_key_no_more_either()
    {
        await using var storage = await TestStorage.CreateAsync(database);
        uint earlier;
        await using (var app = await TestApp.StartAsync(Settings, storage))
        {
            await app.GivenWhatsApp();
            earlier = app.Services.GetRequiredService<KeyRing>().Current.Id;
            await app.InBusiness(1, async db =>
            {
                var channel = await db.Set<Channel>().SingleAsync(row => row.Kind == "whatsapp", Cancellation);
                channel.Credentials = app.Services.GetRequiredService<SecretBox>().Protect("{}", ChannelCredentials.Place(channel).ToString());
                return await db.SaveChangesAsync(Cancellation);
            });
            Assert.Contains("Channels.Credentials", await ClosedByAsync(app, earlier));
        }

        await RotateAsync(storage);

        await using var again = await TestApp.StartAsync(Settings, storage);
        Assert.Empty(await ClosedByAsync(again, earlier));
        Assert.Equal((await KeysAsync(again)).Single().Id, BusinessSecrets.KeyOf(await CredentialsAsync(again)));
    }

    [Fact]
    public async Task A_new_key_encryption_key_closes_the_keys_of_the_businesses_and_leaves_their_secrets_as_they_are()
    {
        await using var storage = await TestStorage.CreateAsync(database);
        byte[] credentials, wrapped;
        await using (var app = await TestApp.StartAsync(Settings, storage))
        {
            await app.GivenWhatsApp();
            (credentials, wrapped) = (await CredentialsAsync(app), (await KeysAsync(app)).Single().Wrapped);
        }

        await RotateAsync(storage);

        await using var again = await TestApp.StartAsync(Settings, storage);
        Assert.Equal(credentials, await CredentialsAsync(again));
        Assert.NotEqual(wrapped, (await KeysAsync(again)).Single().Wrapped);
    }

    [Fact]
    public async Task Rotate_data_keys_gives_each_business_a_new_key_and_goes_on_where_it_was_cut_off()
    {
        await using var storage = await TestStorage.CreateAsync(database);
        await using (var app = await TestApp.StartAsync(Settings, storage))
        {
            await app.GivenWhatsApp();
        }

        Assert.Contains("flowers: key 1, 0 encrypted again.", await RunAsync(storage, "rotate-data-keys"), StringComparison.Ordinal);
        Assert.Contains("flowers: key 2, 1 encrypted again.", await RunAsync(storage, "rotate-data-keys", "--again", "--tenant", "flowers"), StringComparison.Ordinal);
        Assert.Contains("no business with the slug 'roses'", (await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(storage, "rotate-data-keys", "--tenant", "roses"))).Message, StringComparison.Ordinal);

        await using var again = await TestApp.StartAsync(Settings, storage);
        Assert.Equal((await KeysAsync(again))[^1].Id, BusinessSecrets.KeyOf(await CredentialsAsync(again)));
    }

    private static Task<byte[]> CredentialsAsync(TestApp app)
        => app.InBusiness(1, async db => (await db.Set<Channel>().AsNoTracking().SingleAsync(row => row.Kind == "whatsapp", Cancellation)).Credentials!);

    private static Task<List<DataKey>> KeysAsync(TestApp app)
        => app.InBusiness(1, db => db.Set<DataKey>().AsNoTracking().OrderBy(key => key.Number).ToListAsync(Cancellation));

    private static TestAppOptions Settings { get; } = new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Setup:Email"] = Door.Email,
            ["Inbox:Setup:Password"] = Door.Password,
            ["Inbox:Setup:Business"] = "Flowers",
        },
    };

    /// <summary>A value in each column that is closed. A column of tomorrow needs one here: the test below would not know it.</summary>
    /// <returns>A refresh token.</returns>
    private static async Task<string> GivenSecretsAsync(TestApp app)
    {
        var pair = await new TestApi(app).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = Door.Email, password = Door.Password }));
        var owner = new TestApi(app, pair.Body.GetProperty("access_token").GetString());
        var webhook = await owner.Send(HttpMethod.Post, "/api/v1/webhooks", """{"url": "https://example.com/hook", "event_types": ["never_happens"]}""", ("Idempotency-Key", "closed-with-the-key"));
        Assert.True(webhook.Status == 201, webhook.Body.ToString());
        Assert.Equal(200, (await owner.Send(HttpMethod.Post, $"/api/v1/webhooks/{webhook.Body.GetProperty("id").GetInt64()}/rotate-secret")).Status);
        Assert.Equal(200, (await owner.Send(HttpMethod.Post, "/api/v1/auth/second-factor")).Status);

        // Each column has a value, or the test would pass by having nothing to look at.
        await app.InMany(async db =>
        {
            Assert.True(await db.Set<DataProtectionKey>().AnyAsync(Cancellation));
            Assert.True(await db.Set<Authenticator>().AnyAsync(Cancellation));
            Assert.True(await db.Set<OutgoingWebhook>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(row => row.PreviousSecret != null, Cancellation));
            return 0;
        });
        return pair.Body.GetProperty("refresh_token").GetString()!;
    }

    /// <returns>Tables and columns whose value names the key, whatever feature they are of.</returns>
    private static Task<List<string>> ClosedByAsync(TestApp app, uint key) => app.InMany(async db =>
    {
        var closed = new List<string>();
        foreach (var type in db.Model.GetEntityTypes().Where(type => !type.IsOwned() && type.GetProperties().Any(property => property.ClrType == typeof(byte[]))))
        {
            var rows = (IEnumerable<object>)await (Task<List<object>>)typeof(KeyRotationTests).GetMethod(nameof(RowsAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                .MakeGenericMethod(type.ClrType).Invoke(null, [db])!;
            closed.AddRange(
                from row in rows
                from property in type.GetProperties()
                where property.ClrType == typeof(byte[]) && property.PropertyInfo?.GetValue(row) is byte[] value && Names(value, key)
                select $"{type.GetTableName()}.{property.Name}");
        }

        return closed;
    });

    private static async Task<List<object>> RowsAsync<T>(InboxDb db) where T : class
        => (await db.Set<T>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).AsNoTracking().ToListAsync(Cancellation)).ConvertAll(row => (object)row);

    /// <summary>A box starts with its version and the number of its key; in the keys of cookies it stands inside XML.</summary>
    private static bool Names(byte[] value, uint key)
    {
        byte[] start = [1, .. BitConverter.GetBytes(key)];
        if (value.AsSpan().StartsWith(start))
        {
            return true;
        }

        var text = System.Text.Encoding.UTF8.GetString(value);
        var at = text.IndexOf("<sealed>", StringComparison.Ordinal);
        return at >= 0 && Convert.FromBase64String(text[(at + 8)..text.IndexOf("</sealed>", at, StringComparison.Ordinal)]).AsSpan().StartsWith(start);
    }

    private static Task<string> RotateAsync(TestStorage storage, params string[] settings) => RunAsync(storage, "rotate-key", settings);

    private static Task<string> RunAsync(TestStorage storage, string command, params string[] more)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Command.RunAsync(
            Repository.PathOf($"App/bin/{configuration}/net10.0/Inbox"),
            [command, $"--Inbox:DataDirectory={storage.DataDirectory}", $"--Inbox:Database:Provider={storage.Provider}", $"--Inbox:Database:ConnectionString={storage.ConnectionString}", .. more]);
    }
}
