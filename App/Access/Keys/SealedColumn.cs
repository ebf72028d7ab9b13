using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Keys;

/// <summary>A column whose values <see cref="SecretBox"/> closed. Each has one, so that a new key-encryption key reaches all of them.</summary>
/// <param name="Name">Table and column, for what the command says.</param>
/// <param name="ResealAsync">Closes again with the current key what an earlier one closed, in the context's transaction, and says how many it was.</param>
public sealed record SealedColumn(string Name, Func<InboxDb, SecretBox, CancellationToken, Task<int>> ResealAsync);

public static class SealedColumns
{
    private const int AtOnce = 500;

    /// <param name="column">The property that holds what is closed.</param>
    /// <param name="purpose">As it was given to <see cref="SecretBox.Protect"/>.</param>
    public static void AddSealed<T>(this IServiceCollection services, string name, string column, Func<T, string> purpose) where T : class
        => services.AddSingleton(new SealedColumn(name, async (db, box, cancellation) =>
        {
            var model = db.Model.FindEntityType(typeof(T))!;
            var (id, closed) = (model.FindPrimaryKey()!.Properties.Single(), model.FindProperty(column)!);
            var rows = db.Set<T>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).AsNoTracking();
            var (count, last) = (0, long.MinValue);
            while (await PageAsync(rows, id.Name, last, cancellation) is { Count: > 0 } page)
            {
                foreach (var row in page)
                {
                    last = (long)id.PropertyInfo!.GetValue(row)!;
                    if (closed.PropertyInfo!.GetValue(row) is byte[] before && box.Reseal(before, purpose(row)) is { } again)
                    {
                        count += await ChangeAsync(rows, id.Name, last, column, before, again, cancellation);
                    }
                }
            }

            return count;
        }));

    /// <summary>A part at a time: kept answers may be many and long.</summary>
    private static Task<List<T>> PageAsync<T>(IQueryable<T> rows, string id, long after, CancellationToken cancellation) where T : class
        => rows.Where(row => EF.Property<long>(row, id) > after).OrderBy(row => EF.Property<long>(row, id)).Take(AtOnce).ToListAsync(cancellation);

    /// <summary>Only while the old bytes still stand: what somebody wrote meanwhile is newer.</summary>
    private static Task<int> ChangeAsync<T>(IQueryable<T> rows, string id, long row, string column, byte[] before, byte[] again, CancellationToken cancellation) where T : class
        => rows.Where(one => EF.Property<long>(one, id) == row && EF.Property<byte[]>(one, column) == before)
            .ExecuteUpdateAsync(set => set.SetProperty(one => EF.Property<byte[]>(one, column), again), cancellation);
}
