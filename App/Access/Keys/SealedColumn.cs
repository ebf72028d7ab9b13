using System.Security.Cryptography;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Keys;

/// <summary>A column of the installation whose values <see cref="SecretBox"/> closed. Each has one, so that a new key-encryption key reaches all of them.</summary>
/// <param name="Name">Table and column, for what the command says.</param>
/// <param name="ResealAsync">Closes again with the current key what an earlier one closed, in the context's transaction, and says how many it was.</param>
public sealed record SealedColumn(string Name, Func<InboxDb, SecretBox, CancellationToken, Task<int>> ResealAsync);

/// <summary>A column whose values <see cref="BusinessSecrets"/> closed. Each has one, so that a new key of a business reaches all of them.</summary>
/// <param name="Name">Table and column, for what the command says.</param>
/// <param name="ResealAsync">
/// Closes again with the newest key of its business what is due, and says how many it was: of one business, or of all where
/// it is null; in the context's transaction where there is one, else with a short one for each part.
/// </param>
public sealed record BusinessColumn(string Name, Func<InboxDb, BusinessSecrets, long?, Func<byte[], bool>, CancellationToken, Task<int>> ResealAsync);

public static class SealedColumns
{
    private const int AtOnce = 500;

    /// <param name="column">The property that holds what is closed.</param>
    /// <param name="purpose">As it was given to <see cref="SecretBox.Protect"/>.</param>
    public static void AddSealed<T>(this IServiceCollection services, string name, string column, Func<T, string> purpose) where T : class
        => services.AddSingleton(new SealedColumn(name, (db, box, cancellation)
            => RewriteAsync(db, Rows<T>(db), column, (row, before) => box.Reseal(before, purpose(row)), cancellation)));

    /// <param name="column">The property that holds what is closed.</param>
    /// <param name="place">As it was given to <see cref="BusinessSecrets.Protect"/>.</param>
    public static void AddSealedOfBusiness<T>(this IServiceCollection services, string name, string column, Func<T, SecretPlace> place) where T : class, ITenantOwned
        => services.AddSingleton(new BusinessColumn(name, (db, secrets, tenant, isDue, cancellation)
            => RewriteAsync(
                db,
                tenant is { } one ? Rows<T>(db).Where(row => EF.Property<long>(row, nameof(ITenantOwned.TenantId)) == one) : Rows<T>(db),
                column,
                (row, before) => isDue(before) ? Again(secrets, before, place(row)) : null,
                cancellation)));

    private static byte[]? Again(BusinessSecrets secrets, byte[] before, SecretPlace place)
    {
        try
        {
            return secrets.Protect(secrets.Unprotect(before, place), place);
        }
        catch (CryptographicException)
        {
            // What opens no more stays as it is: whoever uses it says so, and it holds up no other.
            return null;
        }
    }

    private static IQueryable<T> Rows<T>(InboxDb db) where T : class => db.Set<T>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).AsNoTracking();

    /// <param name="again">What is to stand in the row in place of its value; null where that may stay.</param>
    private static async Task<int> RewriteAsync<T>(InboxDb db, IQueryable<T> rows, string column, Func<T, byte[], byte[]?> again, CancellationToken cancellation) where T : class
    {
        var model = db.Model.FindEntityType(typeof(T))!;
        var (id, closed) = (model.FindPrimaryKey()!.Properties.Single(), model.FindProperty(column)!);
        var (count, last) = (0, long.MinValue);
        while (await PageAsync(rows, id.Name, last, cancellation) is { Count: > 0 } page)
        {
            last = IdOf(page[^1]);
            var changes = new List<(long Row, byte[] Before, byte[] Again)>();
            foreach (var row in page)
            {
                if (closed.PropertyInfo!.GetValue(row) is byte[] before && again(row, before) is { } next)
                {
                    changes.Add((IdOf(row), before, next));
                }
            }

            count += changes.Count == 0 ? 0 : await ChangeAsync(db, rows, id.Name, column, changes, cancellation);
        }

        return count;

        long IdOf(T row) => (long)id.PropertyInfo!.GetValue(row)!;
    }

    /// <summary>A part at a time: kept answers may be many and long.</summary>
    private static Task<List<T>> PageAsync<T>(IQueryable<T> rows, string id, long after, CancellationToken cancellation) where T : class
        => rows.Where(row => EF.Property<long>(row, id) > after).OrderBy(row => EF.Property<long>(row, id)).Take(AtOnce).ToListAsync(cancellation);

    private static async Task<int> ChangeAsync<T>(
        InboxDb db, IQueryable<T> rows, string id, string column, List<(long Row, byte[] Before, byte[] Again)> changes, CancellationToken cancellation) where T : class
    {
        await using var write = db.Database.CurrentTransaction is null ? await db.BeginAsync(cancellation) : null;
        var count = 0;
        foreach (var (row, before, again) in changes)
        {
            // Only while the old bytes still stand: what somebody wrote meanwhile is newer.
            count += await rows.Where(one => EF.Property<long>(one, id) == row && EF.Property<byte[]>(one, column) == before)
                .ExecuteUpdateAsync(set => set.SetProperty(one => EF.Property<byte[]>(one, column), again), cancellation);
        }

        await (write?.CommitAsync(cancellation) ?? Task.CompletedTask);
        return count;
    }
}
