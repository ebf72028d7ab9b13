using System.Collections.Concurrent;
using System.Security.Cryptography;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Keys;

/// <summary>A key of a business, opened.</summary>
internal sealed record OpenDataKey(long Id, long TenantId, byte[] Bytes);

/// <summary>The keys of the businesses. Opened ones stay in memory until their business is gone: every webhook and every sending needs one.</summary>
public sealed class DataKeys(IServiceScopeFactory scopes, SecretBox box, TimeProvider clock)
{
    private const int AtOnce = 200;

    private readonly ConcurrentDictionary<long, OpenDataKey> _open = new();
    private readonly ConcurrentDictionary<long, OpenDataKey> _madeWithBusiness = new();

    /// <summary>The keys of a business are gone, so what this process opened with them should go too.</summary>
    internal event Action<long>? Forgotten;

    /// <summary>Makes the first key of a business that is made in the same transaction.</summary>
    internal void First(InboxDb db, Tenant tenant)
    {
        // Its secrets may be written before the commit, when nobody else sees the row. Where it is rolled back, so is the business.
        _madeWithBusiness[tenant.Id] = Opened(Add(db, tenant.Id, number: 1));
    }

    /// <summary>Makes the keys of businesses that have none: those that are older than keys of businesses.</summary>
    /// <param name="tenant">Null: of all.</param>
    public async Task MakeMissingAsync(long? tenant, CancellationToken cancellation)
    {
        while (true)
        {
            await using var scope = ForMany();
            await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
            var all = db.Set<DataKey>().IgnoreQueryFilters([Filters.Tenant]);
            var without = await db.Set<Tenant>().Where(row => (tenant == null || row.Id == tenant) && !all.Any(key => key.TenantId == row.Id))
                .OrderBy(row => row.Id).Select(row => row.Id).Take(AtOnce).ToListAsync(cancellation);
            if (without.Count == 0)
            {
                return;
            }

            foreach (var id in without)
            {
                Add(db, id, number: 1);
            }

            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException error) when (error.IsDuplicateKey)
            {
                // Another node was first with one of them; the next look shows which are left.
            }
        }
    }

    /// <summary>A new key in the place of the newest, inside the caller's transaction.</summary>
    internal DataKey Replace(InboxDb db, DataKey newest)
    {
        _madeWithBusiness.TryRemove(newest.TenantId, out _);
        newest.RetiredAt = clock.GetUtcNow().UtcDateTime;
        return Add(db, newest.TenantId, newest.Number + 1);
    }

    /// <summary>
    /// The key that encrypts for the business, as the database has it now: another node may have made a newer one, and
    /// secrets are written seldom.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no such business.</exception>
    internal OpenDataKey Newest(long tenant)
    {
        if ((_madeWithBusiness.GetValueOrDefault(tenant) ?? Read(tenant)) is { } key)
        {
            return key;
        }

        // Away from the screen's own thread, which would wait for itself.
        Task.Run(() => MakeMissingAsync(tenant, CancellationToken.None)).GetAwaiter().GetResult();
        return Read(tenant) ?? throw new InvalidOperationException($"Business {tenant} has no key: it is not there.");
    }

    /// <returns>Null when the business has no such key.</returns>
    /// <exception cref="CryptographicException">The key-encryption key is another one.</exception>
    internal OpenDataKey? Find(long id, long tenant)
    {
        if (!_open.TryGetValue(id, out var key) && (!_madeWithBusiness.TryGetValue(tenant, out key) || key.Id != id))
        {
            using var scope = ForMany();
            using var db = scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContext();
            key = All(db).SingleOrDefault(row => row.Id == id) is { } row ? Keep(row) : null;
        }

        return key?.TenantId == tenant ? key : null;
    }

    /// <summary>Opens all keys, so that the first webhooks wait for none.</summary>
    /// <returns>False when there are keys and none of them opens: the key-encryption key is another one.</returns>
    internal async Task<bool> OpenAllAsync(InboxDb db, CancellationToken cancellation)
    {
        var any = false;
        await foreach (var key in All(db).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            any = true;
            try
            {
                Keep(key);
            }
            catch (CryptographicException)
            {
                // One that was damaged is its business's trouble, not that of all; whoever needs it says so.
            }
        }

        return !any || !_open.IsEmpty;
    }

    /// <summary>Lets go of keys that are not there any more, also those that another node removed.</summary>
    public async Task ForgetRemovedAsync(CancellationToken cancellation)
    {
        // What is opened while the database is read stays for the next time.
        var known = _open.Values.ToList();
        await using var scope = ForMany();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var there = (await db.Set<DataKey>().IgnoreQueryFilters([Filters.Tenant]).Select(key => key.Id).ToListAsync(cancellation)).ToHashSet();
        foreach (var gone in known.Where(key => !there.Contains(key.Id)))
        {
            _open.TryRemove(gone.Id, out _);
            Forgotten?.Invoke(gone.TenantId);
        }

        foreach (var committed in _madeWithBusiness.Values.Where(key => there.Contains(key.Id)))
        {
            _madeWithBusiness.TryRemove(committed.TenantId, out _);
        }
    }

    internal static IQueryable<DataKey> All(InboxDb db) => db.Set<DataKey>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking();

    private OpenDataKey? Read(long tenant)
    {
        using var scope = ForMany();
        using var db = scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContext();
        var newest = All(db).Where(key => key.TenantId == tenant).OrderByDescending(key => key.Number).FirstOrDefault();
        return newest is null ? null : Keep(newest);
    }

    private DataKey Add(InboxDb db, long tenant, int number)
    {
        var key = db.Add(new DataKey { TenantId = tenant, Number = number, CreatedAt = clock.GetUtcNow().UtcDateTime }).Entity;
        key.Wrapped = box.Protect(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyRing.KeySize)), DataKey.Purpose(key));
        return key;
    }

    private OpenDataKey Keep(DataKey key) => _open.GetOrAdd(key.Id, static (_, given) => given.Keys.Opened(given.Row), (Keys: this, Row: key));

    private OpenDataKey Opened(DataKey key) => new(key.Id, key.TenantId, Convert.FromBase64String(box.Unprotect(key.Wrapped, DataKey.Purpose(key))));

    private AsyncServiceScope ForMany()
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        return scope;
    }
}
