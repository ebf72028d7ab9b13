using Inbox.Access.Keys;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Tests;

/// <summary>The database alone with the product's rules, for tests of the data layer.</summary>
public sealed class TestStore : IAsyncDisposable
{
    private readonly TestStorage _storage;

    private TestStore(TestStorage storage)
    {
        _storage = storage;
        Source = NewSource();
        AuditKeys = new AuditKeys(Options.Create(new KeyOptions()), Directory);
    }

    public InboxDbSource Source { get; }

    public AuditKeys AuditKeys { get; }

    public DataDirectory Directory => new(Options.Create(new DataDirectoryOptions { DataDirectory = _storage.DataDirectory }));

    public DateTime Now { get; } = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    public TestStorage Storage => _storage;

    public static async Task<TestStore> CreateAsync(TestDatabase database) => new(await TestStorage.CreateAsync(database));

    /// <summary>What another process on the same database would use.</summary>
    public InboxDbSource NewSource() => new(
        Options.Create(new DatabaseOptions { Provider = _storage.Provider, ConnectionString = _storage.ConnectionString }),
        Options.Create(new DataDirectoryOptions { DataDirectory = _storage.DataDirectory }));

    public InboxDb Db(long tenant, InboxDbSource? source = null)
    {
        var current = new CurrentTenant();
        current.Use(tenant);
        return Db(current, source);
    }

    /// <summary>As a worker that writes rows of many businesses.</summary>
    public InboxDb DbForMany(InboxDbSource? source = null)
    {
        var current = new CurrentTenant();
        current.UseMany();
        return Db(current, source);
    }

    /// <summary>With the keys of this store, or with others.</summary>
    public AuditVerification AuditVerification(AuditKeys? keys = null)
        => new(new Factory(() => DbForMany()), keys ?? AuditKeys, new AuditAnchors(Directory, keys ?? AuditKeys, null!, TimeProvider.System));

    public async Task<Tenant> GivenTenant(string slug)
    {
        await using var db = DbForMany();
        var tenant = new Tenant { Slug = slug, Name = slug, CreatedAt = Now };
        db.Add(tenant);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return tenant;
    }

    /// <summary>A WhatsApp number whose deliveries the installation's app secret signs.</summary>
    public async Task<Channel> GivenWhatsApp(long tenant, string phoneNumberId)
    {
        await using var db = Db(tenant);
        var channel = new Channel { TenantId = tenant, Kind = "whatsapp", Name = phoneNumberId, ExternalId = phoneNumberId, ProvenAt = Now, CreatedAt = Now };
        db.Add(channel);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return channel;
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    private InboxDb Db(CurrentTenant current, InboxDbSource? source)
        => (source ?? Source).Create(current, [new TenantGuard(current), new EventNumbers(), new AuditChain(AuditKeys, new CurrentOrigin(), TimeProvider.System)]);

    private sealed class Factory(Func<InboxDb> create) : IDbContextFactory<InboxDb>
    {
        public InboxDb CreateDbContext() => create();
    }
}

/// <summary>Tests of the data layer on one database; see <see cref="AppTests"/> for the two databases.</summary>
public abstract class StoreTests(TestDatabase database) : IAsyncLifetime
{
    protected TestStore Store { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await TestStore.CreateAsync(database);

    public async ValueTask DisposeAsync()
    {
        if (Store is not null)
        {
            await Store.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
