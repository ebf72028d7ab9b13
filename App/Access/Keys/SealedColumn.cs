using System.Security.Cryptography;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Keys;

/// <summary>A column of the installation whose values <see cref="SecretBox"/> closed. Each has one, so that a new key-encryption key reaches all of them.</summary>
/// <param name="Name">Table and column, for what the command says.</param>
/// <param name="ResealAsync">Closes again with the current key what an earlier one closed, in the context's transaction.</param>
public sealed record SealedColumn(string Name, Func<InboxDb, SecretBox, CancellationToken, Task<Resealed>> ResealAsync);

/// <summary>A column whose values <see cref="BusinessSecrets"/> closed. Each has one, so that a new key of a business reaches all of them.</summary>
/// <param name="Name">Table and column, for what the command says.</param>
/// <param name="ResealAsync">
/// Closes again with the newest key of its business what is due: of one business, or of all where it is null; in the
/// context's transaction where there is one, else with a short one for each part.
/// </param>
public sealed record BusinessColumn(string Name, Func<InboxDb, BusinessSecrets, long?, Func<byte[], bool>, CancellationToken, Task<Resealed>> ResealAsync);

/// <param name="Values">So many were closed again.</param>
/// <param name="Damaged">So many opened with no key and stay as they are: whoever uses one says so, and it holds up no other.</param>
public readonly record struct Resealed(int Values, int Damaged)
{
    public static Resealed operator +(Resealed one, Resealed other) => new(one.Values + other.Values, one.Damaged + other.Damaged);
}

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
                (row, before) => isDue(before) ? secrets.Protect(secrets.Unprotect(before, place(row)), place(row)) : null,
                cancellation)));

    private static IQueryable<T> Rows<T>(InboxDb db) where T : class => db.Set<T>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).AsNoTracking();

    /// <param name="again">What is to stand in the row in place of its value; null where that may stay.</param>
    private static async Task<Resealed> RewriteAsync<T>(InboxDb db, IQueryable<T> rows, string column, Func<T, byte[], byte[]?> again, CancellationToken cancellation) where T : class
    {
        var model = db.Model.FindEntityType(typeof(T))!;
        var (id, closed) = (model.FindPrimaryKey()!.Properties.Single(), model.FindProperty(column)!);
        var (sum, last) = (default(Resealed), long.MinValue);
        while (await PageAsync(rows, id.Name, last, cancellation) is { Count: > 0 } page)
        {
            last = IdOf(page[^1]);
            var (changes, damaged) = (new List<(long Row, byte[] Before, byte[] Again)>(), 0);
            foreach (var row in page)
            {
                if (closed.PropertyInfo!.GetValue(row) is not byte[] before)
                {
                    continue;
                }

                try
                {
                    if (again(row, before) is { } next)
                    {
                        changes.Add((IdOf(row), before, next));
                    }
                }
                catch (CryptographicException)
                {
                    damaged++;
                }
            }

            sum += new Resealed(changes.Count == 0 ? 0 : await ChangeAsync(db, rows, id.Name, column, changes, cancellation), damaged);
        }

        return sum;

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
