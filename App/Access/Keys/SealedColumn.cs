using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Keys;

/// <summary>A column whose values <see cref="SecretBox"/> closed. Each has one, so that a new key-encryption key reaches all of them.</summary>
/// <param name="Name">Table and column, for what the command says.</param>
/// <param name="ResealAsync">Closes again with the current key what an earlier one closed, in the context's transaction, and says how many it was.</param>
public sealed record SealedColumn(string Name, Func<InboxDb, SecretBox, CancellationToken, Task<int>> ResealAsync);

public static class SealedColumns
{
    /// <param name="purpose">As it was given to <see cref="SecretBox.Protect"/>.</param>
    public static void AddSealed<T>(this IServiceCollection services, string name, Func<T, byte[]?> read, Action<T, byte[]> write, Func<T, string> purpose) where T : class
        => services.AddSingleton(new SealedColumn(name, async (db, box, cancellation) =>
        {
            var count = 0;
            // All at once: these are settings and not messages, a few thousand rows at most.
            foreach (var row in await db.Set<T>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).ToListAsync(cancellation))
            {
                if (read(row) is { } closed && box.Reseal(closed, purpose(row)) is { } again)
                {
                    write(row, again);
                    count++;
                }
            }

            return count;
        }));
}
